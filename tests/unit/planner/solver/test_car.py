"""A car: nothing or between its least and largest power, ready when it has to be."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    KeplerConfig,
    KeplerGoal,
    KeplerPrevious,
    ObjectiveTerm,
    SolveStatus,
)
from tests.unit.planner.solver.houses import (
    MONEY_ALONE,
    THREE_PHASES,
    broken,
    car,
    house,
    orders,
    taken,
)

PRICES = [4.0, 1.0, 3.0, 2.0]
TWO_STEPS = replace(MONEY_ALONE, relative_gap=0.001)


def goal(kwh: float, by: int = 4, **beyond: float) -> KeplerGoal:
    """Return kWh that are wanted before a slot."""
    return KeplerGoal(by=by, energy_kwh=kwh, **beyond)


@pytest.mark.parametrize("config", [MONEY_ALONE, TWO_STEPS], ids=["at once", "two steps"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [0.0, 0.0, 0.0, 0.0]),
        ({"goals": (goal(4.0),)}, [0.0, 4.0, 0.0, 0.0]),
        ({"goals": (goal(6.0),)}, [0.0, 4.0, 0.0, 2.0]),
        ({"goals": (goal(5.0),)}, [0.0, 3.0, 0.0, 2.0]),
        ({"goals": (goal(1.0),)}, [0.0, 2.0, 0.0, 0.0]),
        ({"goals": (goal(3.0, by=1), goal(7.0))}, [3.0, 4.0, 0.0, 0.0]),
        (
            {"goals": (goal(4.0),), "present": np.array([True, False, True, True])},
            [0.0, 0.0, 0.0, 4.0],
        ),
        ({"goals": (goal(9.0),), "room_kwh": 5.0}, [0.0, 3.0, 0.0, 2.0]),
        ({"goals": (goal(1.0),), "room_kwh": 1.0}, [0.0, 1.0, 0.0, 0.0]),
        (
            {"goals": (goal(5.0),), "room_kwh": 5.0, "min_kw": 3.0, "max_kw": 3.0},
            [0.0, 3.0, 0.0, 2.0],
        ),
        ({"goals": (goal(0.0, most_kwh=9.0, worth_per_kwh=1.5),)}, [0.0, 4.0, 0.0, 0.0]),
        ({"goals": (goal(2.0, most_kwh=3.0, worth_per_kwh=1.5),)}, [0.0, 3.0, 0.0, 0.0]),
        ({"orders": orders(4, least={0: 3.0})}, [3.0, 0.0, 0.0, 0.0]),
        ({"goals": (goal(4.0),), "orders": orders(4, most={1: 0.0})}, [0.0, 0.0, 0.0, 4.0]),
    ],
    ids=[
        "wants nothing",
        "cheapest hour",
        "cheapest hours",
        "not below its least",
        "a little more than wanted",
        "two goals",
        "not while away",
        "no more than fits",
        "last bit below the least",
        "last bit of a fixed power",
        "what is cheap beyond",
        "what is cheap beyond, to its target",
        "as ordered",
        "not as ordered",
    ],
)
def test_it_takes(config: KeplerConfig, changes: dict[str, Any], expected: list[float]) -> None:
    result = solve(house(PRICES, cars=(car(4, **changes),)), config)
    assert taken(result, "car") == expected
    assert result.status in {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"goals": (goal(20.0),)}, 4.0),
        ({"goals": (goal(5.0, by=0),)}, 5.0),
        ({"goals": (goal(5.0),), "present": np.zeros(4, np.bool_)}, 5.0),
        ({"goals": (goal(9.0),), "room_kwh": 5.0}, 4.0),
        ({"goals": (goal(9.0),), "room_kwh": 0.0}, 9.0),
        ({"goals": (goal(9.0),), "max_kw": 0.0}, 9.0),
    ],
    ids=["too little time", "left already", "never there", "too little room", "full", "no power"],
)
def test_a_goal_out_of_reach_is_missed_by_the_least(
    changes: dict[str, Any], missing: float
) -> None:
    result = solve(house(PRICES, cars=(car(4, **changes),)), TWO_STEPS)
    assert broken(result) == [(BreachKind.CAR_GOAL, missing, "car", None)]


def test_worth_beyond_a_goal_is_reported() -> None:
    charger = car(4, goals=(goal(2.0, most_kwh=3.0, worth_per_kwh=1.5),))
    result = solve(house(PRICES, cars=(charger,)), MONEY_ALONE)
    assert result.objective[ObjectiveTerm.CAR_WORTH] == pytest.approx(-1.5)


def test_surplus_is_taken_where_nothing_is_imported() -> None:
    charger = car(3, surplus_worth_per_kwh=0.5)
    problem = house([2.0] * 3, pv_kwh=[4.0, 2.0, 0.0], export_price=0.1, cars=(charger,))
    result = solve(problem, MONEY_ALONE)
    assert taken(result, "car") == [3.0, 0.0, 0.0]
    assert result.objective[ObjectiveTerm.CAR_WORTH] == pytest.approx(-1.5)


def test_an_order_while_it_is_away_is_reported_and_the_rest_holds() -> None:
    charger = car(
        4,
        present=np.array([False, True, True, True]),
        orders=orders(4, least={0: 3.0}),
        goals=(goal(4.0),),
    )
    result = solve(house(PRICES, cars=(charger,)), MONEY_ALONE)
    assert taken(result, "car") == [0.0, 4.0, 0.0, 0.0]
    assert broken(result) == [(BreachKind.MANUAL, 3.0, "car", 0)]


def test_it_slows_down_as_it_fills_below_its_least_power() -> None:
    charger = car(4, taper=((0.0, 4.0), (4.0, 4.0), (6.0, 0.5)), room_kwh=6.0, goals=(goal(6.0),))
    result = solve(house([1.0, 1.0, 1.0, 1.0], cars=(charger,)), MONEY_ALONE)
    energy = result.devices["car"].charge_kwh
    before = np.r_[0.0, np.cumsum(energy)[:-1]]
    most = np.interp(before, [0.0, 4.0, 6.0], [4.0, 4.0, 0.5])
    assert np.all(energy <= most + 1e-6)
    assert energy.sum() == pytest.approx(6.0, abs=1e-5)


def test_a_taper_that_stays_above_its_least_power_needs_no_exception() -> None:
    charger = car(4, taper=((0.0, 4.0), (40.0, 2.0)), goals=(goal(8.0),))
    result = solve(house([1.0] * 4, cars=(charger,)), MONEY_ALONE)
    energy = result.devices["car"].charge_kwh
    assert energy.sum() == pytest.approx(8.0)
    assert np.all((energy < 1e-9) | (energy > 2.0 - 1e-6))


def test_a_taper_that_begins_below_the_least_power_is_followed() -> None:
    charger = car(4, taper=((0.0, 1.0), (4.0, 1.0)), room_kwh=4.0, goals=(goal(2.0),))
    result = solve(house(PRICES, cars=(charger,)), MONEY_ALONE)
    assert taken(result, "car") == [0.0, 1.0, 0.0, 1.0]


def test_it_may_choose_one_phase_where_three_are_too_much() -> None:
    charger = car(
        2, phases="ABC", min_kw=4.0, max_kw=11.0, single_phase=(1.4, 3.7), goals=(goal(3.0, 2),)
    )
    problem = house([2.0, 1.0], grid=THREE_PHASES, cars=(charger,))
    result = solve(problem, MONEY_ALONE)
    assert taken(result, "car") == [0.0, 3.0]
    single = result.devices["car"].single_phase
    assert single is not None
    assert single.tolist() == [False, True]


@pytest.mark.parametrize("config", [MONEY_ALONE, TWO_STEPS], ids=["at once", "two steps"])
def test_one_phase_or_three_never_both(config: KeplerConfig) -> None:
    charger = car(
        4, phases="ABC", min_kw=4.0, max_kw=11.0, single_phase=(1.4, 3.7), goals=(goal(12.5),)
    )
    result = solve(house(PRICES, grid=THREE_PHASES, cars=(charger,)), config)
    energy = result.devices["car"].charge_kwh
    assert energy.sum() == pytest.approx(12.5)
    assert energy[1] == pytest.approx(11.0)
    assert energy[3] == pytest.approx(1.5)


def test_a_circuit_holds_its_cars_together() -> None:
    grid = replace(THREE_PHASES, circuits={"garage": 5.0})
    cars = tuple(
        car(2, car_id=name, circuits=("garage",), goals=(goal(4.0, 2),)) for name in ("one", "two")
    )
    result = solve(house([1.0, 2.0], grid=grid, cars=cars), MONEY_ALONE)
    both = result.devices["one"].charge_kwh + result.devices["two"].charge_kwh
    assert both == pytest.approx([5.0, 3.0]) or both == pytest.approx([4.0, 4.0])
    assert both.max() <= 5.0 + 1e-6
    assert not result.breaches


def test_starts_are_few_where_they_cost() -> None:
    charger = car(4, goals=(goal(8.0),))
    config = replace(MONEY_ALONE, car_start_cost=5.0)
    result = solve(house([1.0, 1.5, 1.0, 1.5], cars=(charger,)), config)
    on = result.devices["car"].charge_kwh > 0.0
    assert int(np.sum(on & ~np.r_[False, on[:-1]])) == 1
    assert result.objective[ObjectiveTerm.SHAPING] == pytest.approx(5.0)


def test_a_car_that_ran_goes_on_without_a_new_start() -> None:
    charger = car(3, goals=(goal(4.0, 3),))
    last = KeplerPrevious(energy_kwh={"car": np.array([4.0, 0.0, np.nan])})
    config = replace(MONEY_ALONE, car_start_cost=0.5)
    problem = house([1.2, 1.0, 1.0], cars=(charger,), previous=last)
    assert taken(solve(problem, config), "car") == [2.0, 2.0, 0.0]


def test_equal_hours_are_used_as_the_last_plan_meant_to() -> None:
    charger = car(3, goals=(goal(4.0, 3),))
    last = KeplerPrevious(energy_kwh={"car": np.array([0.0, 0.0, 4.0])})
    config = replace(MONEY_ALONE, churn_cost_per_kwh=0.01)
    problem = house([1.0, 1.0, 1.0], cars=(charger,), previous=last)
    assert taken(solve(problem, config), "car") == [0.0, 0.0, 4.0]
