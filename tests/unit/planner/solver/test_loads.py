"""Water heaters and deferrable loads: whole runs, in time, when they are cheap."""

from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.parts.water import block_starts
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    KeplerPrevious,
    WaterDay,
)
from tests.unit.planner.solver.houses import (
    MONEY_ALONE,
    broken,
    house,
    orders,
    taken,
    washer,
    water,
)

PRICES = [3.0, 2.0, 1.0, 1.0, 2.0, 3.0]


def day(kwh: float, first: int = 0, end: int = 6) -> WaterDay:
    """Return kWh wanted in slots."""
    return WaterDay(first=first, end=end, energy_kwh=kwh)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [0.0] * 6),
        ({"days": (day(4.0),)}, [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]),
        ({"days": (day(3.0),)}, [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]),
        ({"days": (day(3.0),), "continuous": True}, [0.0, 0.0, 2.0, 1.0, 0.0, 0.0]),
        ({"days": (day(4.0, 0, 2), day(0.0, 2))}, [2.0, 2.0, 0.0, 0.0, 0.0, 0.0]),
        (
            {"days": (day(4.0),), "allowed": np.array([True, True, False, True, True, True])},
            [0.0, 0.0, 0.0, 2.0, 2.0, 0.0],
        ),
        ({"latest_first": 2}, [2.0, 2.0, 0.0, 0.0, 0.0, 0.0]),
        ({"latest_first": 3}, [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]),
        ({"longest_gap_slots": 2}, [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]),
        ({"longest_gap_slots": 9}, [0.0] * 6),
        ({"orders": orders(6, least={4: 2.0, 5: 2.0})}, [0.0, 0.0, 0.0, 0.0, 2.0, 2.0]),
        (
            {"days": (day(4.0),), "orders": orders(6, most={2: 0.0, 3: 0.0})},
            [0.0, 0.0, 0.0, 0.0, 2.0, 2.0],
        ),
    ],
    ids=[
        "wants nothing",
        "cheapest block",
        "whole blocks",
        "any power",
        "each day its own",
        "where it may",
        "before its gap ends",
        "late but before its gap ends",
        "no longer gap",
        "gap beyond the plan",
        "as ordered",
        "not as ordered",
    ],
)
def test_a_heater_runs(changes: dict[str, Any], expected: list[float]) -> None:
    result = solve(house(PRICES, water_heaters=(water(6, **changes),)), MONEY_ALONE)
    assert taken(result, "water") == expected
    assert not result.breaches


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"days": (day(20.0),)}, (BreachKind.WATER, 8.0, "water", None)),
        (
            {"days": (day(4.0),), "allowed": np.zeros(6, np.bool_)},
            (BreachKind.WATER, 4.0, "water", None),
        ),
        (
            {"latest_first": 1, "allowed": np.array([False] * 2 + [True] * 4)},
            (BreachKind.WATER_GAP, 2.0, "water", 0),
        ),
    ],
    ids=["more than fits", "never allowed", "not in time"],
)
def test_a_heater_says_what_it_cannot_do(
    changes: dict[str, Any], expected: tuple[BreachKind, float, str, int | None]
) -> None:
    result = solve(house(PRICES, water_heaters=(water(6, **changes),)), MONEY_ALONE)
    assert broken(result) == [expected]


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"days": (day(4.0),)}, 4.0),
        ({"days": (day(0.0),)}, 0.0),
        ({"days": (day(3.0),), "continuous": True, "block_slots": 1}, 3.0),
        ({"days": (day(4.0),), "longest_gap_slots": 0}, 12.0),
        ({"days": (day(4.0),), "orders": orders(6, least={0: 2.0, 1: 2.0, 2: 2.0, 3: 2.0})}, 12.0),
        ({"days": (day(4.0),), "power_kw": 0.0}, 0.0),
    ],
    ids=["its need", "no need", "any power", "as its gaps ask", "as ordered", "no power"],
)
def test_a_heater_is_no_dump_for_energy_that_is_paid_for(
    changes: dict[str, Any], total: float
) -> None:
    result = solve(house([-1.0] * 6, water_heaters=(water(6, **changes),)), MONEY_ALONE)
    assert sum(taken(result, "water")) == pytest.approx(total)


@pytest.mark.parametrize(
    ("changes", "ran", "expected"),
    [
        ({}, [], [0, 2, 4, 6]),
        ({"days": (day(1.0, 0, 3), day(1.0, 3, 8))}, [], [0, 1, 3, 5, 6]),
        ({"days": (day(1.0, 0, 8),)}, [], [0, 2, 4, 6]),
        ({"days": (day(1.0, 0, 8),), "block_slots": 9}, [], []),
        ({"allowed": np.array([False] * 3 + [True] * 5)}, [], [3, 4, 5, 6]),
        ({"days": (day(1.0, 0, 8),)}, [5, 6], [0, 2, 4, 5, 6]),
    ],
    ids=["from now", "in step with midnight", "one day", "too long", "as it opens", "as planned"],
)
def test_blocks_start_in_step(changes: dict[str, Any], ran: list[int], expected: list[int]) -> None:
    ran_in = np.isin(np.arange(8), ran)
    assert block_starts(water(8, **changes), 8, ran_in).tolist() == expected


def test_a_heater_stays_with_the_last_plan_where_that_costs_nothing() -> None:
    last = KeplerPrevious(energy_kwh={"water": np.array([0.0, 0.0, 0.0, 2.0, 2.0, 0.0])})
    problem = house([1.0] * 6, water_heaters=(water(6, days=(day(4.0),)),), previous=last)
    result = solve(problem, MONEY_ALONE)
    assert sum(taken(result, "water")) == 4.0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"starts": (0, 1, 2, 3, 4)}, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]),
        ({"starts": (0, 4)}, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]),
        ({"starts": (5,)}, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
        ({"starts": (0, 3), "orders": orders(6, least={0: 1.0})}, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        ({"power_kw": 0.0}, [0.0] * 6),
    ],
    ids=["cheapest", "where it may", "beyond the plan", "as ordered", "no power"],
)
def test_a_load_runs_once(changes: dict[str, Any], expected: list[float]) -> None:
    prices = [3.0, 2.0, 1.0, 1.0, 2.0, 2.5]
    result = solve(house(prices, deferrables=(washer(**changes),)), MONEY_ALONE)
    assert taken(result, "washer") == expected
    assert not result.breaches


@pytest.mark.parametrize("starts", [(), (9,), (-1,)])
def test_a_load_that_may_start_nowhere_is_reported(starts: tuple[int, ...]) -> None:
    result = solve(house(PRICES, deferrables=(washer(starts=starts),)), MONEY_ALONE)
    assert broken(result) == [(BreachKind.DEFERRABLE, 2.0, "washer", None)]
