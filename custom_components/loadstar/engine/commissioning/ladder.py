"""Up and down, again and again, until it is clear what the meter shows of a charger."""

from dataclasses import dataclass
import statistics
from typing import Final

from ..models import ChargerTarget
from .hypotheses import Outcome
from .judging import ROUND, Judge
from .readiness import held_back_by
from .sample import Level, Sample, terminals_in_use
from .stepping import LevelState, Stepper
from .types import ChargerPlan, Note, SitePlan

DRAW_PATIENCE_S: Final = 120.0
_MORE_PATIENCE: Final = 1.6
_OBEYS_WITHIN_A: Final = 1.0
_STILL_ENOUGH: Final = 2  # steps that a car did not follow
_OVER_ENOUGH: Final = 2  # levels at which it drew more than it was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the steps ended: with an outcome, or with the reason why there is none."""

    outcome: Outcome | None = None
    note: Note | None = None
    scale: tuple[str, float] | None = None  # a line and the multiple that it shows
    told: float | None = None  # A, where a charger drew more
    drawn: float | None = None


class Ladder:
    """Steps one charger and judges what charger and meter show."""

    def __init__(self, site: SitePlan, plan: ChargerPlan) -> None:
        """Begin at the lower current."""
        self.judge = Judge(site, plan)
        self.stepper = Stepper(plan.low_a, plan.high_a)
        self.level: Level | None = None  # the last one that is over
        self._waits_since: float | None = None
        self._lags: list[float] = []
        self._over: list[tuple[float, float]] = []

    @property
    def share(self) -> float:
        """How far it is, at the usual number of steps."""
        return min(1.0, len(self.judge.taken) / ROUND)

    @property
    def settled(self) -> bool:
        """Whether the first level has been held."""
        return self.level is not None

    @property
    def obedience_lag_s(self) -> float | None:
        """The median time in s from a set-point's acceptance to the charger showing it."""
        return statistics.median(self._lags) if self._lags else None

    def observe(self, sample: Sample, target: ChargerTarget | None) -> Ending | None:
        """Take one look; return how it ended once it has."""
        if self.level is None and not terminals_in_use(sample.drawn):
            return self._wait_for_draw(sample)
        state = self.stepper.observe(sample)
        if state is LevelState.RUNNING:
            return None
        if state is LevelState.NOT_ACCEPTED:
            return Ending(note=held_back_by(target, self.stepper.ordered))
        level = self.stepper.level()
        if state is LevelState.NOT_SEEN or level is None:
            return Ending(note=Note.METER_STALE)
        return self._go_on(level)

    def _wait_for_draw(self, sample: Sample) -> Ending | None:
        """Give a car time to begin, and give up where it does not."""
        if self._waits_since is None:
            self._waits_since = sample.now
        if sample.now - self._waits_since <= DRAW_PATIENCE_S:
            return None
        silent = all(value is None for value in sample.drawn)
        return Ending(note=Note.NOT_MEASURED if silent else Note.CAR_NOT_DRAWING)

    def _go_on(self, level: Level) -> Ending | None:
        self._check_obedience(level)
        if self.level is not None:
            self.judge.take(self.level, level, self.stepper.samples)
        self.level = level
        ending = self._ending()
        if ending is None:
            if self.judge.needs_patience:
                self.stepper.patience = _MORE_PATIENCE
            self.stepper.advance()
        return ending

    def _ending(self) -> Ending | None:
        judge = self.judge
        if len(self._over) >= _OVER_ENOUGH:
            told, drawn = self._over[-1]
            return Ending(told=told, drawn=drawn)
        if judge.outcome is not None:
            return Ending(outcome=judge.outcome)
        if judge.scale is not None:
            return Ending(scale=judge.scale)
        if judge.still >= _STILL_ENOUGH and not judge.taken:
            return Ending(note=Note.CAR_LIMITED)
        return Ending(note=judge.gave_up) if judge.gave_up else None

    def _check_obedience(self, level: Level) -> None:
        drawn = max((value for value in level.drawn if value is not None), default=0.0)
        if drawn > level.ordered + _OBEYS_WITHIN_A:
            self._over.append((level.ordered, drawn))
        elif self.stepper.seen_after_s is not None and self.level is not None:
            self._lags.append(self.stepper.seen_after_s)
