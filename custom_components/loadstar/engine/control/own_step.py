"""One own step: what the chargers say that they draw more or less, and whether meters show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from ..models import PhaseTriple
from .triples import ZERO, each, subtract

_SHOWN = 0.5  # share of a step that a meter must show
_CONFIRMED_WITHIN_S = 60.0
_JUDGED_WITHIN_S = 180.0
_REPORTS = 2  # of every meter, since the chargers confirmed the step


class Evidence(Enum):
    """What a step says of the grid meter."""

    OPEN = auto()
    NOTHING = auto()  # there was no step, or nothing to compare it with
    SHOWN = auto()
    DENIED = auto()  # the meter moved, but not with the chargers
    STUCK = auto()  # the meter did not move at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the site, in A per site phase.

    ``net`` is grid and what PV and battery give; ``raw`` the grid's values as they came;
    ``reports`` how often each meter has reported since control began.
    """

    raw: PhaseTriple
    net: PhaseTriple
    drawn: PhaseTriple
    reports: tuple[int, int, int]


@dataclass(slots=True)
class OwnStep:
    """A step that begins with a set-point and is judged once every meter had its time."""

    time: float
    first: Look
    # what was seen shortly before: a report may tell late of what the meter has shown already
    earlier: Sequence[PhaseTriple]
    _lowest: PhaseTriple = ZERO
    _highest: PhaseTriple = ZERO
    _rise: PhaseTriple = ZERO  # the most that net has risen from any earlier value
    _fall: PhaseTriple = ZERO
    _stuck: list[bool] = field(default_factory=lambda: [True] * 3)
    seen_reports: int = 0  # of the grid meter
    _confirmed: tuple[float, tuple[int, int, int]] | None = None
    # how far the draw has stayed from its first value since all chargers had time to report
    _step: PhaseTriple | None = None

    def __post_init__(self) -> None:
        """Begin with what was seen when the set-point was sent and before."""
        nets = [*self.earlier, self.first.net]
        self._lowest = self._highest = nets[0]
        for net in nets:
            self._show(net)

    def observe(self, look: Look, time: float, step_a: float, patience_s: float) -> Evidence:
        """Take another look and return what the step says by now.

        It counts from ``step_a`` A on, and is judged ``patience_s`` after the chargers
        have confirmed it.
        """
        self._show(look.net)
        self.seen_reports = look.reports[0] - self.first.reports[0]
        for phase in range(3):
            self._stuck[phase] &= look.raw[phase] == self.first.raw[phase]
        moved = subtract(look.drawn, self.first.drawn)
        if self._confirmed is None:
            if max(map(abs, moved)) >= step_a:
                self._confirmed = (time, look.reports)
                return Evidence.OPEN
            return Evidence.NOTHING if time - self.time > _CONFIRMED_WITHIN_S else Evidence.OPEN
        since, reports = self._confirmed
        if time - since >= patience_s / 2:
            self._step = moved if self._step is None else each(_nearer_zero, self._step, moved)
        if time - since < patience_s:
            return Evidence.OPEN
        if any(now - then < _REPORTS for now, then in zip(look.reports, reports, strict=True)):
            return Evidence.NOTHING if time - since > _JUDGED_WITHIN_S else Evidence.OPEN
        return self._judge(step_a)

    def stuck_phases(self, step_a: float) -> tuple[int, ...]:
        """Return the phases on which the meter stood still while the chargers stepped."""
        return tuple(it for it in self._hiding(step_a) if self._stuck[it])

    def is_partly_shown(self, step_a: float) -> bool:
        """Tell whether another phase has shown the step."""
        stepped = [phase for phase, it in enumerate(self._step or ZERO) if abs(it) >= step_a]
        return len(stepped) > len(self._hiding(step_a))

    def _show(self, net: PhaseTriple) -> None:
        self._lowest = each(min, self._lowest, net)
        self._highest = each(max, self._highest, net)
        self._rise = each(max, self._rise, subtract(net, self._lowest))
        self._fall = each(max, self._fall, subtract(self._highest, net))

    def _judge(self, step_a: float) -> Evidence:
        if max(map(abs, self._step or ZERO)) < step_a:
            return Evidence.NOTHING
        if self.stuck_phases(step_a):
            return Evidence.STUCK
        return Evidence.DENIED if self._hiding(step_a) else Evidence.SHOWN

    def _hiding(self, step_a: float) -> list[int]:
        """Return the phases on which the meter does not show the step."""
        phases = []
        for phase, step in enumerate(self._step or ZERO):
            shown = self._rise[phase] if step > 0 else self._fall[phase]
            if abs(step) >= step_a and shown < _SHOWN * abs(step):
                phases.append(phase)
        return phases


def _nearer_zero(one: float, other: float) -> float:
    """Return the smaller of two steps, 0 where they go different ways."""
    if one * other <= 0:
        return 0.0
    return min(one, other, key=abs)
