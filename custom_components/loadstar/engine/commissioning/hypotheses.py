"""Which wiring explains a step: every one that could be is compared with what was seen.

A charger raises its draw by ``step`` A on each of its phases in use; PV and battery may
change what they give at the same time. On each line the meter then shows
``sign · (step where the charger draws - change of the inverter)``, with the sign of a
reversed line negative and of a blind one 0. A step decides only where wirings that
differ in what they say of the charger's lines would have looked different.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import itertools
import math

_FIT = 0.35  # of the step: a residual up to this is noise
_LEAST_FIT_A = 0.8
_GAP = 0.2  # of the step: by so much the runner-up must fit worse
_FREE_SHARES = (0.25, 0.5, 0.75, 1.0)  # of a step that an unheard battery may have made up for
_COVERED = 0.2  # of a step: what an inverter gives that hides it
_TOUCHED = 0.1  # of a step: what shows that an inverter follows it, so that no line is blind
_SIGNS = (1, -1, 0)


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """What a step says of the charger's lines: those that moved, and which the wrong way."""

    moved: str  # "AB"; "" where the meter shows nothing of the charger
    reversed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a charger as it was measured."""

    lines: tuple[str, ...]
    step_a: float  # change of the draw on each phase in use, negative where it fell
    phases: tuple[int, ...]  # how many phases may be in use
    seen: tuple[float, ...]  # change per line
    inverter: tuple[float, ...]  # change of what PV and battery give, per line
    quiet: tuple[bool, ...]  # the lines on which nothing else has moved
    inverter_trusted: bool = True
    inverter_on: tuple[int, ...] = (0, 1, 2)  # the lines that it feeds
    asymmetric: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """What one step says; None: it cannot tell, because a battery hid it or nothing fits."""

    outcome: Outcome | None
    hidden: bool = False


def vote(step: Step) -> Vote:
    """Return what ``step`` decides, from how well each possible wiring explains it."""
    if not any(step.quiet):
        return Vote(None)
    size = abs(step.step_a)
    fits: dict[Outcome, float] = {}
    for outcome, expected in _wirings(step):
        residual = math.dist(
            itertools.compress(expected, step.quiet), itertools.compress(step.seen, step.quiet)
        )
        fits[outcome] = min(residual, fits.get(outcome, math.inf))
    (best, residual), *others = sorted(fits.items(), key=lambda item: item[1])
    if residual > max(_LEAST_FIT_A, _FIT * size):
        return Vote(None)
    if others[0][1] - residual < _GAP * size:
        return Vote(None, hidden=_is_covered(step, _COVERED))
    if _blind(step, best) and _is_covered(step, _TOUCHED):
        return Vote(None, hidden=True)
    return Vote(best)


def _blind(step: Step, outcome: Outcome) -> bool:
    """Whether a line on which the charger draws would have to show nothing of it."""
    return len(outcome.moved) < min(step.phases[0], len(step.lines))


def _is_covered(step: Step, share: float) -> bool:
    """Whether PV and battery may have made up for more than a share of the step."""
    total = abs(step.step_a) * step.phases[0]
    return not step.inverter_trusted or abs(sum(step.inverter)) > share * total


def _wirings(step: Step) -> Iterator[tuple[Outcome, tuple[float, ...]]]:
    """Yield every wiring's outcome with what its meter would have shown."""
    count = len(step.lines)
    for drawing in _places(step):
        draw = tuple(_on_line(step, drawing, index) for index in range(count))
        for change in _compensations(step, drawing):
            for signs in itertools.product(_SIGNS, repeat=count):
                shown = tuple(
                    sign * (drawn - given)
                    for sign, drawn, given in zip(signs, draw, change, strict=True)
                )
                yield _outcome(step.lines, drawing, signs), shown


def _places(step: Step) -> Iterator[tuple[int, ...]]:
    """Yield every set of lines, as indices, that the charger may be on."""
    count = len(step.lines)
    if count == 1:
        yield (0,)
        return
    for phases in step.phases:
        yield from itertools.combinations(range(count), phases)


def _on_line(step: Step, drawing: Sequence[int], index: int) -> float:
    if index not in drawing:
        return 0.0
    # one line is the only phase there is, or the sum of those in use
    return step.step_a * (step.phases[0] if len(step.lines) == 1 else 1)


def _compensations(step: Step, drawing: Sequence[int]) -> Iterator[tuple[float, ...]]:
    """Yield what the inverter may have changed per line: as told, not at all, the wrong way."""
    yield _spread(step, 0.0, drawing)
    if any(step.inverter):
        yield step.inverter
        yield tuple(-value for value in step.inverter)
        if step.asymmetric:
            yield _spread(step, sum(step.inverter), drawing)
    if not step.inverter_trusted:
        total = step.step_a * step.phases[0]
        for part in _FREE_SHARES:
            yield _spread(step, part * total, step.inverter_on)
            yield _spread(step, part * total, drawing)


def _spread(step: Step, total: float, over: Sequence[int]) -> tuple[float, ...]:
    """Return ``total`` A split evenly over some of the lines."""
    return tuple(total / len(over) if i in over else 0.0 for i in range(len(step.lines)))


def _outcome(lines: tuple[str, ...], drawing: Sequence[int], signs: Sequence[int]) -> Outcome:
    return Outcome(
        moved="".join(lines[i] for i in drawing if signs[i]),
        reversed="".join(lines[i] for i in drawing if signs[i] < 0),
    )
