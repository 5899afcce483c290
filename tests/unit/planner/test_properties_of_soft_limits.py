"""Where nothing is scarce, no limit gives that could be kept, and the rest by the least."""

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerWater,
    WaterDay,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.judge import breached_in_all
from tests.unit.planner.judge_blocks import runs
from tests.unit.planner.kinds import CALM

HOMES = 120
STEP = 20
CONFIG = KeplerConfig(time_limit_s=10.0)


def least_goal_missing(car: KeplerCar, hours: FloatArray) -> float:
    """Return the kWh of its goals that a car cannot get with all wires to itself."""
    possible = np.cumsum(car.max_kw * hours * car.present)
    if car.taper:
        possible = tapered(car, hours)
    missing = 0.0
    for goal in car.goals:
        had = float(possible[goal.by - 1]) if goal.by else 0.0
        missing += max(0.0, goal.energy_kwh - min(had, car.room_kwh))
    return missing


def tapered(car: KeplerCar, hours: FloatArray) -> FloatArray:
    """Return what a car has taken by the end of each slot when it takes all it can."""
    taken, so_far = np.zeros(hours.size), 0.0
    levels, powers = zip(*car.taper, strict=True)
    for slot, length in enumerate(hours):
        power = min(car.max_kw, float(np.interp(so_far, levels, powers)))
        so_far += power * length * car.present[slot]
        taken[slot] = so_far
    return taken


def least_heat_missing(water: KeplerWater, day: WaterDay, hours: FloatArray) -> float:
    """Return the kWh of a day that a heater cannot give, its blocks packed tightly.

    Blocks that reach over a day's end give to both days, so whole runs are looked at.
    """
    possible = 0.0
    inside = (np.arange(hours.size) >= day.first) & (np.arange(hours.size) < day.end)
    for first, end in runs(water.allowed):
        best = np.zeros(end + 1)
        for slot in range(first, end):
            best[slot + 1] = max(best[slot + 1], best[slot])
            begin = slot + 1 - water.block_slots
            if begin >= first:
                given = water.power_kw * float((hours * inside)[begin : slot + 1].sum())
                best[slot + 1] = max(best[slot + 1], best[begin] + given)
        possible += float(best[end])
    return max(0.0, day.energy_kwh - possible)


def least_target_missing(battery: KeplerBattery, hours: FloatArray) -> float:
    """Return the kWh that a battery lacks at the end though it only charges."""
    if battery.charge_curve or not battery.grid_charging:
        return np.nan
    charged = battery.charge_efficiency * battery.max_charge_kw * float(hours.sum())
    most = battery.initial_kwh + charged
    return max(0.0, battery.target_kwh - min(most, battery.max_kwh))


@pytest.mark.parametrize("first", range(10_000, 10_000 + HOMES, STEP))
def test_what_can_be_kept_is_kept(first: int) -> None:
    for seed in range(first, first + STEP):
        home = random_home(seed, CALM)
        result = solve(home, CONFIG)
        for car in home.cars:
            missing = breached_in_all(result, BreachKind.CAR_GOAL, car.car_id)
            least = least_goal_missing(car, home.hours)
            assert missing == pytest.approx(least, abs=1e-4), (seed, car)
        for water in home.water_heaters:
            least = sum(least_heat_missing(water, day, home.hours) for day in water.days)
            missing = breached_in_all(result, BreachKind.WATER, water.load_id)
            assert missing == pytest.approx(least, abs=1e-4), (seed, water)
        for battery in home.batteries:
            missing = breached_in_all(result, BreachKind.TARGET_SOC, battery.battery_id)
            least = least_target_missing(battery, home.hours)
            assert np.isnan(least) or missing == pytest.approx(least, abs=1e-4), (seed, battery)
        others = {BreachKind.CAR_GOAL, BreachKind.WATER, BreachKind.TARGET_SOC}
        told = {breach.kind for breach in result.breaches} - others
        assert told <= {BreachKind.SOC_FLOOR, BreachKind.WATER_GAP, BreachKind.DEFERRABLE}, seed
        assert BreachKind.DEFERRABLE not in told or not all(it.starts for it in home.deferrables)
