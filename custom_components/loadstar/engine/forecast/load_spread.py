"""How far use strays from what is expected: quantiles of what came of like hours and of days."""

from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from ..planner.inputs.load_profile import DAY_P10, DAY_P90, SLOT_P10, SLOT_P90
from .forgetting import KINDS
from .local_time import HOURS_PER_DAY
from .types import FloatArray, IntArray

_HALF_LIFE_DAYS: Final = 90.0
_LONGEST_DAYS: Final = 365
# A usual household's spread counts as so many hours, or days, of this one's.
_PRIOR: Final = 8.0
_LEAST_HOURS: Final = 20  # of a day that is compared
_TRACE_KWH: Final = 1e-6
_NEIGHBOURS: Final = (-1, 0, 1)  # hours that are alike
_TAILS: Final = (0.1, 0.9)


class Widths(NamedTuple):
    """Distances in kWh from P50 down to P10 and up to P90."""

    low: FloatArray
    high: FloatArray


class DaySpread(NamedTuple):
    """The same for a whole day, as shares of its energy."""

    low: float = 1 - DAY_P10
    high: float = DAY_P90 - 1


class Together(NamedTuple):
    """How much the hours of a day stray together: 0 each by itself, 1 all the same way."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Spreads (2, 24) by kind of day and hour, in units of √(expected · ``scale_kwh``).

    Between a share of the expected (habits) and kWh (an oven is the same in a quiet hour).
    """

    low: FloatArray
    high: FloatArray
    scale_kwh: float
    day: DaySpread
    together: Together

    @classmethod
    def fitted(cls, expected: FloatArray, load_kwh: FloatArray, kinds: IntArray) -> Self:
        """Return the spread of what was measured around what was expected, (D, 24) in kWh."""
        recent = slice(max(0, len(load_kwh) - _LONGEST_DAYS), None)
        expected, load_kwh, kinds = expected[recent], load_kwh[recent], kinds[recent]
        weights = np.exp2(np.arange(len(load_kwh)) / _HALF_LIFE_DAYS)
        scale = max(float(expected.mean()), _TRACE_KWH)
        strays = (load_kwh - expected) / np.sqrt(np.maximum(expected, _TRACE_KWH) * scale)
        low, high = _by_hour(strays, kinds, weights)
        usual = _usual(expected, kinds)
        spreads = np.sqrt(usual * scale)
        day = _day_spread(expected, load_kwh, weights)
        total = float(usual.sum(axis=1).mean())
        together = Together(
            _together(low * spreads, day.low * total), _together(high * spreads, day.high * total)
        )
        return cls(low=low, high=high, scale_kwh=scale, day=day, together=together)

    def widths(self, kinds: IntArray, hours: IntArray, expected: FloatArray) -> Widths:
        """Return the widths of hours (N,) of which ``expected`` kWh is known; none below 0."""
        unit = np.sqrt(expected * self.scale_kwh)
        low = np.minimum(self.low[kinds, hours] * unit, expected)
        return Widths(low, self.high[kinds, hours] * unit)


def _usual(expected: FloatArray, kinds: IntArray) -> FloatArray:
    """Return the mean of each kind of day (2, 24); of all days where there was none of a kind."""
    return np.stack(
        [
            expected[kinds == kind if (kinds == kind).any() else slice(None)].mean(axis=0)
            for kind in range(KINDS)
        ]
    )


def _by_hour(
    strays: FloatArray, kinds: IntArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far down P10 and up P90 are, (2, 24) each."""
    tails = np.empty((2, KINDS, HOURS_PER_DAY))
    usual = np.array([SLOT_P10 - 1, SLOT_P90 - 1])
    for kind in range(KINDS):
        of_kind = kinds == kind
        weight = np.tile(weights[of_kind], len(_NEIGHBOURS))
        for hour in range(HOURS_PER_DAY):
            alike = [strays[of_kind, (hour + step) % HOURS_PER_DAY] for step in _NEIGHBOURS]
            tails[:, kind, hour] = _quantiles(np.concatenate(alike), weight, usual)
    return np.maximum(-tails[0], 0.0), np.maximum(tails[1], 0.0)


def _day_spread(expected: FloatArray, load_kwh: FloatArray, weights: FloatArray) -> DaySpread:
    known = np.isfinite(load_kwh)
    foreseen = np.where(known, expected, 0.0).sum(axis=1)
    whole = (known.sum(axis=1) >= _LEAST_HOURS) & (foreseen > _TRACE_KWH)
    off = np.where(known, load_kwh, 0.0).sum(axis=1)[whole] / foreseen[whole] - 1
    low, high = _quantiles(off, weights[whole], np.array([DAY_P10 - 1, DAY_P90 - 1]))
    return DaySpread(max(-float(low), 0.0), max(float(high), 0.0))


def _quantiles(values: FloatArray, weights: FloatArray, usual: FloatArray) -> FloatArray:
    """Return weighted P10 and P90 of what is known; where that is little, near ``usual`` (2,)."""
    known = np.isfinite(values)
    if not known.any():
        return usual
    values, weights = values[known], weights[known]
    order = np.argsort(values)
    weights = weights[order] / weights.sum()
    middles = np.cumsum(weights) - weights / 2
    evidence = 1 / float(weights @ weights)  # as many equal ones would tell as much
    seen: FloatArray = np.interp(_TAILS, middles, values[order])
    return (seen * evidence + usual * _PRIOR) / (evidence + _PRIOR)


def _together(widths: FloatArray, day_kwh: float) -> float:
    """Return the correlation at which hours of ``widths`` (2, 24) make a day's width."""
    alone = float((widths**2).sum(axis=1).mean())
    aligned = float((widths.sum(axis=1) ** 2).mean())
    if aligned - alone < _TRACE_KWH:
        return 0.0
    return float(np.clip((day_kwh**2 - alone) / (aligned - alone), 0.0, 1.0))
