"""What control reads, how it is tuned and what it returns.

Every time is in seconds of one monotonic clock that the caller owns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..models import ChargerTarget, ConnectorStatus


class MeterState(StrEnum):
    """How far a meter's values can be believed."""

    FRESH = "fresh"
    AGEING = "ageing"  # older than two periods: nothing may rise on it
    STALE = "stale"


class FallbackProof(StrEnum):
    """Whether a charger has been seen to find its fallback by itself."""

    UNPROVED = "unproved"  # counts at its set-point for as long as it is silent
    PROVED = "proved"
    FAILED = "failed"  # counts at its maximum in every sum


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseReading:
    """Currents in A per site phase (import positive), and when they were last reported.

    A phase that does not exist or cannot be read is None. ``at`` counts unchanged
    reports too; None: never reported.
    """

    values: tuple[float | None, float | None, float | None]
    at: float | None
    # the sum alone is known: its value stands on every phase
    total_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReading:
    """A power in W and when it was last reported."""

    value: float | None
    at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerReading:
    """What a charger says of itself."""

    charger_id: str
    connected: bool = False
    status: ConnectorStatus = ConnectorStatus.UNKNOWN
    # A on L1, L2, L3; None where the charger does not say
    currents: tuple[float | None, float | None, float | None] = (None, None, None)
    measured_at: float | None = None
    session: str | None = None  # the running transaction; another value is another session
    accepted_current: float | None = None  # A, the last set-point that the charger took
    fallback_current: float = 6.0  # A, what it falls to by itself
    fallback_due: float | None = None  # when its set-point runs out if nothing renews it
    fallback_proof: FallbackProof = FallbackProof.PROVED
    controlled: bool = True  # False: takes no set-point in any form, so it counts at its maximum
    enabled: bool = True
    soc_limit_reached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReadings:
    """Everything that was measured, as it stands at ``now``."""

    now: float
    grid: PhaseReading  # signed A, import positive
    pv: PowerReading | None = None  # W; None: the site has no PV
    pv_phases: tuple[float, float, float] | None = None
    battery: PowerReading | None = None  # W, charge positive; None: no battery
    battery_soc: float | None = None
    circuits: Mapping[str, PhaseReading] = field(default_factory=dict)
    chargers: tuple[ChargerReading, ...] = ()
    # A per phase that commissioning asks of chargers; guards against overload still cut them
    ordered: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSettings:
    """The guards' settings; seconds and amperes."""

    # what noise and the dead band may put over a limit; the site's safety margin covers it
    overload_tolerance_a: float = 0.8
    overload_hold_s: float = 60.0
    overload_extra_a: float = 1.0
    # how long a cut may take to show at the meter: charger, car, meter period and a tick
    reaction_s: float = 20.0
    neutral_guard: bool = True
    attribution_s: float = 15.0
    charger_noise_a: float = 0.7  # a difference between two reports that may be noise
    solar_smoothing_s: float = 15.0
    raise_a_per_s: float = 1.0
    raise_after_cut_s: float = 5.0
    raise_periods: float = 2.0
    dead_band_a: float = 0.5
    step_hysteresis_a: float = 0.2
    setpoint_interval_s: float = 5.0
    start_delay_s: float = 60.0
    stop_delay_s: float = 180.0
    stop_delay_no_grid_s: float = 10.0
    pause_s: float = 180.0
    soc_hysteresis_percent: float = 3.0
    stale_min_s: float = 10.0
    stale_max_s: float = 60.0
    stale_periods: float = 3.0
    phase_in_use_a: float = 1.0
    phase_in_use_s: float = 10.0
    phases_proven_s: float = 30.0
    suspended_a: float = 1.0
    suspended_s: float = 60.0
    asleep_keep_s: float = 1800.0  # its minimum is kept for a sleeping car for at least this long
    probe_every_s: float = 1800.0
    probe_s: float = 60.0
    disobedience_a: float = 1.0
    disobedience_s: float = 30.0
    again_s: float = 60.0  # a pause that worked, before current is offered once more
    stops_s: float = 120.0  # remote stops are tried this long before it goes out of service
    out_of_service_s: float = 600.0
    frozen_step_a: float = 3.0
    frozen_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlResult:
    """One decision: a target for every charger and what there is to say of the site."""

    targets: tuple[ChargerTarget, ...]
    household_a: tuple[float | None, float | None, float | None]
    available_a: tuple[float | None, float | None, float | None]  # head room to the breaker
    grid_state: MeterState
    overloaded_phases: str = ""  # "", "A", "AC"...
    solar_smoothed_a: float | None = None
    masks: Mapping[str, str] = field(default_factory=dict)  # charger → site phases in use
    pv_state: MeterState | None = None  # None: the site has no PV
    battery_state: MeterState | None = None  # None: no battery
    circuit_states: Mapping[str, MeterState] = field(default_factory=dict)  # metered ones
    frozen: bool = False  # the grid meter did not show a step of our own: taken as stale
