"""Whether a step had a line of the meter to itself."""

from collections.abc import Sequence
import itertools
import math
from typing import Final

from .hypotheses import Step
from .sample import Level, Sample

LEAST_STEP_A: Final = 1.0  # of a draw that follows its set-point
_SPREAD: Final = 0.5  # of a step
_STRAY: Final = 0.4  # of a step
_STRAY_S: Final = 5.0
_INVERTER_STILL_A: Final = 0.3


def quiet_lines(
    step: Step, before: Level, after: Level, samples: Sequence[Sample]
) -> tuple[bool, ...]:
    """Return for each line whether nothing but the charger and the inverter moved on it.

    A load that makes up for a step does not switch at the same second, and the line
    leaves the values between both levels for a while. A battery makes up for it late
    too, so that this says nothing where there is one at work.
    """
    margin = max(LEAST_STEP_A, _STRAY * abs(step.step_a))
    works = any(abs(it) > _INVERTER_STILL_A for it in step.inverter)
    quiet = []
    for index in range(len(step.lines)):
        pair = (before.grid[index], after.grid[index])
        spread = max(before.spread[index], after.spread[index])
        strayed = 0.0
        if step.inverter_trusted and not works:
            strayed = seconds_outside(samples, index, min(pair) - margin, max(pair) + margin)
        steady = spread <= max(LEAST_STEP_A, _SPREAD * abs(step.step_a))
        quiet.append(steady and strayed <= _STRAY_S)
    return tuple(quiet)


def seconds_within(samples: Sequence[Sample], index: int, low: float, high: float) -> float:
    """Return for how many s a line was between two values."""
    return sum(
        sample.now - last.now
        for last, sample in itertools.pairwise(samples)
        if sample.grid is not None and low < sample.grid[index] < high
    )


def seconds_outside(samples: Sequence[Sample], index: int, low: float, high: float) -> float:
    """Return for how many s a line was not between two values."""
    known = [sample for sample in samples if sample.grid is not None]
    everywhere = seconds_within(known, index, -math.inf, math.inf)
    return everywhere - seconds_within(known, index, low, high)
