"""Goals of cars become kWh at the charger by a slot."""

from dataclasses import replace
from datetime import timedelta
import math
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.devices import Car, ChargingGoal
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.engine.planner.scheduling.charging_goals import plan_car
from custom_components.loadstar.engine.planner.strategy.types import CarPlanning
from tests.unit.planner.inputs.samples import CAR, NOON, an_input, codes, some_slots

HOUR = timedelta(hours=1)
IN_FIVE_HOURS = NOON + 5 * HOUR


def planned(*goals: ChargingGoal, **changes: Any) -> tuple[CarPlanning, tuple[PlanWarning, ...]]:
    car: Car = replace(CAR, goals=goals, **changes)
    ramp = some_slots(48, price=lambda index: 0.001 * index)
    return plan_car(an_input(ramp, cars=(car,)), car)


@pytest.mark.parametrize(
    ("goal", "kwh"),
    [
        ({"soc_percent": 70.0}, 60 * 0.3 / 0.9),
        ({"soc_percent": 40.0}, 0.0),
        ({"soc_percent": 30.0}, 0.0),
        ({"energy_kwh": 12.0}, 12.0),
        ({"energy_kwh": -1.0}, 0.0),
        ({"soc_percent": 70.0, "energy_kwh": 12.0}, 20.0),
        ({"soc_percent": 43.0, "energy_kwh": 12.0}, 12.0),
        ({"soc_percent": 120.0}, 40.0),  # what there is room for
        ({"energy_kwh": 99.0}, 40.0),
        ({}, 0.0),
    ],
)
def test_a_goal_is_energy_at_the_charger(goal: dict[str, float], kwh: float) -> None:
    car, warnings = planned(ChargingGoal(by=IN_FIVE_HOURS, **goal))
    assert car.goals[0].energy_kwh == pytest.approx(kwh)
    assert car.goals[0].by == 20
    assert warnings == ()
    assert car.room_kwh == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("minutes", "by"), [(1, 1), (15, 1), (16, 1), (29, 1), (30, 2), (310, 20), (48 * 60, 192)]
)
def test_a_goal_is_met_before_the_slot_in_which_the_car_leaves(minutes: int, by: int) -> None:
    car, _ = planned(ChargingGoal(by=NOON + timedelta(minutes=minutes), energy_kwh=1.0))
    assert car.goals[0].by == by


def test_goals_are_in_order_of_time() -> None:
    car, _ = planned(
        ChargingGoal(by=NOON + 30 * HOUR, energy_kwh=2.0),
        ChargingGoal(by=IN_FIVE_HOURS, energy_kwh=1.0),
    )
    assert [(goal.by, goal.energy_kwh) for goal in car.goals] == [(20, 1.0), (120, 2.0)]


@pytest.mark.parametrize("ago", [timedelta(0), HOUR, timedelta(days=400)])
def test_a_departure_in_the_past_is_left_out_and_said(ago: timedelta) -> None:
    car, warnings = planned(
        ChargingGoal(by=NOON - ago, soc_percent=90.0),
        ChargingGoal(by=IN_FIVE_HOURS, energy_kwh=1.0),
    )
    assert len(car.goals) == 1
    assert codes(warnings) == ["departure_past"]
    assert warnings[0].data == {
        "device": "car",
        "name": "Car",
        "by": (NOON - ago).isoformat(),
    }


@pytest.mark.parametrize("soc", [None, math.nan])
def test_an_unknown_soc_is_taken_to_be_half_and_said(soc: float | None) -> None:
    car, warnings = planned(ChargingGoal(by=IN_FIVE_HOURS, soc_percent=80.0), soc_percent=soc)
    assert car.goals[0].energy_kwh == pytest.approx(60 * 0.3 / 0.9)
    assert codes(warnings) == ["car_soc_unknown"]
    assert warnings[0].data["assumed_percent"] == 50.0


@pytest.mark.parametrize(
    ("taken_kwh", "kwh"), [(5.0, 15.0), (20.0, 0.0), (99.0, 0.0), (-5.0, 20.0)]
)
def test_what_a_car_of_unknown_soc_has_taken_since_it_came_counts(
    taken_kwh: float, kwh: float
) -> None:
    goal = ChargingGoal(by=IN_FIVE_HOURS, soc_percent=80.0)
    car, _ = planned(goal, soc_percent=None, session_kwh=taken_kwh)
    assert car.goals[0].energy_kwh == pytest.approx(kwh)


@pytest.mark.parametrize(("soc", "room_kwh"), [(130.0, 0.0), (-10.0, 60 / 0.9)])
def test_a_soc_out_of_range_is_clamped_and_said(soc: float, room_kwh: float) -> None:
    car, warnings = planned(soc_percent=soc)
    assert car.room_kwh == pytest.approx(room_kwh)
    assert codes(warnings) == ["car_soc_clamped"]
    assert warnings[0].data["soc_percent"] == soc


