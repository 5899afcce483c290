"""From steps to a decision: most of them must say the same, and none of them by chance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
import statistics
from typing import Final

from .hypotheses import Outcome, Step, Vote, vote
from .quiet import LEAST_STEP_A, quiet_lines, seconds_within
from .sample import Level, Sample, terminals_in_use
from .transient import passing_outcome
from .types import ChargerPlan, Note, SitePlan, StepRecord

ROUND: Final = 6
ENOUGH: Final = 5  # of a round
MOST_STEPS: Final = 14
_SCALE_OVER: Final = 1.6
_SCALE_SPREAD: Final = 0.15
_MIDDLE: Final = 0.3  # of a change: where a line is only on its way
_MIDDLE_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step with all that was seen of it."""

    step: Step
    vote: Vote
    before: Level
    after: Level
    samples: Sequence[Sample]  # of the level after it


class Judge:
    """Collects the steps of one charger and says when they suffice."""

    def __init__(self, site: SitePlan, plan: ChargerPlan) -> None:
        """Begin without a step."""
        self._site = site
        self._plan = plan
        self.taken: list[Taken] = []
        self.terminals = ""
        self.still = 0  # steps that the car did not follow

    def take(self, before: Level, after: Level, samples: Sequence[Sample]) -> None:
        """Judge the step from one level to the next."""
        high = before if before.ordered > after.ordered else after
        terminals = terminals_in_use(high.drawn)
        self.terminals = max(self.terminals, terminals, key=len)
        step = self._step(before, after, terminals)
        if step is None or abs(step.step_a) < LEAST_STEP_A:
            self.still += 1
            return
        step = replace(step, quiet=quiet_lines(step, before, after, samples))
        decided = vote(step)
        if decided.hidden and (passing := passing_outcome(step, after, samples)):
            decided = Vote(passing)
        self.taken.append(
            Taken(step=step, vote=decided, before=before, after=after, samples=samples)
        )

    @property
    def needs_patience(self) -> bool:
        """Whether a round is over that decided nothing, so that levels should last longer."""
        return len(self.taken) >= ROUND and self.outcome is None

    @property
    def outcome(self) -> Outcome | None:
        """What the steps say, once enough of the latest round agree."""
        if len(self.taken) < ROUND:
            return None
        votes = Counter(it.vote.outcome for it in self.taken[-ROUND:] if it.vote.outcome)
        if not votes:
            return None
        outcome, count = votes.most_common(1)[0]
        return outcome if count >= ENOUGH else None

    @property
    def gave_up(self) -> Note | None:
        """Why no further step would help; None while one might."""
        hidden = sum(it.vote.hidden for it in self.taken)
        if len(self.taken) >= ROUND and hidden >= ENOUGH:
            return Note.BATTERY
        if len(self.taken) + self.still < MOST_STEPS:
            return None
        return Note.BATTERY if hidden > len(self.taken) / 2 else Note.NOISE

    @property
    def scale(self) -> tuple[str, float] | None:
        """The line that shows a constant multiple of every step, and its factor."""
        if len(self.taken) < ROUND:
            return None
        for index, line in enumerate(self.taken[0].step.lines):
            factors = [_factor(it, index) for it in self.taken[-ROUND:]]
            known = [factor for factor in factors if factor is not None]
            if len(known) < ENOUGH:
                continue
            middle = statistics.median(known)
            near = sum(abs(it - middle) <= _SCALE_SPREAD * abs(middle) for it in known)
            if abs(middle) >= _SCALE_OVER and near >= ENOUGH:
                return line, middle
        return None

    def records(self, began: float, outcome: Outcome | None) -> tuple[StepRecord, ...]:
        """Return the steps for the report; times count from ``began``."""
        return tuple(
            StepRecord(
                at=it.after.at - began,
                drawn_a=it.step.step_a,
                seen_a=it.step.seen,
                agrees=outcome is not None and it.vote.outcome == outcome,
            )
            for it in self.taken
        )

    def meter_lag_s(self, outcome: Outcome) -> float | None:
        """Return the median time in s from a set-point's acceptance to the meter showing it."""
        lags = [lag for it in self.taken if (lag := _meter_lag(it, outcome)) is not None]
        return statistics.median(lags) if lags else None

    def _step(self, before: Level, after: Level, terminals: str) -> Step | None:
        """Return the step between two levels; None where the charger says nothing of it."""
        changes = [
            new - old
            for terminal in terminals
            if (new := after.drawn[int(terminal) - 1]) is not None
            and (old := before.drawn[int(terminal) - 1]) is not None
        ]
        if not changes:
            return None
        return Step(
            lines=after.lines,
            step_a=statistics.fmean(changes),
            phases=self._phases(after, terminals),
            seen=_less(after.grid, before.grid),
            quiet=(True,) * len(after.lines),
            inverter=_less(after.inverter, before.inverter),
            inverter_trusted=before.inverter_trusted and after.inverter_trusted,
            inverter_on=tuple(
                i
                for i, line in enumerate(after.lines)
                if len(after.lines) == 1 or line in self._site.inverter_phases
            ),
            asymmetric=self._site.asymmetric_inverter,
        )

    def _phases(self, level: Level, terminals: str) -> tuple[int, ...]:
        """Return how many phases may be in use; a terminal that says nothing may be."""
        silent = sum(value is None for value in level.drawn[: self._plan.phases])
        return tuple(range(len(terminals), len(terminals) + silent + 1))


def _less(after: Sequence[float], before: Sequence[float]) -> tuple[float, ...]:
    return tuple(new - old for new, old in zip(after, before, strict=True))


def _factor(taken: Taken, index: int) -> float | None:
    """Return a line's change as a multiple of the step; None where it may be another's too."""
    step = taken.step
    if not step.quiet[index] or not step.inverter_trusted:
        return None
    if abs(sum(step.inverter)) > abs(step.step_a) / 2:
        return None
    # a load that joined in did so a few seconds before or after the charger
    low, high = sorted((taken.before.grid[index], taken.after.grid[index]))
    inner = _MIDDLE * (high - low)
    if seconds_within(taken.samples, index, low + inner, high - inner) > _MIDDLE_S:
        return None
    phases = step.phases[0] if len(step.lines) == 1 else 1
    return step.seen[index] / (step.step_a * phases)


def _meter_lag(taken: Taken, outcome: Outcome) -> float | None:
    """Return when half of a step first showed on the lines that moved, in s."""
    if taken.vote.outcome != outcome or not outcome.moved:
        return None
    wanted = [
        (index, -1.0 if line in outcome.reversed else 1.0)
        for index, line in enumerate(taken.step.lines)
        if line in outcome.moved
    ]
    full = sum(sign * taken.step.seen[index] for index, sign in wanted)
    for sample in taken.samples:
        if sample.grid is None:
            continue
        now = sum(sign * (sample.grid[i] - taken.before.grid[i]) for i, sign in wanted)
        if abs(full) > LEAST_STEP_A and now / full >= 1 / 2:
            return sample.now - taken.after.at
    return None
