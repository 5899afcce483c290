"""A charger within one step, and what is remembered of it between steps."""

from dataclasses import dataclass, field
import math

from ..models import ChargerContext, ChargingMode, ConnectorStatus, PhaseTriple, Reason
from .attribution import NO_DRAW, Draw, DrawRange
from .deadband import round_down, round_up
from .obedience import Obedience
from .phases import PhasesInUse
from .start_stop import StartStop
from .suspended import Sleep, Suspended
from .triples import ZERO, over_phases
from .types import ChargerReading, FallbackProof

_TAKING_PART = frozenset(
    {
        ConnectorStatus.PREPARING,
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
    }
)
_IN_SESSION = _TAKING_PART - {ConnectorStatus.PREPARING}
FOLLOWS_THE_SUN = frozenset({ChargingMode.SOLAR, ChargingMode.EXCESS})
_RANK = {
    ChargingMode.STANDARD: 0,
    ChargingMode.PLANNED: 0,
    ChargingMode.ECO: 1,
    ChargingMode.SOLAR: 2,
    ChargingMode.EXCESS: 3,
}


@dataclass(slots=True)
class ChargerMemory:
    """What control remembers of one charger; times are control's own."""

    set_point: float = 0.0
    changed: float = -math.inf
    held_until: float = -math.inf  # no raise after an overload
    session: str | None = None  # the session that was taken over or started
    online: bool = False
    met: bool = False  # whether it has been online since control began
    drawn: PhaseTriple = ZERO  # as attributed when it was last heard, A per site phase
    draw: Draw = field(default_factory=Draw)
    phases: PhasesInUse = field(default_factory=PhasesInUse)
    start_stop: StartStop = field(default_factory=StartStop)
    suspended: Suspended = field(default_factory=Suspended)
    obedience: Obedience = field(default_factory=Obedience)
    short: Reason | None = None  # the limit that keeps it from more, when it last had a share

    def move(self, set_point: float, time: float) -> None:
        """Take another set-point, which the charger will follow in its own time."""
        self.draw.set_point_changed(self.set_point, set_point, time)
        self.set_point = set_point
        self.changed = time

    def unplug(self, time: float) -> None:
        """Forget the car; without one nothing flows."""
        if self.set_point > 0:
            self.move(0.0, time)
        self.phases = PhasesInUse()
        self.suspended = Suspended()
        self.start_stop = StartStop()
        self.session = None
        self.short = None


@dataclass(slots=True, kw_only=True)
class Unit:
    """One charger in one step."""

    charger_id: str
    context: ChargerContext
    reading: ChargerReading
    memory: ChargerMemory
    mode: ChargingMode
    wired: str
    active: str = ""  # site phases that count for shares
    physical: str = ""  # site phases that count for breakers
    may_draw: DrawRange = NO_DRAW
    drawn: PhaseTriple = ZERO  # as attributed
    blind: bool = False  # a circuit's meter that it depends on is stale
    may_rise: bool = True  # as far as its circuits' meters go
    # nothing that it is told is known to count: it cannot be cut, and may draw its maximum
    unruled: bool = False
    # it follows what it is told, but may go to its maximum by itself
    may_jump: bool = False
    takes_part: bool = False  # in the sharing

    def __post_init__(self) -> None:
        """Begin with what was known of it before this step."""
        self._settle_part()

    def judge(self) -> None:
        """Settle how far it is to be trusted in this step."""
        reading, obedience = self.reading, self.memory.obedience
        self._settle_part()
        if not self._may_charge:
            return
        self.unruled = not reading.controlled or obedience.rules_itself
        failed = reading.fallback_proof is FallbackProof.FAILED
        on_parole = obedience.on_parole and not obedience.barred
        self.may_jump = not self.unruled and (failed or on_parole)

    @property
    def untrusted(self) -> bool:
        """Whether others must leave it its maximum."""
        return self.unruled or self.may_jump

    @property
    def most(self) -> float:
        """What it may draw at all, in A per phase."""
        return max(self.context.rated_current or 0.0, self.context.max_current)

    @property
    def counted(self) -> float:
        """What guards count it at, in A per phase: it may draw that at any moment."""
        return max(self.most, self.set_point) if self.unruled else self.set_point

    @property
    def set_point(self) -> float:
        """What it has been told, in A per phase."""
        return self.memory.set_point

    @property
    def order(self) -> tuple[int, int, str]:
        """The order of service: the first is cut last."""
        return (_RANK[self.mode], self.context.priority, self.charger_id)

    @property
    def wanted(self) -> bool:
        """Whether anybody wants it to charge."""
        return self.reading.enabled and not self.reading.soc_limit_reached

    def _settle_part(self) -> None:
        self.takes_part = self._may_charge and self.wanted and not self.memory.obedience.barred

    @property
    def _may_charge(self) -> bool:
        return self.reading.connected and self.reading.status in _TAKING_PART

    @property
    def sleep(self) -> Sleep:
        """How its car sleeps."""
        return self.memory.suspended.sleep

    @property
    def in_session(self) -> bool:
        """Whether its car has been let in to charge."""
        return self.reading.connected and self.reading.status in _IN_SESSION

    @property
    def unplugged(self) -> bool:
        """Whether it certainly has no car."""
        return self.reading.connected and self.reading.status is ConnectorStatus.AVAILABLE

    def on(self, phases: str) -> int:
        """Return how many of ``phases`` breakers must count it on."""
        return sum(phase in self.physical for phase in phases)

    def drawn_on(self, phases: str) -> float:
        """Return what it draws on ``phases`` together, in A."""
        return over_phases(self.drawn, phases)


def effective_mode(context: ChargerContext, site_mode: ChargingMode) -> ChargingMode:
    """Return the mode that a charger follows now."""
    mode = context.charging_mode or site_mode
    if mode is ChargingMode.PLANNED and context.planned_current is None:
        return ChargingMode.STANDARD if context.has_goal else ChargingMode.SOLAR
    return mode


def fit_to_steps(context: ChargerContext) -> None:
    """Make minimum and maximum of a charger currents that it can be set to."""
    context.min_current = round_up(context.min_current, context.step_a)
    context.max_current = round_down(context.max_current, context.step_a)
