"""What a meter shows in the seconds before a home battery has made up for a step.

A battery that holds the grid at zero hides every step from the meter but for its own
delay. That is enough to see which way the meter counts: on every line the current
leaves its level for a moment, up where the charger rises.
"""

from collections.abc import Sequence
from typing import Final

from .hypotheses import Outcome, Step
from .sample import Level, Sample

_LATEST_S: Final = 25.0  # after the set-point: charger, car and meter
_LEAST: Final = 0.2  # of the step
_LEAST_A: Final = 0.6
_OVER_NOISE: Final = 2.0
_TOGETHER_S: Final = 4.0
_NOISE_S: Final = 10.0  # at the end of the level, long after


def passing_outcome(step: Step, after: Level, samples: Sequence[Sample]) -> Outcome | None:
    """Return what the passing deviation of every line says, None where one shows none.

    Only where the charger is on all lines: of one or two phases the battery's share
    on the others tells more.
    """
    count = len(step.lines)
    if count > 1 and step.phases[0] < count:
        return None
    peaks = [_peak(index, step, after, samples) for index in range(count)]
    found = [peak for peak in peaks if peak is not None]
    times = [time for time, _ in found]
    if len(found) < count or max(times) - min(times) > _TOGETHER_S:
        return None
    pairs = zip(step.lines, found, strict=True)
    return Outcome(
        moved="".join(step.lines),
        reversed="".join(line for line, (_, height) in pairs if height < 0),
    )


def _peak(
    index: int, step: Step, after: Level, samples: Sequence[Sample]
) -> tuple[float, float] | None:
    """Return when a line was farthest off its level, and by how much in the step's direction."""
    direction = 1.0 if step.step_a > 0 else -1.0
    seen = [
        (it.now, direction * (it.grid[index] - after.grid[index]))
        for it in samples
        if it.grid is not None
    ]
    early = [(time, height) for time, height in seen if time - after.at <= _LATEST_S]
    late = [abs(height) for time, height in seen if time > seen[-1][0] - _NOISE_S]
    if not early:
        return None
    time, height = max(early, key=lambda it: abs(it[1]))
    least = max(_LEAST_A, _LEAST * abs(step.step_a), _OVER_NOISE * max(late))
    return (time, height) if abs(height) >= least else None
