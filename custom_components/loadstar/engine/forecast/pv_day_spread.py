"""How far whole days of PV stray from what was forecast: less than their hours do."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from ..planner.inputs.load_profile import Quantiles
from .local_time import HOURS_PER_DAY
from .types import BoolArray, FloatArray

# Without evidence: half of it, or half as much again.
_PRIOR: Final = (0.5, 1.5)
_PRIOR_DAYS: Final = 8.0  # that the prior counts as
_ALL_DAYS: Final = 3.0  # that days of any brightness count as, among like ones
_HALF_LIFE_DAYS: Final = 90.0
_LEVELS: Final = np.linspace(0.0, 1.0, 11)  # from no sun at all to the brightest
_ALIKE: Final = 0.08  # standard deviation of levels that are alike
_MOST: Final = 0.8  # of a day's energy, which has to be known
_TAILS: Final = (0.1, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvDaySpread:
    """P10 and P90 of a day's energy as ratios to its forecast, (L, 2) at levels from 0 to 1.

    A level is the forecast's share of ``clear_kwh``, what a day of the best hours of late
    would give. No day gives more than ``most_kwh``.
    """

    clear_kwh: float = 0.0
    most_kwh: float = np.inf
    ratios: FloatArray = field(default_factory=lambda: np.tile(_PRIOR, (_LEVELS.size, 1)))

    @classmethod
    def of(
        cls,
        measured: FloatArray,
        corrected: FloatArray,
        counted: BoolArray,
        clear_kw: FloatArray,
        limit_kw: float,
    ) -> Self:
        """Learn from (D, 24) energies in kWh, ``corrected`` as known before each day.

        ``clear_kw`` (D + 1, 24) is the highest output of late per hour, before each day.
        """
        got, promised = (np.where(counted, part, 0.0).sum(axis=1) for part in (measured, corrected))
        foreseen = np.nansum(corrected, axis=1)
        usable = (promised > 0) & (promised >= _MOST * foreseen)
        brightest = np.fmax(clear_kw[:-1].sum(axis=1), foreseen)
        newness = np.exp2(-np.arange(foreseen.size, 0, -1) / _HALF_LIFE_DAYS)
        daylight_h = np.count_nonzero(clear_kw[-1]) or HOURS_PER_DAY
        return cls(
            clear_kwh=float(clear_kw[-1].sum()),
            most_kwh=limit_kw * daylight_h,
            ratios=_ratios(
                foreseen[usable] / brightest[usable],
                got[usable] / promised[usable],
                newness[usable],
            ),
        )

    def around(self, p50_kwh: float) -> Quantiles:
        """Return the quantiles of a day of which ``p50_kwh`` is expected; NaN of no number."""
        if not np.isfinite(p50_kwh):
            return Quantiles(np.nan, np.nan, np.nan)
        p50 = min(max(p50_kwh, 0.0), self.most_kwh)
        level = p50 / max(self.clear_kwh, p50) if p50 else 0.0
        low, high = (float(np.interp(level, _LEVELS, tail)) for tail in self.ratios.T)
        return Quantiles(p50 * min(low, 1.0), p50, min(p50 * max(high, 1.0), self.most_kwh))


def _ratios(level: FloatArray, ratio: FloatArray, newness: FloatArray) -> FloatArray:
    """Return ratios (L, 2) of like days, near those of all days; of none, the prior."""
    if not ratio.size:
        return np.tile(_PRIOR, (_LEVELS.size, 1))
    order = np.argsort(ratio)
    level, ratio, newness = level[order], ratio[order], newness[order]
    of_all = _quantiles(ratio, newness, np.array(_PRIOR), _PRIOR_DAYS)
    alike = newness * np.exp(-(((level - _LEVELS[:, None]) / _ALIKE) ** 2) / 2)
    return np.array([_quantiles(ratio, weights, of_all, _ALL_DAYS) for weights in alike])


def _quantiles(
    ratio: FloatArray, weights: FloatArray, usual: FloatArray, usual_days: float
) -> FloatArray:
    """Return weighted P10 and P90 of ascending ratios, moved toward ``usual`` (2,)."""
    days = float(weights.sum())
    middles = (np.cumsum(weights) - weights / 2) / days
    seen: FloatArray = np.interp(_TAILS, middles, ratio)
    return (seen * days + usual * usual_days) / (days + usual_days)
