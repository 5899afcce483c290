"""Cars, heaters and loads: what they get, what it costs, and why."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.devices import ChargingGoal
from custom_components.loadstar.engine.planner.output.outcomes import outcomes_of
from custom_components.loadstar.engine.planner.output.reason_kinds import ReasonKind
from custom_components.loadstar.engine.planner.output.types import DeviceOutcome
from custom_components.loadstar.engine.planner.solver.types import Breach, BreachKind, KeplerGoal
from tests.unit.planner.output.cases import NAN, NOW, Case, at

TOMORROW = ChargingGoal(by=NOW + timedelta(hours=2), energy_kwh=3.0)
CAR = Case(
    price=[0.1, 0.3, 0.3],
    export_price=[0.05] * 3,
    car=[3.0, 0.0, 0.0],
    car_goals=(KeplerGoal(by=2, energy_kwh=3.0),),
    goals=(TOMORROW,),
)
NO_CAR = CAR.but(car=[0.0] * 3)
MISSED = (Breach(kind=BreachKind.CAR_GOAL, kwh=1.5, device_id="c"),)
WATER = Case(price=[0.1, 0.3], export_price=[0.05] * 2, water=[2.0, 0.0])
LOAD = Case(price=[0.3, 0.1], export_price=[0.05] * 2, load_run=[0.0, 1.0], load_starts=(0, 1))

OUTCOMES: dict[str, tuple[Case, ReasonKind, dict[str, Any]]] = {
    "a car in a cheap hour": (
        CAR,
        ReasonKind.CAR_CHEAPEST,
        {"energy_kwh": 3.0, "price": 0.1, "mean_price": 0.2, "by": at(2)},
    ),
    "a goal at the plan's end": (
        CAR.but(car_goals=(KeplerGoal(by=3, energy_kwh=3.0),)),
        ReasonKind.CAR_CHEAPEST,
        {"energy_kwh": 3.0, "price": 0.1, "mean_price": 0.2333, "by": at(3)},
    ),
    "a car on the sun": (
        CAR.but(pv=[3.0, 0.0, 0.0]),
        ReasonKind.CAR_SURPLUS,
        {"energy_kwh": 3.0},
    ),
    "a car on the battery": (
        CAR.but(battery=[-3.0, 0.0, 0.0]),
        ReasonKind.CAR_CHEAPEST,
        {"energy_kwh": 3.0, "price": 0.1, "mean_price": 0.2, "by": at(2)},
    ),
    "a car beyond its goal": (
        CAR.but(car_goals=(KeplerGoal(by=3, energy_kwh=0.0, most_kwh=9.0, worth_per_kwh=0.2),)),
        ReasonKind.CAR_CHEAP_BEYOND,
        {"energy_kwh": 3.0, "price": 0.1},
    ),
    "a car that is too slow": (
        CAR.but(car_goals=(KeplerGoal(by=2, energy_kwh=9.0),), breaches=MISSED),
        ReasonKind.CAR_MISSES_TIME,
        {"by": at(2), "missing_kwh": 1.5, "max_kw": 3.7},
    ),
    "a car behind a breaker that is full": (
        CAR.but(breaches=MISSED),
        ReasonKind.CAR_MISSES_LIMIT,
        {"by": at(2), "missing_kwh": 1.5},
    ),
    "a car that comes after its departure": (
        NO_CAR.but(breaches=MISSED, car_present=[False, False, True]),
        ReasonKind.CAR_MISSES_AWAY,
        {"by": at(2), "missing_kwh": 1.5},
    ),
    "a car whose time has passed": (
        NO_CAR.but(car_goals=(), goals=(ChargingGoal(by=NOW, energy_kwh=3.0),)),
        ReasonKind.CAR_DEPARTED,
        {"by": at(0)},
    ),
    "a car as ordered": (
        CAR.but(orders={"c": [3.0, NAN, NAN]}),
        ReasonKind.CAR_ORDERED,
        {"energy_kwh": 3.0},
    ),
    "a car that was told to wait": (
        CAR.but(orders={"c": [0.0, NAN, NAN]}),
        ReasonKind.CAR_CHEAPEST,
        {"energy_kwh": 3.0, "price": 0.1, "mean_price": 0.2, "by": at(2)},
    ),
    "a car that has enough": (NO_CAR, ReasonKind.CAR_DONE, {}),
    "a car that can wait": (
        NO_CAR.but(
            car_goals=(KeplerGoal(by=3, energy_kwh=0.0, most_kwh=9.0, worth_per_kwh=0.1),),
            goals=(ChargingGoal(by=NOW + timedelta(hours=9), energy_kwh=9.0),),
        ),
        ReasonKind.CAR_LATER,
        {"by": at(9)},
    ),
    "a car that has enough for long": (
        NO_CAR.but(goals=(ChargingGoal(by=NOW + timedelta(hours=9), soc_percent=5.0),)),
        ReasonKind.CAR_DONE,
        {},
    ),
    "a car that may have more and does not": (
        NO_CAR.but(car_goals=(KeplerGoal(by=2, energy_kwh=0.0, most_kwh=9.0, worth_per_kwh=0.1),)),
        ReasonKind.CAR_DONE,
        {},
    ),
    "a car that is away": (NO_CAR.but(car_present=[False] * 3), ReasonKind.CAR_AWAY, {}),
    "a car without a goal": (NO_CAR.but(goals=()), ReasonKind.CAR_NO_GOAL, {}),
    "water in a cheap hour": (
        WATER,
        ReasonKind.WATER_CHEAPEST,
        {"energy_kwh": 2.0, "price": 0.1, "mean_price": 0.2},
    ),
    "water on the sun": (WATER.but(pv=[2.0, 0.0]), ReasonKind.WATER_SURPLUS, {"energy_kwh": 2.0}),
    "water that stays cold": (
        WATER.but(breaches=(Breach(kind=BreachKind.WATER, kwh=2.0, device_id="w"),)),
        ReasonKind.WATER_MISSES,
        {"missing_kwh": 2.0},
    ),
    "water that is warm": (WATER.but(water=[0.0, 0.0]), ReasonKind.WATER_WARM, {}),
    "water as ordered": (
        WATER.but(orders={"w": [2.0, NAN]}),
        ReasonKind.LOAD_ORDERED,
        {"energy_kwh": 2.0},
    ),
    "a load that waits": (
        LOAD,
        ReasonKind.LOAD_CHEAPEST,
        {"at": at(1), "cost": 0.1, "other_cost": 0.3},
    ),
    "a load that waits although the sun shone": (
        LOAD.but(pv=[1.0, 0.0]),
        ReasonKind.LOAD_FITS,
        {"at": at(1)},
    ),
    "a load on the sun": (LOAD.but(pv=[0.0, 1.0]), ReasonKind.LOAD_SURPLUS, {"at": at(1)}),
    "a load at once": (LOAD.but(load_run=[1.0, 0.0]), ReasonKind.LOAD_RUNS_FIRST, {"at": at(0)}),
    "a load that had to run": (LOAD.but(load_starts=()), ReasonKind.LOAD_RUNS_FIRST, {"at": at(1)}),
    "a load that does not fit": (
        LOAD.but(
            load_run=[0.0, 0.0],
            breaches=(Breach(kind=BreachKind.DEFERRABLE, kwh=1.0, device_id="l"),),
        ),
        ReasonKind.LOAD_MISSES,
        {"missing_kwh": 1.0},
    ),
    "a load that is not due": (LOAD.but(load_run=[0.0, 0.0]), ReasonKind.LOAD_NOT_DUE, {}),
    "a load as ordered": (
        LOAD.but(orders={"l": [NAN, 1.0]}),
        ReasonKind.LOAD_ORDERED,
        {"energy_kwh": 1.0},
    ),
}


def outcome(case: Case) -> DeviceOutcome:
    (only,) = outcomes_of(case.facts)
    return only


@pytest.mark.parametrize(("case", "kind", "data"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_device_says_why(case: Case, kind: ReasonKind, data: dict[str, Any]) -> None:
    reason = outcome(case).reason
    assert reason is not None
    assert reason.code == kind
    assert dict(reason.data) == pytest.approx(data)


def test_a_device_pays_for_what_is_bought_and_for_what_is_not_sold() -> None:
    half = outcome(CAR.but(pv=[1.0, 0.0, 0.0]))
    assert half.cost == pytest.approx(2.0 * 0.1 + 1.0 * 0.05)
    assert half.energy_kwh == 3.0


def test_a_device_is_done_at_the_end_of_its_last_slot() -> None:
    assert outcome(CAR.but(car=[1.5, 1.5, 0.0])).finish == NOW + timedelta(hours=2)
    assert outcome(NO_CAR).finish is None


def test_a_car_is_done_when_its_goal_is_met_and_not_with_the_last_sun() -> None:
    assert outcome(CAR.but(car=[3.0, 0.0, 1.0])).finish == NOW + timedelta(hours=1)
    assert outcome(CAR.but(car=[1.0, 0.0, 1.0], breaches=MISSED)).finish == NOW + timedelta(hours=3)


def test_what_is_missing_is_of_its_own_goals() -> None:
    others = Breach(kind=BreachKind.CAR_GOAL, kwh=7.0, device_id="another")
    manual = Breach(kind=BreachKind.MANUAL, kwh=7.0, device_id="c", slot=0)
    twice = outcome(CAR.but(breaches=(*MISSED, *MISSED, others, manual)))
    assert twice.missing_kwh == 3.0


def test_names_are_those_of_the_input() -> None:
    case = CAR.but(water=[0.0] * 3, load_run=[0.0] * 3)
    assert [each.name for each in outcomes_of(case.facts)] == ["Car", "Boiler", "Washer"]
