"""Limits that had to give, as warnings that a person can read."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ..inputs.types import PlannerInput, PlanWarning, SlotData
from ..solver.types import Breach, BreachKind
from .flows import ENERGY_TOLERANCE_KWH

PREFIX = "breach_"
# An order to export is nobody's in particular.
EXPORT_ORDER = "breach_manual_export"

# Of a level, not a flow: what is missing in one slot is still missing in the next.
_LEVELS = frozenset({BreachKind.SOC_FLOOR, BreachKind.SOC_CEILING})
_GOALS = frozenset({BreachKind.CAR_GOAL, BreachKind.WATER, BreachKind.DEFERRABLE})


def breach_warnings(
    planner_input: PlannerInput, breaches: Sequence[Breach]
) -> tuple[PlanWarning, ...]:
    """Return a warning per limit and stretch of consecutive slots in which it was missed."""
    names = device_names(planner_input)
    ordered = sorted(breaches, key=lambda each: (each.kind, each.device_id, _position(each)))
    return tuple(
        _warning(stretch, names, planner_input.slots)
        for _, group in groupby(ordered, key=lambda each: (each.kind, each.device_id))
        for stretch in _stretches(list(group))
    )


def device_names(planner_input: PlannerInput) -> dict[str, str]:
    """Return the names of all devices and circuits by id."""
    return {
        **{each.battery_id: each.name for each in planner_input.batteries},
        **{each.car_id: each.name for each in planner_input.cars},
        **{each.load_id: each.name for each in planner_input.water_heaters},
        **{each.load_id: each.name for each in planner_input.deferrables},
        **{each.circuit_id: each.name for each in planner_input.grid.circuits},
    }


def missing_kwh(breaches: Sequence[Breach], device_id: str) -> float:
    """Return how much of its goals a car, heater or load does not get."""
    return sum(each.kwh for each in breaches if each.device_id == device_id and each.kind in _GOALS)


def _position(breach: Breach) -> int:
    return -1 if breach.slot is None else breach.slot


def _stretches(breaches: list[Breach]) -> Iterator[list[Breach]]:
    """Yield runs of breaches in consecutive slots; one over the whole plan stands alone."""
    stretch: list[Breach] = []
    for breach in breaches:
        if breach.kwh <= ENERGY_TOLERANCE_KWH:
            continue
        follows = stretch and _position(breach) - _position(stretch[-1]) <= 1
        if stretch and (not follows or stretch[-1].slot is None):
            yield stretch
            stretch = []
        stretch.append(breach)
    if stretch:
        yield stretch


def _warning(
    stretch: list[Breach], names: Mapping[str, str], slots: Sequence[SlotData]
) -> PlanWarning:
    first, last = stretch[0], stretch[-1]
    amounts = [each.kwh for each in stretch]
    data: dict[str, str | float] = {
        "device": first.device_id,
        "name": names.get(first.device_id, first.device_id),
        "kwh": round(max(amounts) if first.kind in _LEVELS else sum(amounts), 3),
    }
    if first.slot is not None and last.slot is not None:
        data["from"] = slots[first.slot].start.isoformat()
        data["until"] = slots[last.slot].end.isoformat()
    if first.kind is BreachKind.MANUAL and not first.device_id:
        return PlanWarning(code=EXPORT_ORDER, data=data)
    return PlanWarning(code=f"{PREFIX}{first.kind}", data=data)
