"""Limits that had to give become warnings, one per stretch of slots."""

import pytest

from custom_components.loadstar.engine.planner.output.breaches import breach_warnings
from custom_components.loadstar.engine.planner.solver.types import Breach, BreachKind
from tests.unit.planner.output.cases import Case, at

HOME = Case(price=[0.1] * 6).planner_input


def breaker(slot: int, kwh: float = 0.5, phase: str = "A") -> Breach:
    return Breach(kind=BreachKind.BREAKER, kwh=kwh, device_id=phase, slot=slot)


def floor(slot: int, kwh: float) -> Breach:
    return Breach(kind=BreachKind.SOC_FLOOR, kwh=kwh, device_id="b", slot=slot)


def goal(kwh: float) -> Breach:
    return Breach(kind=BreachKind.CAR_GOAL, kwh=kwh, device_id="c")


MERGED = {
    "consecutive slots are one": (
        [breaker(2), breaker(1), breaker(3)],
        [("breach_breaker", "A", 1.5, at(1), at(4))],
    ),
    "a gap divides": (
        [breaker(0), breaker(2)],
        [("breach_breaker", "A", 0.5, at(0), at(1)), ("breach_breaker", "A", 0.5, at(2), at(3))],
    ),
    "phases are apart": (
        [breaker(0), breaker(1, phase="B")],
        [("breach_breaker", "A", 0.5, at(0), at(1)), ("breach_breaker", "B", 0.5, at(1), at(2))],
    ),
    "kinds are apart": (
        [breaker(0), Breach(kind=BreachKind.MANUAL, kwh=1.0, device_id="A", slot=1)],
        [("breach_breaker", "A", 0.5, at(0), at(1)), ("breach_manual", "A", 1.0, at(1), at(2))],
    ),
    "a level is as far off as at its worst": (
        [floor(0, 2.0), floor(1, 1.0)],
        [("breach_soc_floor", "House", 2.0, at(0), at(2))],
    ),
    "of the whole plan": ([goal(3.0)], [("breach_car_goal", "Car", 3.0, None, None)]),
    "each goal is its own": (
        [goal(3.0), goal(1.0)],
        [("breach_car_goal", "Car", 3.0, None, None), ("breach_car_goal", "Car", 1.0, None, None)],
    ),
    "an order to export is nobody's": (
        [Breach(kind=BreachKind.MANUAL, kwh=1.0, slot=0)],
        [("breach_manual_export", "", 1.0, at(0), at(1))],
    ),
    "dust is nothing": ([breaker(0, kwh=1e-4)], []),
}


@pytest.mark.parametrize(("breaches", "expected"), MERGED.values(), ids=MERGED)
def test_breaches_are_merged(breaches: list[Breach], expected: list[tuple[object, ...]]) -> None:
    warnings = breach_warnings(HOME, breaches)
    assert [
        (
            each.code,
            each.data["name"],
            each.data["kwh"],
            each.data.get("from"),
            each.data.get("until"),
        )
        for each in warnings
    ] == expected
