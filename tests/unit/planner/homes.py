"""Random homes for the planner, each made of one seed so that a failure can be seen again."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    KeplerInput,
    KeplerPeak,
    KeplerWater,
    Orders,
    PeakWindow,
    WaterDay,
)

VOLT = 0.23  # kV
PHASES = "ABC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a random home may have."""

    slots: tuple[int, ...] = (8, 12, 16, 24, 24, 32, 48)
    batteries: tuple[int, ...] = (0, 1, 1, 1, 2)
    cars: tuple[int, ...] = (0, 0, 1, 1, 2, 3)
    water: bool = True
    deferrables: bool = True
    peaks: bool = True
    orders: bool = True
    tight: bool = True  # breakers and limits that may not be kept
    three_phases: bool = True
    uneven: bool = True  # slots of different lengths


ANYTHING = Kind()
CALM = Kind(tight=False, orders=False)  # nothing has to give


def random_home(seed: int, kind: Kind = ANYTHING) -> KeplerInput:
    """Return a home that is often scarce in one way or another."""
    rng = random.Random(seed)
    count = rng.choice(kind.slots)
    hours = _hours(rng, count, uneven=kind.uneven)
    grid = _grid(rng, count, kind)
    import_price, export_price = _prices(rng, count)
    water = kind.water and rng.random() < 0.4
    return KeplerInput(
        hours=hours,
        import_price=import_price,
        export_price=export_price,
        pv_kwh=_pv(rng, hours),
        load_kwh=hours * np.array([rng.uniform(0.1, 1.5) for _ in range(count)]),
        grid=grid,
        batteries=tuple(_battery(rng, n, count, kind) for n in range(rng.choice(kind.batteries))),
        cars=tuple(_car(rng, n, hours, grid, kind) for n in range(rng.choice(kind.cars))),
        water_heaters=(_water(rng, hours, grid, kind),) if water else (),
        deferrables=(
            (_deferrable(rng, count, grid),) if kind.deferrables and rng.random() < 0.25 else ()
        ),
        peaks=_peaks(rng, hours) if kind.peaks and rng.random() < 0.4 else (),
        least_export_kwh=(
            _least_export(rng, count) if kind.orders and rng.random() < 0.05 else None
        ),
    )


def _hours(rng: random.Random, count: int, *, uneven: bool) -> FloatArray:
    hours = np.full(count, 0.25)
    if uneven and rng.random() < 0.4:
        hours[0] = rng.choice((0.05, 0.1, 0.2))
        hours[-1] = rng.choice((0.1, 0.25))
    return hours


def _prices(rng: random.Random, count: int) -> tuple[FloatArray, FloatArray]:
    style = rng.choice(("day", "day", "day", "negative", "flat"))
    if style == "flat":
        spot = np.full(count, rng.choice((0.0, 0.2)))
    else:
        low = -0.3 if style == "negative" else 0.02
        spot = np.array([rng.uniform(low, 0.35) for _ in range(count)])
    export = rng.choice(("same", "less", "less", "fixed", "more"))
    if export == "same":
        return spot, spot.copy()
    if export == "less":
        return spot + rng.choice((0.05, 0.15)), spot - 0.01
    if export == "fixed":
        return spot, np.full(count, 0.07)
    return spot, spot + np.array([rng.choice((0.0, 0.0, 0.05)) for _ in range(count)])


def _pv(rng: random.Random, hours: FloatArray) -> FloatArray:
    peak_kw = rng.choice((0.0, 3.0, 8.0, 15.0))
    noon = rng.uniform(0, hours.size)
    width = max(4.0, hours.size / 4)
    shape: FloatArray = np.maximum(0.0, 1 - ((np.arange(hours.size) - noon) / width) ** 2)
    return peak_kw * shape * hours


