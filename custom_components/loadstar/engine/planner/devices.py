"""The home's devices as the planner knows them at one instant.

Powers are kW, energies kWh at the grid's side unless said otherwise, currents A per
phase, SoC percent, and time stamps aware UTC. Site phases are A, B and C.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """A home battery and what is in it.

    Curves are (SoC percent, kW) breakpoints of the largest power, straight between
    them; empty: the largest power at any SoC. Powers are on the AC side.
    """

    battery_id: str
    name: str
    capacity_kwh: float
    max_charge_kw: float
    max_discharge_kw: float
    soc_percent: float | None  # None: unknown, then it is left out of the plan
    charge_efficiency: float = 0.95
    discharge_efficiency: float = 0.95
    min_soc_percent: float = 20.0
    max_soc_percent: float = 100.0
    charge_curve: tuple[tuple[float, float], ...] = ()
    discharge_curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingGoal:
    """What a car is to have by a time: a SoC, or kWh delivered at the charger from now.

    ``target_soc_percent``: up to there it may take more where a kWh costs at most
    ``cheap_price_per_kwh``.
    """

    by: datetime
    soc_percent: float | None = None
    energy_kwh: float | None = None
    target_soc_percent: float | None = None
    cheap_price_per_kwh: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """A car, its charger, and when it is there.

    ``phases`` are the site phases it charges on; with ``phase_choice`` it may also
    take the first of them alone. ``taper`` holds (SoC percent, kW at the charger)
    breakpoints like a battery's curve.
    """

    car_id: str  # its vehicle's, or its charger's for a guest
    charger_id: str
    name: str
    min_current_a: float = 6.0
    max_current_a: float = 16.0
    phases: str = "ABC"
    phase_choice: bool = False
    capacity_kwh: float | None = None
    soc_percent: float | None = None
    max_soc_percent: float = 100.0
    efficiency: float = 0.9
    taper: tuple[tuple[float, float], ...] = ()
    plugged: bool = True
    away: tuple[tuple[datetime, datetime], ...] = ()  # from, until
    goals: tuple[ChargingGoal, ...] = ()
    session_kwh: float = 0.0  # taken since it was plugged in; counts where it says no SoC


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterHeater:
    """A water heater that runs in blocks, or, ``continuous``, at any part of its power.

    ``longest_gap_h`` bounds the hours between the end of one heating and the start
    of the next; ``allowed`` are local times of day (from, until) in which it may run.
    """

    load_id: str
    name: str
    power_kw: float
    energy_kwh_per_day: float
    phases: str = "A"
    block_minutes: int = 60
    continuous: bool = False
    longest_gap_h: float | None = None
    allowed: tuple[tuple[time, time], ...] = ()
    heated_today_kwh: float = 0.0
    last_run_end: datetime | None = None
    legionella_weekday: int | None = 6  # on vacation it heats on this local weekday alone


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferrableLoad:
    """A run of fixed length and power, somewhere between two times."""

    load_id: str
    name: str
    power_kw: float
    duration_minutes: int
    earliest: datetime
    latest_end: datetime
    phases: str = "A"
    running_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitLimit:
    """A sub-breaker in A per phase and the chargers behind it, directly or further down."""

    circuit_id: str
    name: str
    limit_a: float
    charger_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The connection to the grid, and the inverter that PV and batteries share.

    ``breaker_a`` is per phase, less the safety margin. ``export_limit_kw`` 0 forbids
    export. ``load_shares`` are the parts of the household's load on A, B and C.
    With ``phase_netting`` the meter bills the sum of the phases.
    """

    phases: int = 3
    voltage: float = 230.0
    breaker_a: float = 25.0
    import_limit_kw: float | None = None
    export_limit_kw: float | None = None
    phase_netting: bool = True
    load_shares: tuple[float, ...] = (1 / 3, 1 / 3, 1 / 3)
    inverter_phases: str = "ABC"
    inverter_max_kw: float | None = None
    allow_grid_charging: bool = True  # of batteries
    circuits: tuple[CircuitLimit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakTariff:
    """A monthly fee on the mean of the highest daily peaks of import.

    A daily peak is the highest mean import over a window of ``window_minutes`` that
    counts: in ``months`` (1-12), on ``weekdays`` (0 is Monday), from ``from_hour`` to
    before ``until_hour``, local. ``past_peaks`` are this month's, as (local ISO date,
    kW); ``running_kwh`` was imported in the window that runs already.
    """

    fee_per_kw: float
    window_minutes: int = 60
    peaks_counted: int = 1
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))
    from_hour: int = 0
    until_hour: int = 24
    past_peaks: tuple[tuple[str, float], ...] = ()
    running_kwh: float = 0.0
    expected_kw: float = 0.0  # what the month will see anyway


class ManualAction(StrEnum):
    """What the user may order for a time."""

    CHARGE = "charge"  # a battery or a car
    DISCHARGE = "discharge"  # a battery
    EXPORT = "export"  # at least so much to the grid
    HOLD = "hold"  # a battery rests; a car, heater or load stays off
    RUN = "run"  # a heater or load


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualBlock:
    """An order for a time; ``power_kw`` None: as much as can be.

    ``device_id`` None means every battery.
    """

    block_id: str
    start: datetime
    end: datetime
    action: ManualAction
    device_id: str | None = None
    power_kw: float | None = None
