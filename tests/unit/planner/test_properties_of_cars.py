"""A car's goal is met whenever it can be, and else missed by the least."""

import random

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    FloatArray,
    KeplerCar,
    KeplerConfig,
    KeplerGoal,
    KeplerGrid,
    KeplerInput,
)
from tests.unit.planner.judge import breached_in_all, complaints

HOMES = 120
STEP = 20
CONFIG = KeplerConfig()


def one_car_home(seed: int) -> KeplerInput:
    """Return a home whose only choice is when its car charges, behind a tight breaker."""
    rng = random.Random(seed)
    count = rng.choice((8, 16, 32))
    hours = np.full(count, 0.25)
    hours[0] = rng.choice((0.25, 0.1))
    present = np.ones(count, dtype=np.bool_)
    if rng.random() < 0.5:
        left = rng.randrange(count)
        present[left : left + rng.randint(1, 12)] = False
    phases = rng.choice(("ABC", "A", "B"))
    per_amp = 0.23 * len(phases)
    room = rng.choice((3.0, 10.0, 60.0))
    prices = np.array([rng.uniform(-0.1, 0.4) for _ in range(count)])
    return KeplerInput(
        hours=hours,
        import_price=prices,
        export_price=prices - 0.05,
        pv_kwh=np.zeros(count),
        load_kwh=hours * [rng.uniform(0.5, 12.0) for _ in range(count)],
        grid=KeplerGrid(
            phases=3,
            phase_limit_kw=rng.choice((10, 16, 25)) * 0.23,
            load_shares=(0.3, 0.4, 0.3),
            inverter_shares=(1 / 3,) * 3,
        ),
        cars=(
            KeplerCar(
                car_id="car",
                phases=phases,
                min_kw=6 * per_amp,
                max_kw=16 * per_amp,
                present=present,
                room_kwh=room,
                goals=(KeplerGoal(by=rng.randint(1, count), energy_kwh=rng.uniform(0.5, room)),),
            ),
        ),
    )


def most_per_slot(home: KeplerInput) -> FloatArray:
    """Return the kWh that the car can take in each slot beside the household."""
    car, grid = home.cars[0], home.grid
    left = np.full(home.hours.size, np.inf)
    for phase in car.phases:
        load = grid.load_shares["ABC".index(phase)] * home.load_kwh / home.hours
        left = np.minimum(left, grid.phase_limit_kw - load)
    power = np.minimum(left * len(car.phases), car.max_kw)
    power[(power < car.min_kw - 1e-9) | ~car.present] = 0.0
    return np.asarray(power * home.hours)


@pytest.mark.parametrize("first", range(0, HOMES, STEP))
def test_goals_are_met_where_they_can_be_and_else_missed_by_the_least(first: int) -> None:
    kept = 0
    for seed in range(first, first + STEP):
        home = one_car_home(seed)
        goal = home.cars[0].goals[0]
        possible = float(most_per_slot(home)[: goal.by].sum())
        result = solve(home, CONFIG)
        assert complaints(home, result) == [], seed
        missing = breached_in_all(result, BreachKind.CAR_GOAL, "car")
        assert missing == pytest.approx(max(0.0, goal.energy_kwh - possible), abs=1e-5), seed
        kept += missing == 0.0
    assert 0 < kept < STEP
