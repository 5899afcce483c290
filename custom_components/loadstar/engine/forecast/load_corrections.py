"""Let what a household has drawn of late pull what is expected of it: it is out, or has guests."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from .types import FloatArray

LEADS: Final = 12  # hours ahead that the last ones tell something of
LAST_HOURS: Final = 3
LAST_DAY_HOURS: Final = 24
_LEAST_OF_HOURS: Final = 2
_LEAST_OF_DAY: Final = 12
_LEAST_OF_WHOLE: Final = 20
_CENTRE_EVIDENCE: Final = 14.0  # days
_FURTHEST: Final = 0.25  # that the median may be from the mean
_LOWEST: Final = -0.8
_HIGHEST: Final = 1.5
_TRACE_KWH: Final = 0.01  # an expectation that no ratio can be made of
_PULLS: Final = np.linspace(0.0, 0.8, 9)
_FITTED_DAYS: Final = 90


@dataclass(frozen=True, slots=True, eq=False)
class Corrections:
    """How much of a deviation is still there a day later, and hours later.

    ``centre`` scales what is expected so that half of the days come to more. ``day_pull``
    is the share for the next day; its square is that for the day after. ``hour_pulls``
    (12,) are those of the last hours' deviation, first the coming hour.
    """

    centre: float = 1.0
    day_pull: float = 0.0
    hour_pulls: FloatArray = field(default_factory=lambda: np.zeros(LEADS))

    @classmethod
    def fitted(cls, before: FloatArray, load_kwh: FloatArray) -> Self:
        """Return the pulls of least absolute error over days (D, 24) in kWh."""
        recent = slice(max(0, len(load_kwh) - _FITTED_DAYS), None)
        centre = _centre(before[recent], load_kwh[recent])
        before, load_kwh = before[recent] * centre, load_kwh[recent]
        day_pull = _least_error(load_kwh, before, _day_deviations(before, load_kwh)[:, None])
        return cls(centre, day_pull, _hour_pulls(before.ravel(), load_kwh.ravel(), day_pull))

    def foreseen(self, before: FloatArray, load_kwh: FloatArray) -> FloatArray:
        """Return days (D, 24) as they were expected once the day before was over."""
        centred = before * self.centre
        off = _day_deviations(centred, load_kwh)[:, None]
        pulled: FloatArray = centred * (1 + self.day_pull * off)
        return pulled

    def factors(self, expected: FloatArray, measured: FloatArray, ahead: int) -> FloatArray:
        """Return what to multiply the next ``ahead`` hours with.

        ``expected`` and ``measured`` (24,) are the last 24 hours in kWh, NaN where unknown.
        """
        day = deviation(expected, measured, _LEAST_OF_DAY)
        days_ahead = np.arange(ahead) // LAST_DAY_HOURS + 1
        factors: FloatArray = np.ones(ahead)
        factors += self.day_pull**days_ahead * day
        last = slice(-LAST_HOURS, None)
        now = expected[last] * (1 + self.day_pull * day)
        hours = deviation(now, measured[last], _LEAST_OF_HOURS)
        factors[:LEADS] *= 1 + self.hour_pulls[:ahead] * hours
        return factors


def deviation(expected: FloatArray, measured: FloatArray, least: int) -> float:
    """Return how far the use was off, as a share; 0 where fewer than ``least`` hours are known."""
    known = np.isfinite(measured)
    total = float(expected[known].sum())
    if known.sum() < least or total < _TRACE_KWH:
        return 0.0
    return float(np.clip(measured[known].sum() / total - 1, _LOWEST, _HIGHEST))


def _centre(before: FloatArray, load_kwh: FloatArray) -> float:
    """Return the median of days against what was expected of them, near 1 if they are few."""
    known = np.isfinite(load_kwh)
    expected = np.where(known, before, 0.0).sum(axis=1)
    whole = (known.sum(axis=1) >= _LEAST_OF_WHOLE) & (expected > _TRACE_KWH)
    if not whole.any():
        return 1.0
    shares = np.where(known, load_kwh, 0.0).sum(axis=1)[whole] / expected[whole]
    off = min(max(float(np.median(shares)) - 1, -_FURTHEST), _FURTHEST)
    return 1 + off * int(shares.size) / (int(shares.size) + _CENTRE_EVIDENCE)


def _day_deviations(before: FloatArray, load_kwh: FloatArray) -> FloatArray:
    """Return how far the day before each was off (D,), 0 where that is unknown."""
    off = [
        deviation(expected, measured, _LEAST_OF_DAY)
        for expected, measured in zip(before[:-1], load_kwh[:-1], strict=True)
    ]
    return np.array([0.0, *off])


def _hour_pulls(expected: FloatArray, measured: FloatArray, day_pull: float) -> FloatArray:
    """Return how much of the last hours' deviation is left after each number of hours.

    That is what it tells beyond the last 24 h, which pull by ``day_pull`` already.
    """
    day = 1 + day_pull * _last(LAST_DAY_HOURS, _LEAST_OF_DAY, expected, measured)
    hours = _last(LAST_HOURS, _LEAST_OF_HOURS, expected, measured, day)
    pulls = []
    for lead in range(LEADS):
        off, pulled = hours[: hours.size - lead], day[: day.size - lead]
        pulls.append(_least_error(measured[lead:], expected[lead:] * pulled, off))
    return np.minimum.accumulate(np.array(pulls))  # what has worn off does not come back


def _last(
    count: int,
    least: int,
    expected: FloatArray,
    measured: FloatArray,
    factor: FloatArray | float = 1.0,
) -> FloatArray:
    """Return the deviation (N,) of the ``count`` hours before each, 0 where it is unknown.

    ``factor`` (N,) is what was expected of them by then, against ``expected``.
    """
    known = np.isfinite(measured)
    hours = _sum_before(known.astype(np.float64), count)
    drawn = _sum_before(np.where(known, measured, 0.0), count)
    foreseen = _sum_before(np.where(known, expected, 0.0), count) * factor
    usable = (hours >= least) & (foreseen >= _TRACE_KWH)
    ratio = np.divide(drawn, foreseen, out=np.ones_like(drawn), where=usable)
    off: FloatArray = np.clip(ratio - 1, _LOWEST, _HIGHEST)
    return off


def _sum_before(values: FloatArray, count: int) -> FloatArray:
    """Return the sum (N,) of the ``count`` values before each."""
    sums = np.concatenate([np.zeros(count + 1), np.cumsum(values)[:-1]])
    before: FloatArray = sums[count:] - sums[:-count]
    return before


def _least_error(measured: FloatArray, expected: FloatArray, off: FloatArray) -> float:
    """Return which share of the deviation, carried over, leaves the least absolute error."""
    errors = [np.nansum(np.abs(measured - expected * (1 + pull * off))) for pull in _PULLS]
    return float(_PULLS[int(np.argmin(errors))])
