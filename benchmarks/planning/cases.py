"""The homes that plans are measured with, as problems at any time of the generated year."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from loadstar_engine.planner.solver.types import (
    BoolArray,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerGoal,
    KeplerGrid,
    KeplerInput,
    KeplerPeak,
    KeplerPrevious,
    KeplerWater,
    PeakWindow,
    WaterDay,
)
import numpy as np

from .year import SLOTS_PER_DAY, weekday, year

SLOTS: Final = 192
VOLT: Final = 0.23  # kV
WEAR: Final = 0.03
TAX: Final = 0.11
EFFICIENCY: Final = 0.95
FULL_DAY: Final = 24 * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CarKind:
    """A car that is away on workdays and charges what it has driven."""

    name: str
    phases: str
    max_a: float
    daily_kwh: float
    away: tuple[float, float]  # hours of workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A home."""

    name: str
    pv_kwp: float = 8.0
    batteries: tuple[tuple[float, float], ...] = ((10.0, 5.0),)  # kWh, kW
    cars: tuple[CarKind, ...] = ()
    water: bool = False
    peak_fee: float = 0.0
    discount: float = 0.0  # off the spot price


FAMILY = CarKind(name="family", phases="ABC", max_a=16.0, daily_kwh=14.0, away=(7.5, 16.5))
TOWN = CarKind(name="town", phases="B", max_a=16.0, daily_kwh=6.0, away=(8.25, 16.5))
FAR = CarKind(name="far", phases="ABC", max_a=16.0, daily_kwh=24.0, away=(6.5, 16.5))

CASES: Final = {
    case.name: case
    for case in (
        Case(name="battery"),
        Case(name="battery-negative-prices", discount=0.09),
        Case(name="car", cars=(FAMILY,)),
        Case(name="car-water-peak", cars=(FAMILY,), water=True, peak_fee=4.0),
        Case(
            name="three-cars-two-batteries-water-peak",
            pv_kwp=12.0,
            batteries=((10.0, 5.0), (5.0, 3.0)),
            cars=(FAMILY, TOWN, FAR),
            water=True,
            peak_fee=4.0,
        ),
    )
}
CONFIG: Final = KeplerConfig(wear_cost_per_kwh=WEAR)


@dataclass(frozen=True, slots=True)
class Start:
    """When a plan is made: a day of the year and a slot of that day."""

    day: int
    slot: int

    @property
    def name(self) -> str:
        """Return the start's name, day and time."""
        return f"{self.day:03} {self.slot // 4:02}:{self.slot % 4 * 15:02}"

    def earlier(self) -> Start:
        """Return the start one slot before."""
        first = self.day * SLOTS_PER_DAY + self.slot - 1
        return Start(*divmod(first, SLOTS_PER_DAY))


MIDNIGHTS: Final = tuple(Start(4 + round(index * 12.5), 0) for index in range(29))
ARRIVALS: Final = tuple(Start(9 + index * 26, 66) for index in range(14))


def problem(case: Case, start: Start, previous: KeplerPrevious | None = None) -> KeplerInput:
    """Return a home's problem over 48 h, its batteries a third full."""
    data, first = year(), start.day * SLOTS_PER_DAY + start.slot
    part = slice(first, first + SLOTS)
    spot = data.spot[part] - case.discount
    pv = data.pv_per_kwp[part] * case.pv_kwp
    load = data.load[part]
    prices = 1.21 * (spot + TAX)
    total = sum(capacity for capacity, _ in case.batteries)
    return KeplerInput(
        hours=np.full(SLOTS, 0.25),
        import_price=prices,
        export_price=spot - 0.01,
        pv_kwh=pv,
        load_kwh=load,
        grid=KeplerGrid(
            phases=3,
            phase_limit_kw=24.0 * VOLT,
            load_shares=(0.4, 0.3, 0.3),
            inverter_shares=(1 / 3,) * 3,
            inverter_max_kw=10.0,
        ),
        batteries=tuple(
            _battery(f"battery {index}", *size, _demand(prices, load - pv, size[0] / total))
            for index, size in enumerate(case.batteries, start=1)
        ),
        cars=tuple(_car(kind, start) for kind in case.cars),
        water_heaters=(_water(start),) if case.water else (),
        peaks=(_peak(case.peak_fee, start),) if case.peak_fee else (),
        previous=previous,
    )


