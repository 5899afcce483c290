"""What the planner cannot do without, and which devices can be planned with."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
import math
from typing import Final

from ..devices import Battery, Car, Grid
from .types import PlannerInput, PlanWarning, SlotData

_DEFAULT_EFFICIENCY: Final = 0.95


class UnsoundInputError(ValueError):
    """There is nothing to plan, or slots that no plan can be made of; ``slot`` is the first."""

    def __init__(self, code: str, slot: int | None = None) -> None:
        """Say what and where."""
        super().__init__(code if slot is None else f"{code} in slot {slot}")
        self.code = code
        self.slot = slot


def check(slots: Sequence[SlotData]) -> None:
    """Raise UnsoundInputError unless there are slots, one after the other, of finite figures."""
    if not slots:
        raise UnsoundInputError("no_slots")
    for index, slot in enumerate(slots):
        prices = (slot.import_price_per_kwh, slot.export_price_per_kwh)
        energies = (slot.pv_kwh, slot.load_kwh)
        if not all(map(math.isfinite, (slot.hours, *prices, *energies))):
            raise UnsoundInputError("not_finite", index)
        if slot.hours <= 0 or min(energies) < 0:
            raise UnsoundInputError("negative", index)
    for index, (before, after) in enumerate(pairwise(slots)):
        if abs((after.start - before.end).total_seconds()) > 1:
            raise UnsoundInputError("not_contiguous", index + 1)


def sound_batteries(
    planner_input: PlannerInput,
) -> tuple[tuple[Battery, ...], tuple[PlanWarning, ...]]:
    """Return the batteries that can be planned with, and what is wrong with the rest.

    SoC lies in 0-100, efficiencies in (0, 1], floor and ceiling are in order, and the
    floor is the dynamic buffer's where that is in force. Warnings: ``battery_soc_unknown``
    and ``battery_capacity_zero`` (left out), ``battery_soc_clamped``,
    ``battery_efficiency_replaced`` (by 0.95), ``battery_below_minimum`` (nothing is wrong).
    """
    batteries: list[Battery] = []
    warnings: list[PlanWarning] = []
    for battery in planner_input.batteries:
        problem = _problem(battery)
        if problem:
            data: dict[str, str | float] = {"device": battery.battery_id, "name": battery.name}
            if problem == "battery_soc_clamped":
                data["soc_percent"] = battery.soc_percent or 0.0
            warnings.append(PlanWarning(code=problem, data=data))
        if problem not in _LEFT_OUT:
            batteries.append(mended := _mended(battery, planner_input))
            warnings += [] if problem else _below_minimum(mended)
    return tuple(batteries), tuple(warnings)


def _below_minimum(battery: Battery) -> list[PlanWarning]:
    """Say that a battery holds less than it should, which takes a while to mend."""
    soc, least = battery.soc_percent or 0.0, battery.min_soc_percent
    if least - soc <= _WORTH_A_WORD_PERCENT:
        return []
    data = {
        "device": battery.battery_id,
        "name": battery.name,
        "soc_percent": round(soc, 1),
        "min_percent": round(least, 1),
    }
    return [PlanWarning(code="battery_below_minimum", data=data)]


_WORTH_A_WORD_PERCENT: Final = 0.5
_LEFT_OUT: Final = ("battery_soc_unknown", "battery_capacity_zero")


def _problem(battery: Battery) -> str | None:
    """Return the code of what is wrong with a battery, the gravest first."""
    if not (math.isfinite(battery.capacity_kwh) and battery.capacity_kwh > 0):
        return "battery_capacity_zero"
    if battery.soc_percent is None or not math.isfinite(battery.soc_percent):
        return "battery_soc_unknown"
    if not 0 <= battery.soc_percent <= 100:  # noqa: PLR2004
        return "battery_soc_clamped"
    if not all(map(_is_efficiency, (battery.charge_efficiency, battery.discharge_efficiency))):
        return "battery_efficiency_replaced"
    return None


def _mended(battery: Battery, planner_input: PlannerInput) -> Battery:
    buffer = planner_input.buffer_soc_percent
    most = min(100.0, max(0.0, battery.max_soc_percent))
    least = battery.min_soc_percent if buffer is None else buffer
    return replace(
        battery,
        soc_percent=min(100.0, max(0.0, battery.soc_percent or 0.0)),
        min_soc_percent=min(most, max(0.0, least)),
        max_soc_percent=most,
        max_charge_kw=max(0.0, battery.max_charge_kw),
        max_discharge_kw=max(0.0, battery.max_discharge_kw),
        charge_efficiency=_efficiency(battery.charge_efficiency),
        discharge_efficiency=_efficiency(battery.discharge_efficiency),
    )


def _is_efficiency(value: float) -> bool:
    return 0 < value <= 1


def _efficiency(value: float) -> float:
    return value if _is_efficiency(value) else _DEFAULT_EFFICIENCY


def can_charge(car: Car, grid: Grid) -> bool:
    """Whether a car's limits and efficiency make sense."""
    limits = 0 < car.min_current_a <= car.max_current_a < math.inf
    return limits and grid.voltage > 0 and _is_efficiency(car.efficiency)
