"""The planning problem in numbers: slots are indices, energies kWh per slot, AC side.

``T`` is the number of slots. Arrays are float64 of shape (T,) unless said otherwise.
A battery's content and a car's are kWh inside; ``charge_efficiency`` lies between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

type FloatArray = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Bounds of a device's kWh per slot that a user has ordered; NaN: free.

    A battery's are signed, charge positive.
    """

    least_kwh: FloatArray
    most_kwh: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerBattery:
    """A battery; ``terminal_value`` are (kWh inside, money per kWh inside), dearest first.

    They count from ``min_kwh``. ``grid_charging`` off: it takes no more than PV leaves in the slot.
    One that begins below it falls no further, and is back there from slot ``back_by`` on.
    """

    battery_id: str
    capacity_kwh: float
    initial_kwh: float
    min_kwh: float
    max_kwh: float
    max_charge_kw: float
    max_discharge_kw: float
    charge_efficiency: float
    discharge_efficiency: float
    back_by: int = 0
    target_kwh: float = 0.0  # at the end, soft
    terminal_value: tuple[tuple[float, float], ...] = ()
    charge_curve: tuple[tuple[float, float], ...] = ()  # (kWh inside, kW)
    discharge_curve: tuple[tuple[float, float], ...] = ()
    grid_charging: bool = True
    orders: Orders | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerGoal:
    """kWh at the charger that a car must have taken before slot ``by`` begins (at most T).

    ``worth_per_kwh``: for each kWh beyond, up to ``most_kwh``, where that is more than
    it costs; 0: none is wanted beyond.
    """

    by: int
    energy_kwh: float
    most_kwh: float = 0.0
    worth_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerCar:
    """A car: 0, or between ``min_kw`` and ``max_kw`` on its ``phases``.

    ``room_kwh`` is what it can take at the charger at all; the last slot before it is
    full may run below the minimum. With ``single_phase`` (min kW, max kW) it may
    choose the first of its phases alone in a slot. ``taper`` as a battery's curve, in
    (kWh taken at the charger since now, kW).
    """

    car_id: str
    phases: str
    min_kw: float
    max_kw: float
    present: BoolArray
    room_kwh: float
    goals: tuple[KeplerGoal, ...] = ()
    single_phase: tuple[float, float] | None = None
    taper: tuple[tuple[float, float], ...] = ()
    circuits: tuple[str, ...] = ()
    orders: Orders | None = None
    # beyond its goals it takes surplus PV alone (what would be exported) at this worth per kWh
    surplus_worth_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterDay:
    """kWh that are to be heated in slots ``first`` to before ``end``."""

    first: int
    end: int
    energy_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerWater:
    """A water heater in blocks of ``block_slots`` slots (1 and ``continuous``: at any power).

    ``latest_first``: a run has to begin before this slot, for the gap since the last
    one; ``longest_gap_slots``: between runs. ``allowed``: where it may run.
    """

    load_id: str
    phases: str
    power_kw: float
    block_slots: int
    continuous: bool
    allowed: BoolArray
    days: tuple[WaterDay, ...]
    latest_first: int | None = None
    longest_gap_slots: int | None = None
    orders: Orders | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerDeferrable:
    """A run of ``slots`` slots at ``power_kw`` that starts in one of ``starts``."""

    load_id: str
    phases: str
    power_kw: float
    slots: int
    starts: tuple[int, ...]
    orders: Orders | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerGrid:
    """Limits of the connection; see ``devices.Grid``.

    ``load_shares`` and ``inverter_shares`` are per site phase and sum to 1.
    ``circuits``: limit in kW per phase by circuit.
    """

    phases: int
    phase_limit_kw: float
    load_shares: tuple[float, ...]
    inverter_shares: tuple[float, ...]
    import_limit_kw: FloatArray | None = None  # may differ per slot
    export_limit_kw: float | None = None
    inverter_max_kw: float | None = None
    phase_netting: bool = True
    circuits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakWindow:
    """Slots whose mean import makes a daily peak candidate; ``metered_kwh`` came before."""

    slots: tuple[int, ...]
    hours: float  # length of the whole window
    day: int  # index into ``KeplerPeak.days``
    metered_kwh: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerPeak:
    """One billing month of a peak tariff: the fee on the mean of the highest N daily peaks.

    ``past_kw`` are days that are over; ``days`` counts the planned ones, of which
    ``so_far_kw`` holds the peak already seen. ``base_kw`` is what the month will see
    anyway: only more is charged for.
    """

    fee_per_kw: float
    peaks_counted: int
    past_kw: tuple[float, ...]
    so_far_kw: tuple[float, ...]  # one per planned day
    windows: tuple[PeakWindow, ...]
    base_kw: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerPrevious:
    """The last plan in kWh per slot by device (batteries signed); NaN where it had none."""

    energy_kwh: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerInput:
    """The whole problem."""

    hours: FloatArray
    import_price: FloatArray
    export_price: FloatArray
    pv_kwh: FloatArray
    load_kwh: FloatArray
    grid: KeplerGrid
    batteries: tuple[KeplerBattery, ...] = ()
    cars: tuple[KeplerCar, ...] = ()
    water_heaters: tuple[KeplerWater, ...] = ()
    deferrables: tuple[KeplerDeferrable, ...] = ()
    peaks: tuple[KeplerPeak, ...] = ()
    previous: KeplerPrevious | None = None
    least_export_kwh: FloatArray | None = None  # ordered; NaN: free


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerConfig:
    """Prices of what is not money on a bill, and how well to solve."""

    wear_cost_per_kwh: float = 0.03
    export_threshold_per_kwh: float = 0.0
    ramp_cost_per_kw: float = 0.0005
    car_start_cost: float = 0.01
    churn_cost_per_kwh: float = 0.0005
    relative_gap: float = 0.001
    absolute_gap: float = 0.0
    time_limit_s: float = 20.0
    threads: int = 1