def _grid(rng: random.Random, count: int, kind: Kind) -> KeplerGrid:
    phases = rng.choice((1, 3, 3)) if kind.three_phases else 1
    breaker_a = rng.choice((10.0, 16.0, 25.0, 35.0)) if kind.tight else 200.0
    shares = (1.0,) if phases == 1 else rng.choice(((1 / 3,) * 3, (0.5, 0.3, 0.2)))
    inverter = (1.0,) if phases == 1 else rng.choice(((1 / 3,) * 3, (1.0, 0.0, 0.0)))
    import_limit = export_limit = inverter_max = None
    if kind.tight:
        if rng.random() < 0.3:
            import_limit = np.array([rng.choice((2.0, 4.0, 8.0)) for _ in range(count)])
        export_limit = rng.choice((None, None, 0.0, 2.0))
        inverter_max = rng.choice((None, None, 5.0))
    return KeplerGrid(
        phases=phases,
        phase_limit_kw=breaker_a * VOLT,
        load_shares=shares,
        inverter_shares=inverter,
        import_limit_kw=import_limit,
        export_limit_kw=export_limit,
        inverter_max_kw=inverter_max,
        phase_netting=phases == 1 or rng.random() < 0.6,
        circuits={"garage": 12 * VOLT} if kind.tight else {"garage": 150 * VOLT},
    )


def _on(rng: random.Random, grid: KeplerGrid) -> str:
    return "A" if grid.phases == 1 else rng.choice((PHASES, PHASES, "B", "C"))


def _battery(rng: random.Random, index: int, count: int, kind: Kind) -> KeplerBattery:
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
        target_kwh=rng.choice((0.0, 0.0, 0.4)) * capacity,
        terminal_value=rng.choice(
            ((), ((0.3 * capacity, 0.3), (0.7 * capacity, 0.1)), ((capacity, 0.2),))
        ),
        charge_curve=((0.0, power), (0.7 * capacity, power), (capacity, 1.0)) if curved else (),
        grid_charging=rng.random() < 0.85,
        orders=(
            orders(rng, count, -0.5, 0.5, ((0.0, 0.0), (0.2, np.nan), (np.nan, -0.2)))
            if kind.orders and rng.random() < 0.08
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


def _car(
    rng: random.Random, index: int, hours: FloatArray, grid: KeplerGrid, kind: Kind
) -> KeplerCar:
    phases = _on(rng, grid)
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


def _water(rng: random.Random, hours: FloatArray, grid: KeplerGrid, kind: Kind) -> KeplerWater:
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


def _deferrable(rng: random.Random, count: int, grid: KeplerGrid) -> KeplerDeferrable:
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


def _least_export(rng: random.Random, count: int) -> FloatArray:
    least = np.full(count, np.nan)
    first = rng.randrange(count)
    least[first : first + 3] = rng.choice((0.2, 1.0))
    return least


def _peaks(rng: random.Random, hours: FloatArray) -> tuple[KeplerPeak, ...]:
    """Return a tariff of one month, or of two where the month ends within the plan."""
    count = hours.size
    months = [(0, count)]
    if rng.random() < 0.2:
        months = [(0, count // 2), (count // 2, count)]
    width = rng.choice((1, 4))  # of 15 or 60 min
    fee, counted = rng.choice((0.5, 3.0)), rng.choice((1, 1, 2, 3))
    return tuple(
        _month(rng, first, end, width=width, fee=fee, counted=counted) for first, end in months
    )


def _month(
    rng: random.Random, first: int, end: int, *, width: int, fee: float, counted: int
) -> KeplerPeak:
    days = 1 if end - first < 16 else rng.choice((1, 2, 3))
    windows = [
        PeakWindow(
            slots=tuple(range(start, min(start + width, end))),
            hours=width * 0.25,
            day=(start - first) * days // (end - first),
            metered_kwh=rng.choice((0.0, 0.5)) if start == 0 and width > 1 else 0.0,
        )
        for start in range(first, end, width)
        if rng.random() < 0.9
    ]
    return KeplerPeak(
        fee_per_kw=fee,
        peaks_counted=counted,
        past_kw=tuple(rng.uniform(0, 6) for _ in range(rng.choice((0, 0, 2, 5))))
        if not first
        else (),
        so_far_kw=(rng.choice((0.0, 2.0)) if not first else 0.0, *(0.0,) * (days - 1)),
        windows=tuple(windows),
        base_kw=rng.choice((0.0, 0.0, 2.5)),
    )
