"""Plans cost what an independent formulation finds with scipy's milp, both at gap 0."""

from dataclasses import replace
import random

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerGoal,
    KeplerInput,
    ObjectiveTerm,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.independent import least_cost
from tests.unit.planner.judge import complaints
from tests.unit.planner.kinds import Kind

EXACT = KeplerConfig(
    relative_gap=0.0,
    absolute_gap=0.0,
    ramp_cost_per_kw=0.0,
    car_start_cost=0.0,
    churn_cost_per_kwh=0.0,
    time_limit_s=30.0,
)
BATTERIES = Kind(
    slots=(24, 24, 48),
    batteries=(1, 1, 2),
    cars=(0,),
    water=False,
    deferrables=False,
    orders=False,
)
WITH_CAR = replace(BATTERIES, slots=(8, 16, 24), batteries=(0, 1), peaks=False, tight=False)


def hard(battery: KeplerBattery) -> KeplerBattery:
    """Return a battery whose limits can all be kept."""
    content = min(max(battery.initial_kwh, battery.min_kwh), battery.max_kwh)
    return replace(
        battery, initial_kwh=content, target_kwh=0.0, charge_curve=(), grid_charging=True
    )


def battery_home(seed: int) -> KeplerInput:
    home = random_home(seed, BATTERIES)
    return replace(
        home,
        grid=replace(home.grid, phase_netting=True),
        batteries=tuple(hard(it) for it in home.batteries),
        peaks=tuple(replace(it, base_kw=0.0) for it in home.peaks),
    )


def car_home(seed: int) -> KeplerInput:
    rng = random.Random(seed)
    home = random_home(seed, WITH_CAR)
    present = np.ones(home.hours.size, dtype=np.bool_)
    if rng.random() < 0.5:
        present[rng.randrange(home.hours.size) :] = False
    possible = 0.9 * 11.0 * float(home.hours[present].sum())
    goal = min(possible, rng.choice((0.0, 0.7, 4.0, 9.0)))
    car = KeplerCar(
        car_id="car",
        phases="ABC" if home.grid.phases == 3 else "A",
        min_kw=4.1,
        max_kw=11.0,
        present=present,
        room_kwh=goal + rng.choice((0.0, 0.3, 5.0)),
        goals=(KeplerGoal(by=home.hours.size, energy_kwh=goal),),
    )
    return replace(
        home,
        grid=replace(home.grid, phase_netting=True),
        batteries=tuple(hard(it) for it in home.batteries),
        cars=(car,),
    )


def cost_of(home: KeplerInput, config: KeplerConfig) -> float:
    """Return what the planner's plan costs, which keeps every limit."""
    result = solve(home, config)
    assert not complaints(home, result)
    assert not result.breaches
    return result.money + result.objective.get(ObjectiveTerm.SHAPING, 0.0)


@pytest.mark.parametrize("seed", range(80))
def test_batteries_cost_what_another_formulation_says(seed: int) -> None:
    home = battery_home(seed)
    config = replace(EXACT, export_threshold_per_kwh=seed % 2 * 0.03)
    assert cost_of(home, config) == pytest.approx(least_cost(home, config), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_a_car_costs_what_another_formulation_says(seed: int) -> None:
    """Where whole slots can fill the car, the planner need not use a weak last slot."""
    home = car_home(seed)
    cost, least = cost_of(home, EXACT), least_cost(home, EXACT)
    most = least_cost(home, EXACT, weak_last_slot=False)
    assert least is not None
    assert cost >= least - 1e-5 - 1e-4 * abs(least)
    if most is None:
        most = least
    assert cost <= most + 1e-5 + 1e-4 * abs(most)