class SolveStatus(StrEnum):
    """What the solver can answer for."""

    OPTIMAL = "optimal"  # proven to the gap that was asked for
    FEASIBLE = "feasible"  # an incumbent, further from its bound
    TIME_LIMIT = "time_limit"  # an incumbent when the time was up
    FALLBACK = "fallback"  # the relaxation, rounded and repaired
    FAILED = "failed"  # nothing; the last schedule stands


class BreachKind(StrEnum):
    """A soft limit that had to give.

    What nothing but devices loads, as a circuit or the inverter, never has to: they rest.
    """

    BREAKER = "breaker"
    IMPORT_LIMIT = "import_limit"
    EXPORT_LIMIT = "export_limit"
    SOC_FLOOR = "soc_floor"
    SOC_CEILING = "soc_ceiling"
    CAR_GOAL = "car_goal"
    TARGET_SOC = "target_soc"
    WATER = "water"
    WATER_GAP = "water_gap"
    DEFERRABLE = "deferrable"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """By how much a limit was missed: kWh in slot ``slot``, or over the plan where None."""

    kind: BreachKind
    kwh: float
    device_id: str = ""  # a device or site phase
    slot: int | None = None


class ObjectiveTerm(StrEnum):
    """What the objective is made of; all but penalties and shaping are money."""

    IMPORT = "import"
    EXPORT = "export"  # negative where it earns
    WEAR = "wear"
    PEAK = "peak"
    TERMINAL = "terminal"  # negative: the worth of what is left
    CAR_WORTH = "car_worth"  # negative: the worth of kWh beyond goals
    PENALTIES = "penalties"
    SHAPING = "shaping"  # export threshold, ramp, starts, churn


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePlan:
    """A device's kWh per slot; of a battery also its content at the T + 1 slot edges."""

    device_id: str
    charge_kwh: FloatArray  # of a load: what it takes
    discharge_kwh: FloatArray  # zeros but for batteries
    content_kwh: FloatArray | None = None  # (T + 1,)
    single_phase: BoolArray | None = None  # of a car that chose one phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Duals:
    """Marginal worth with every integer fixed, in money per kWh.

    ``energy``: of one more kWh at the house in a slot; ``content``: of one more kWh
    inside each battery at the end of a slot. NaN where a penalty is part of it.
    """

    energy: FloatArray
    content: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveTimes:
    """Where the time went, in ms."""

    build_ms: float = 0.0
    solve_ms: float = 0.0
    solves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeplerResult:
    """A plan in numbers. ``gap`` is relative to |money|; None: not proven."""

    status: SolveStatus
    objective: Mapping[ObjectiveTerm, float]
    gap: float | None
    import_kwh: FloatArray
    export_kwh: FloatArray
    curtailed_kwh: FloatArray
    devices: Mapping[str, DevicePlan]
    breaches: tuple[Breach, ...]
    duals: Duals | None
    times: SolveTimes
    peak_kw: tuple[float, ...] = ()  # what each billing month is charged for
    # where import is at its limit or a phase at the breaker
    import_limited: BoolArray | None = None

    @property
    def money(self) -> float:
        """Return what the plan costs: the objective without penalties and shaping."""
        apart = (ObjectiveTerm.PENALTIES, ObjectiveTerm.SHAPING)
        return sum(value for term, value in self.objective.items() if term not in apart)
