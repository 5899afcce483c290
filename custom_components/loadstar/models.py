"""The Snapshot: all that is published of a site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from .engine.buffer.types import BufferFormula, BufferMode
from .engine.models import ConnectorStatus, ReasonCode, Remedy
from .engine.planner.inputs.types import PlanWarning
from .engine.planner.output.types import SlotAction
from .engine.planner.solver.types import SolveStatus
from .ocpp.rung import Rung
from .ocpp.types import FallbackProof

# What a charger's proof and the form of its set-points can be.
PROOFS: Final = tuple(FallbackProof)
METHODS: Final = tuple(Rung)

PLAN_SECTION: Final = "plan"
FORECAST_SECTION: Final = "forecast"
BUFFER_SECTION: Final = "buffer"


class CommissioningState(StrEnum):
    """What commissioning has proved of a site or a charger as it is wired now."""

    NOT_PROVEN = "not_proven"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


type Triple = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSnapshot:
    """The site as last decided on."""

    grid_current: Triple = (None, None, None)  # signed A, import positive
    available_current: Triple = (None, None, None)  # A of head room to the breaker
    household_power_w: float | None = None
    pv_power_w: float | None = None
    battery_power_w: float | None = None  # charge positive
    battery_soc_percent: float | None = None
    overload: bool = False
    overloaded_phases: str = ""
    meter_stale: bool = False
    meter_frozen: bool = False  # it did not show a step of our own
    household_reserve: Triple = (None, None, None)  # A kept free of fallbacks
    reserve_observed_days: float = 0.0  # of which the household's draw is known
    # the meter gives the sum of phases alone, so that the worst is assumed
    total_only: bool = False
    commissioning: CommissioningState = CommissioningState.NOT_PROVEN
    commissioning_data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSnapshot:
    """A charger as last heard of, and what it was told."""

    connected: bool = False
    plugged: bool = False
    charging: bool = False
    status: ConnectorStatus = ConnectorStatus.UNKNOWN
    setpoint: float | None = None  # A that control decided on
    offered: float | None = None  # A that the charger has accepted
    currents: Triple = (None, None, None)  # A on L1, L2, L3
    power_w: float | None = None
    session_energy_kwh: float | None = None
    soc_percent: float | None = None
    transaction_id: int | None = None
    session_started: datetime | None = None
    reason: ReasonCode | None = None
    reason_data: Mapping[str, float | str] = field(default_factory=dict)
    mask: str | None = None  # site phases in use
    remedy: Remedy = Remedy.NONE  # against a charger that draws more than it was told
    proof: str | None = None  # unproved, running, proved, failed
    proof_obstacle: str | None = None  # why the fallback cannot be proved
    key_state: str | None = None  # how far the station is with a key that is handed over
    method: str | None = None  # how set-points reach it: the rung of the ladder
    clock_offset_s: float | None = None  # charger less ours
    problem: str | None = None  # why the charger cannot be held to a current
    out_of_service: bool = False  # until the user puts it back
    commissioning: CommissioningState = CommissioningState.NOT_PROVEN
    commissioning_data: Mapping[str, Any] = field(default_factory=dict)
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatterySnapshot:
    """A battery as measured."""

    soc_percent: float | None = None
    power_w: float | None = None  # charge positive


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitSnapshot:
    """What a circuit carries and what it could carry besides, in A per phase."""

    current: Triple = (None, None, None)
    available_current: Triple = (None, None, None)


class PlannerMode(StrEnum):
    """What becomes of plans."""

    OFF = "off"
    SHADOW = "shadow"  # made and published, not acted on


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerPlan:
    """What the plan has for a charger's car; by charger subentry."""

    vehicle: str | None = None  # its subentry; None: a guest
    power_w: float | None = None  # planned now
    goal_energy_kwh: float | None = None  # still to be charged
    goal_by: datetime | None = None
    finish: datetime | None = None
    missing_kwh: float = 0.0
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSnapshot:
    """The newest plan, and how planning fares. Money is in ``currency``."""

    mode: PlannerMode = PlannerMode.SHADOW
    currency: str = ""
    import_price: float | None = None  # per kWh, now
    export_price: float | None = None
    price_is_estimated: bool | None = None
    created_at: datetime | None = None
    stale: bool = False  # no fresh plan for too long
    problem: str | None = None  # code of why the last run failed
    status: SolveStatus | None = None
    gap: float | None = None
    solve_time_ms: float | None = None
    action: SlotAction | None = None  # of the slot that runs
    reason: str | None = None  # code
    reason_data: Mapping[str, Any] = field(default_factory=dict)
    next_action: SlotAction | None = None  # the next one that is another
    next_action_at: datetime | None = None
    battery_power_w: float | None = None  # planned now, charge positive
    cost: float | None = None
    saving: float | None = None
    s_index: float | None = None
    target_soc_percent: float | None = None
    month_peak_kw: float | None = None
    warnings: tuple[PlanWarning, ...] = ()
    loads: Mapping[str, float] = field(default_factory=dict)  # W planned now by load subentry
    batteries: Mapping[str, float] = field(default_factory=dict)  # W, charge positive
    chargers: Mapping[str, ChargerPlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSnapshot:
    """What is expected, and how far it is to be trusted. Energies in kWh of local days."""

    pv_today_kwh: float | None = None
    pv_remaining_kwh: float | None = None  # of today
    pv_tomorrow_kwh: float | None = None
    pv_confidence: float | None = None  # 0 to 1
    correction: str | None = None  # code of ``CorrectionLabel``
    correction_data: Mapping[str, Any] = field(default_factory=dict)
    pv_error: float | None = None  # WAPE of the corrected forecast, 14 days
    load_today_kwh: float | None = None
    load_tomorrow_kwh: float | None = None
    load_error: float | None = None  # WAPE, 14 days
    load_naive_error: float | None = None
    load_model: str | None = None  # "learned", "naive" or "default"
    trained_at: datetime | None = None
    learned_days: int = 0
    notes: tuple[PlanWarning, ...] = ()  # what was left out and why


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferSnapshot:
    """The dynamic buffer: the reserve that the battery keeps for the house."""

    mode: BufferMode = BufferMode.OBSERVATION
    formula: BufferFormula = BufferFormula.DYNAMIC
    target_soc_percent: float | None = None  # as reckoned
    effective_soc_percent: float | None = None  # in force
    observation_ends: datetime | None = None
    days_left: float | None = None  # of the observation
    reason: str | None = None  # code of the newest step
    reason_data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that is shown: replaced whole, never changed."""

    created_at: datetime
    site: SiteSnapshot = field(default_factory=SiteSnapshot)
    # by subentry id
    chargers: Mapping[str, ChargerSnapshot] = field(default_factory=dict)
    batteries: Mapping[str, BatterySnapshot] = field(default_factory=dict)
    circuits: Mapping[str, CircuitSnapshot] = field(default_factory=dict)
    plan: PlanSnapshot = field(default_factory=PlanSnapshot)
    forecast: ForecastSnapshot = field(default_factory=ForecastSnapshot)
    buffer: BufferSnapshot = field(default_factory=BufferSnapshot)
    # when each source entity last reported
    sources: Mapping[str, datetime | None] = field(default_factory=dict)

    @property
    def sections(self) -> dict[str, Section]:
        """What can be listened to: the site under "", three by name, subentries by their ids."""
        return {
            "": self.site,
            PLAN_SECTION: self.plan,
            FORECAST_SECTION: self.forecast,
            BUFFER_SECTION: self.buffer,
            **self.chargers,
            **self.batteries,
            **self.circuits,
        }


type Section = (
    SiteSnapshot
    | ChargerSnapshot
    | BatterySnapshot
    | CircuitSnapshot
    | PlanSnapshot
    | ForecastSnapshot
    | BufferSnapshot
)
