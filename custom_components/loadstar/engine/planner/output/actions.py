"""What a slot is called: from its flows to one of six actions."""

from .flows import ENERGY_TOLERANCE_KWH, POWER_TOLERANCE_KW, Flows
from .types import SlotAction

# A battery that gives mostly to the house is not called exporting for the little that spills over.
EXPORTED_PART = 0.1
# Charging counts as from the grid where at least half of it is bought in the same slot.
IMPORTED_PART = 0.5


def actions_of(flows: Flows) -> tuple[SlotAction, ...]:
    """Return the action of each slot."""
    return tuple(_action(flows, slot) for slot in range(len(flows.hours)))


def _action(flows: Flows, slot: int) -> SlotAction:
    tolerance = POWER_TOLERANCE_KW * float(flows.hours[slot])
    charge = float(flows.charge_kwh[slot] - flows.discharge_kwh[slot])
    imported = float(flows.import_kwh[slot])
    if charge > tolerance:
        bought = min(charge, imported) >= IMPORTED_PART * charge
        return SlotAction.CHARGE_FROM_GRID if bought else SlotAction.CHARGE_FROM_PV
    if charge < -tolerance:
        sold = min(-charge, float(flows.net_export_kwh[slot]))
        exports = sold > max(tolerance, EXPORTED_PART * -charge)
        return SlotAction.EXPORT if exports else SlotAction.DISCHARGE
    could_serve = imported > tolerance and flows.available_kwh[slot] > ENERGY_TOLERANCE_KWH
    return SlotAction.HOLD if could_serve else SlotAction.IDLE
