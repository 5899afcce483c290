"""How an inverter follows a plan's slot until the next plan is made."""

from math import inf
from typing import Final

from loadstar_engine.planner.output.types import SlotAction, SlotPlan

from .physics import Band

_NOTHING_KW: Final = 0.05  # below this, a flow of the plan is none


def band_of(slot: SlotPlan) -> Band:
    """Return what the battery may do while a slot lasts.

    Charging from the grid and battery export are orders for the planned power. In all
    other slots the battery balances the house: it gives no more than planned where the
    plan leaves a need to the grid, and takes no more than planned where the plan sells a
    surplus. What the plan did not see, a kettle or a cloud, is then the battery's to even out.
    """
    if slot.action is SlotAction.CHARGE_FROM_GRID:
        return Band(slot.battery_charge_kw, slot.battery_charge_kw)
    if slot.action is SlotAction.EXPORT:
        return Band(-slot.battery_discharge_kw, -slot.battery_discharge_kw)
    return Band(
        -slot.battery_discharge_kw if slot.import_kw > _NOTHING_KW else -inf,
        slot.battery_charge_kw if slot.export_kw > _NOTHING_KW else inf,
    )
