"""What commissioning is told, what it asks for and what it finds.

Currents are A per phase, grid import positive; times are seconds of the clock that
``SiteReadings.now`` is of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

TOTAL_LINE = "Σ"
"""The one line of a meter that gives the sum of phases alone."""


class Stage(StrEnum):
    """What is being done at a charger."""

    WAITING = "waiting"  # for a session to begin
    SETTLING = "settling"  # at the lower current
    STEPPING = "stepping"
    DISCONNECTING = "disconnecting"
    DONE = "done"


class Verdict(StrEnum):
    """What came of a charger's test, or of the whole."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


class Note(StrEnum):
    """Why a charger was skipped, or why nothing can be said of it."""

    OFFLINE = "offline"
    OUT_OF_SERVICE = "out_of_service"
    NO_CAR = "no_car"
    DISABLED = "disabled"
    UNCONTROLLED = "uncontrolled"  # takes no set-point
    NOT_STARTED = "not_started"  # no session began
    CAR_NOT_DRAWING = "car_not_drawing"  # full, or asleep
    CAR_LIMITED = "car_limited"  # draws no more than at the lower current
    RANGE_TOO_SMALL = "range_too_small"  # between its minimum and its maximum
    NOT_MEASURED = "not_measured"  # the charger does not say what it draws
    NO_ROOM = "no_room"  # a guard kept the current down
    NOT_ACCEPTED = "not_accepted"  # the charger did not take its set-points
    METER_STALE = "meter_stale"
    NOISE = "noise"  # the household hid the steps
    BATTERY = "battery"  # the home battery made up for the steps
    SESSION_ENDED = "session_ended"
    NOT_CUT = "not_cut"  # its connection could not be cut for long enough
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"  # by the user
    INTERRUPTED = "interrupted"  # by a restart, or a change of the wiring


class Check(StrEnum):
    """What is proved of a charger, one by one."""

    SIGN = "sign"
    ORDER = "order"
    OBEDIENCE = "obedience"
    DISCONNECT = "disconnect"


class CheckState(StrEnum):
    """How far a check came."""

    PROVED = "proved"
    PARTLY = "partly"  # for the phases that this car draws on
    NOT_SHOWN = "not_shown"  # this car or meter cannot show it
    WRONG = "wrong"
    OPEN = "open"  # not tried, or without a result


class FindingCode(StrEnum):
    """Something that is wrong; the sentence and what to mend are made from translations."""

    METER_INVERTED = "meter_inverted"  # every phase that moved counts the wrong way
    PHASE_INVERTED = "phase_inverted"  # phase
    METER_BLIND = "meter_blind"  # the meter does not show this charger
    PHASE_BLIND = "phase_blind"  # phase
    PHASE_ORDER = "phase_order"  # expected, seen, rotation
    METER_SWAPPED = "meter_swapped"  # expected, seen: the same for several chargers
    METER_SCALE = "meter_scale"  # phase, factor
    DISOBEDIENT = "disobedient"  # told, drawn
    FALLBACK_IGNORED = "fallback_ignored"  # seconds: uncut, it went on drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong and the words and numbers that belong in its sentence."""

    code: FindingCode
    charger_id: str | None = None  # None: the site's
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """The site as wired, as far as the test needs it."""

    phases: int
    voltage: float
    inverter_phases: str = "ABC"
    asymmetric_inverter: bool = False  # its split over the phases is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerPlan:
    """One charger to be tested: the two currents in A and its wiring."""

    charger_id: str
    low_a: float = 6.0
    high_a: float = 10.0
    phases: int = 3
    phase_rotation: str = "ABC"  # site phases behind L1, L2, L3
    fallback_a: float = 6.0
    disconnect: bool = False  # cut its connection too


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step of a charger as the meter showed it; lines in the order of the report's."""

    at: float  # s since the charger's test began
    drawn_a: float  # change of the charger's draw, the mean of its phases in use
    seen_a: tuple[float, ...]  # change of the meter per line
    agrees: bool  # with what was found in the end


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePoint:
    """One instant of a charger's test, for its picture."""

    at: float  # s since the charger's test began
    lines: tuple[float | None, ...]  # A at the meter
    ordered_a: float
    drawn_a: float | None  # the largest of L1, L2, L3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerReport:
    """What was found at one charger."""

    charger_id: str
    verdict: Verdict
    note: Note | None = None
    checks: Mapping[Check, CheckState] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    terminals: str = ""  # in use: "1", "12", "123"
    lines: tuple[str, ...] = ()  # what the meter gives: "A", "B", "C" or the sum alone
    expected: str = ""  # lines that should have moved
    moved: str = ""
    reversed: str = ""  # moved the wrong way
    obedience_lag_s: float | None = None
    meter_lag_s: float | None = None
    fallback_lag_s: float | None = None  # after the cut of its connection
    steps: tuple[StepRecord, ...] = ()
    trace: tuple[TracePoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was found at all chargers."""

    verdict: Verdict
    chargers: tuple[ChargerReport, ...]
    findings: tuple[Finding, ...] = ()  # all of them, each mended once


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    charger_id: str | None
    stage: Stage
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a run asks for besides currents, each once."""

    start: str | None = None  # a charger whose session is to begin
    disconnect: str | None = None  # a charger whose connection is to be cut