@pytest.mark.parametrize("capacity", [None, 0.0, -1.0, math.nan, math.inf])
def test_without_a_capacity_only_a_goal_by_energy_holds(capacity: float | None) -> None:
    car, warnings = planned(
        ChargingGoal(by=IN_FIVE_HOURS, soc_percent=80.0),
        ChargingGoal(by=IN_FIVE_HOURS, soc_percent=80.0, energy_kwh=7.0),
        capacity_kwh=capacity,
    )
    assert [goal.energy_kwh for goal in car.goals] == [7.0]
    assert codes(warnings) == ["car_capacity_unknown"]
    assert car.soc_percent is None
    assert car.room_kwh == pytest.approx(48 * 16 * 0.23 * 3)


def test_a_goal_beyond_what_a_guest_can_take_in_time_is_not_made_smaller() -> None:
    car, _ = planned(ChargingGoal(by=IN_FIVE_HOURS, energy_kwh=9999.0), capacity_kwh=None)
    assert [goal.energy_kwh for goal in car.goals] == [9999.0]
    assert car.room_kwh < 9999.0


@pytest.mark.parametrize(
    ("plugged", "away", "there"),
    [
        (True, (), [*range(192)]),
        (False, (), []),
        (True, ((NOON + HOUR, NOON + 2 * HOUR),), [*range(4), *range(8, 192)]),
        (False, ((NOON - HOUR, NOON + 2 * HOUR),), [*range(8, 192)]),
        (True, ((NOON + timedelta(minutes=70), NOON + timedelta(minutes=71)),), None),
    ],
)
def test_a_car_charges_only_while_it_is_there(
    plugged: bool,  # noqa: FBT001
    away: tuple[tuple[Any, Any], ...],
    there: list[int] | None,
) -> None:
    car, _ = planned(plugged=plugged, away=away)
    if there is None:
        there = [slot for slot in range(192) if slot != 4]
    assert np.flatnonzero(car.present).tolist() == there


@pytest.mark.parametrize(
    ("target", "cheap", "most_kwh", "worth"),
    [
        (80.0, 0.15, 60 * 0.4 / 0.9, 0.15),
        (80.0, None, 0.0, 0.0),
        (None, 0.15, 0.0, 0.0),
        (50.0, 0.15, 0.0, 0.0),  # below the goal
    ],
)
def test_beyond_its_goal_a_car_takes_what_is_cheap(
    target: float | None, cheap: float | None, most_kwh: float, worth: float
) -> None:
    goal = ChargingGoal(
        by=IN_FIVE_HOURS,
        soc_percent=60.0,
        target_soc_percent=target,
        cheap_price_per_kwh=cheap,
    )
    car, _ = planned(goal)
    assert car.goals[0].most_kwh == pytest.approx(most_kwh)
    assert car.goals[0].worth_per_kwh == worth


def test_a_target_needs_a_capacity() -> None:
    goal = ChargingGoal(
        by=IN_FIVE_HOURS, energy_kwh=5.0, target_soc_percent=80.0, cheap_price_per_kwh=0.1
    )
    car, _ = planned(goal, capacity_kwh=None)
    assert (car.goals[0].most_kwh, car.goals[0].worth_per_kwh) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("beyond_h", "due_kwh", "most_kwh"), [(0, 30.0, 0.0), (1, 18.96, 30.0), (10, 0.0, 30.0)]
)
def test_of_a_goal_beyond_the_plan_that_is_due_which_cannot_wait(
    beyond_h: float, due_kwh: float, most_kwh: float
) -> None:
    car, _ = planned(ChargingGoal(by=NOON + (48 + beyond_h) * HOUR, energy_kwh=30.0))
    (goal,) = car.goals
    assert (goal.by, goal.energy_kwh, goal.most_kwh) == pytest.approx((192, due_kwh, most_kwh))
    # where a fifth of prices are below it
    assert goal.worth_per_kwh == pytest.approx(0.0382 if most_kwh else 0.0)


def test_to_a_car_without_goals_surplus_is_worth_what_a_cheap_hour_costs() -> None:
    car, _ = planned()
    assert car.surplus_worth_per_kwh == pytest.approx(0.0382)


@pytest.mark.parametrize(
    "changes",
    [{"soc_percent": None}, {"soc_percent": math.nan}, {"capacity_kwh": None}],
)
def test_a_car_that_may_be_full_is_kept_no_surplus(changes: dict[str, Any]) -> None:
    assert planned(**changes)[0].surplus_worth_per_kwh == 0.0


def test_a_goal_says_all_that_a_car_is_to_have() -> None:
    car, _ = planned(ChargingGoal(by=IN_FIVE_HOURS, soc_percent=60.0))
    assert car.surplus_worth_per_kwh == 0.0
