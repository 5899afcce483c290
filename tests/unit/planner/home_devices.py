"""Random devices of a random home."""

from collections.abc import Sequence
import random

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    BoolArray,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerDeferrable,
    KeplerGoal,
    KeplerGrid,
    KeplerWater,
    Orders,
    WaterDay,
)
from tests.unit.planner.kinds import Kind

VOLT = 0.23  # kV
PHASES = "ABC"


def on_phases(rng: random.Random, grid: KeplerGrid) -> str:
    return "A" if grid.phases == 1 else rng.choice((PHASES, PHASES, "B", "C"))


def battery(rng: random.Random, index: int, count: int, kind: Kind) -> KeplerBattery:
    capacity = rng.choice((0.0, 5.0, 10.0, 10.0, 20.0) if kind.tight else (5.0, 10.0, 20.0))
    power = rng.choice((2.0, 5.0, 11.0))
    content = rng.uniform(0.0, 1.0) if kind.tight else rng.uniform(0.2, 0.9)
    curved = rng.random() < 0.2
    return KeplerBattery(
        battery_id=f"battery {index}",
        capacity_kwh=capacity,
        initial_kwh=content * capacity,
        min_kwh=rng.choice((0.0, 0.1, 0.2)) * capacity,
        max_kwh=rng.choice((0.9, 1.0)) * capacity,
        max_charge_kw=power,
        max_discharge_kw=rng.choice((power, 3.0)),
        charge_efficiency=rng.choice((0.9, 0.95, 1.0)),
        discharge_efficiency=rng.choice((0.9, 0.95, 1.0)),
        # of a chance of its own, so that the other draws stay what they are
        back_by=random.Random(f"{content}").choice((0, 0, 4, 100)),
        target_kwh=rng.choice((0.0, 0.0, 0.4)) * capacity,
        terminal_value=rng.choice(
            ((), ((0.3 * capacity, 0.3), (0.7 * capacity, 0.1)), ((capacity, 0.2),))
        ),
        charge_curve=((0.0, power), (0.7 * capacity, power), (capacity, 1.0)) if curved else (),
        grid_charging=rng.random() < 0.85,
        orders=(
            orders(rng, count, -0.5, 0.5, ((0.0, 0.0), (0.2, np.nan), (np.nan, -0.2)))
            # the adapter leaves out a battery without capacity
            if kind.orders and rng.random() < 0.08 and capacity > 0.0
            else None
        ),
    )


def orders(
    rng: random.Random,
    count: int,
    low: float,
    high: float,
    choices: Sequence[tuple[float, float]],
) -> Orders:
    """Return bounds for a few slots, of which some cannot be kept."""
    least, most = np.full(count, np.nan), np.full(count, np.nan)
    first = rng.randrange(count)
    part = slice(first, first + rng.randint(1, 4))
    least[part], most[part] = rng.choice((*choices, (low, high)))
    return Orders(least_kwh=least, most_kwh=most)


def car(
    rng: random.Random, index: int, hours: FloatArray, grid: KeplerGrid, kind: Kind
) -> KeplerCar:
    phases = on_phases(rng, grid)
    per_amp = VOLT * len(phases)
    present, room = _presence(rng, hours.size), rng.choice((2.0, 8.0, 30.0, 60.0))
    maximum = rng.choice((10, 16, 16)) * per_amp
    choice = len(phases) == 3 and rng.random() < 0.25
    curve = ((0.0, maximum), (0.6 * room, maximum), (room, 6 * per_amp))
    return KeplerCar(
        car_id=f"car {index}",
        phases=phases,
        min_kw=6 * per_amp,
        max_kw=maximum,
        present=present,
        room_kwh=room,
        goals=_goals(rng, hours, room),
        single_phase=(6 * VOLT, maximum / 3) if choice else None,
        taper=curve if not choice and rng.random() < 0.15 else (),
        circuits=("garage",) if rng.random() < 0.3 else (),
        orders=(
            orders(rng, hours.size, 0.0, 2.0, ((0.0, 0.0), (0.8, np.nan)))
            if kind.orders and rng.random() < 0.08
            else None
        ),
        surplus_worth_per_kwh=rng.choice((0.0, 0.0, 0.12)),
    )


def _presence(rng: random.Random, count: int) -> BoolArray:
    present = np.ones(count, dtype=np.bool_)
    if rng.random() < 0.4:
        left = rng.randrange(count)
        present[left : left + rng.randint(1, count)] = False
    return present


def _goals(rng: random.Random, hours: FloatArray, room: float) -> tuple[KeplerGoal, ...]:
    if rng.random() < 0.2:
        return ()
    by = rng.choice((hours.size, rng.randint(1, hours.size)))
    energy = min(room, rng.choice((1.0, 4.0, 12.0, 40.0)))
    worth = rng.choice((0.0, 0.0, 0.1))
    goal = KeplerGoal(
        by=by, energy_kwh=energy, most_kwh=room if worth else 0.0, worth_per_kwh=worth
    )
    if by < hours.size and not worth and rng.random() < 0.3:
        return (goal, KeplerGoal(by=hours.size, energy_kwh=min(room, energy + 2.0)))
    return (goal,)


def water(rng: random.Random, hours: FloatArray, grid: KeplerGrid, kind: Kind) -> KeplerWater:
    count = hours.size
    continuous = rng.random() < 0.3
    block = 1 if continuous else rng.choice((2, 4, 4))
    power = rng.choice((1.5, 3.0))
    allowed = np.ones(count, dtype=np.bool_)
    if rng.random() < 0.4:
        allowed[rng.randrange(count) :] = False
    cut = rng.choice((count, rng.randint(1, count)))
    edges = [(0, cut), (cut, count)] if cut < count else [(0, count)]
    gap = not continuous and rng.random() < 0.3
    return KeplerWater(
        load_id="boiler",
        phases="A" if grid.phases == 1 else rng.choice(("A", "B", PHASES)),
        power_kw=power,
        block_slots=block,
        continuous=continuous,
        allowed=allowed,
        days=tuple(
            WaterDay(first=first, end=end, energy_kwh=rng.choice((0.0, 1.0, 3.0)))
            for first, end in edges
        ),
        latest_first=rng.randint(1, count) if gap else None,
        longest_gap_slots=rng.randint(4, count) if gap else None,
        orders=(
            orders(rng, count, 0.0, 1.0, ((0.0, 0.0), (power * 0.25, np.nan)))
            if kind.orders and rng.random() < 0.08
            else None
        ),
    )


def deferrable(rng: random.Random, count: int, grid: KeplerGrid) -> KeplerDeferrable:
    length = rng.randint(2, 6)
    first = rng.randrange(count)
    starts = tuple(range(first, min(count - length + 1, first + 12)))
    return KeplerDeferrable(
        load_id="washer",
        phases="A" if grid.phases == 1 else rng.choice("ABC"),
        power_kw=rng.choice((0.8, 2.0)),
        slots=length,
        starts=starts,
    )