def _demand(prices: FloatArray, net: FloatArray, share: float) -> list[tuple[float, float]]:
    """Return what the last day's net load needs from a battery, (kWh, price), dearest first."""
    needed = [
        (float(price), float(energy) * share)
        for price, energy in zip(prices[-FULL_DAY:], net[-FULL_DAY:], strict=True)
        if energy > 0.0
    ]
    return [(energy, price) for price, energy in sorted(needed, reverse=True)]


def _battery(
    name: str, capacity: float, power: float, demand: list[tuple[float, float]]
) -> KeplerBattery:
    """Return a battery, a third full."""
    floor = 0.1 * capacity
    return KeplerBattery(
        battery_id=name,
        capacity_kwh=capacity,
        initial_kwh=capacity / 3,
        min_kwh=floor,
        max_kwh=capacity,
        max_charge_kw=power,
        max_discharge_kw=power,
        charge_efficiency=EFFICIENCY,
        discharge_efficiency=EFFICIENCY,
        terminal_value=_terminal(demand, capacity - floor),
    )


def _terminal(demand: list[tuple[float, float]], room: float) -> tuple[tuple[float, float], ...]:
    """Return parts of at least 0.5 kWh inside, and the worth of each kWh, dearest first."""
    parts: list[tuple[float, float]] = []
    size = worth = 0.0
    for energy, price in demand:
        inside = min(room, energy / EFFICIENCY)
        room -= inside
        size += inside
        worth += inside * EFFICIENCY * max(0.0, price - WEAR / 2)
        if size > 0.0 and (size >= 0.5 or room <= 0.0):
            parts.append((size, worth / size))
            size = worth = 0.0
        if room <= 0.0:
            break
    return tuple(parts)


def _car(kind: CarKind, start: Start) -> KeplerCar:
    """Return a car that lacks a day's driving now, and another's after each return."""
    per_amp = VOLT * len(kind.phases)
    present = _presence(kind, start)
    left, goals, needed = present.copy(), [], kind.daily_kwh
    departures = np.flatnonzero(left[:-1] & ~left[1:]) + 1
    for departure in departures:
        goals.append(KeplerGoal(by=int(departure), energy_kwh=needed))
        needed += kind.daily_kwh
    if not goals:
        goals.append(KeplerGoal(by=SLOTS, energy_kwh=needed))
    return KeplerCar(
        car_id=kind.name,
        phases=kind.phases,
        min_kw=6.0 * per_amp,
        max_kw=kind.max_a * per_amp,
        present=present,
        room_kwh=goals[-1].energy_kwh + 5.0,
        goals=tuple(goals),
    )


def _presence(kind: CarKind, start: Start) -> BoolArray:
    slots = start.slot + np.arange(SLOTS)
    hour = slots % SLOTS_PER_DAY / 4
    workday = np.array([weekday(start.day + int(slot) // SLOTS_PER_DAY) < 5 for slot in slots])
    return ~(workday & (hour >= kind.away[0]) & (hour < kind.away[1]))


def _days(start: Start) -> list[tuple[int, int]]:
    """Return the parts of the plan that lie in one day each."""
    edges = [0, *range(SLOTS_PER_DAY - start.slot, SLOTS, SLOTS_PER_DAY), SLOTS]
    return list(pairwise(edges))


def _water(start: Start) -> KeplerWater:
    """Return a heater of 2 kW for 4 kWh a day in blocks of an hour."""
    return KeplerWater(
        load_id="water",
        phases="A",
        power_kw=2.0,
        block_slots=4,
        continuous=False,
        allowed=np.ones(SLOTS, dtype=np.bool_),
        days=tuple(
            WaterDay(first=first, end=end, energy_kwh=4.0 if end - first > 48 else 2.0)
            for first, end in _days(start)
        ),
        latest_first=60,
        longest_gap_slots=72,
    )


def _peak(fee: float, start: Start) -> KeplerPeak:
    """Return a fee on the mean of the three highest daily peaks, with two days behind."""
    days = _days(start)
    windows = tuple(
        PeakWindow(slots=tuple(range(slot, min(slot + 4, end))), hours=1.0, day=index)
        for index, (first, end) in enumerate(days)
        for slot in range(first, end, 4)
    )
    return KeplerPeak(
        fee_per_kw=fee,
        peaks_counted=3,
        past_kw=(4.0, 3.0),
        so_far_kw=(0.0,) * len(days),
        windows=windows,
        base_kw=3.0,
    )
