"""How far PV strays from its corrected forecast, learnt from hours that were alike."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from .local_time import HOURS_PER_DAY
from .types import BoolArray, FloatArray, IntArray

_CLEAR_DAYS: Final = 21  # in which a clear hour is to be found
_RECENT_DAYS: Final = 60
_SEASON_DAYS: Final = 45  # before and after the same day of earlier years
_YEAR_DAYS: Final = 365
_LEVELS: Final = 11  # from no sun at all to the clearest, in equal steps
_NEIGHBOURS: Final = 2  # hours before and after that are taken for alike
_ALIKE: Final = 80  # residuals of the nearest levels
_FEWEST: Final = 50  # below which nothing is said
_P10_P90: Final = (0.1, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvQuantiles:
    """Residuals by hour and level, as shares of what a clear hour gives.

    ``clear_kw`` (24,) is the highest output of late per hour; ``shares`` (24, L, 2) are the
    10th and 90th percentile at levels from 0 to 1 of it, NaN where too little was seen.
    """

    clear_kw: FloatArray
    shares: FloatArray

    @classmethod
    def of(
        cls, measured: FloatArray, corrected: FloatArray, counted: BoolArray, clear: FloatArray
    ) -> Self:
        """Learn from (D, 24) energies in kWh, ``corrected`` and ``clear`` as known before each day.

        ``clear`` (D + 1, 24) is the highest output of late.
        """
        days = _like_today(len(measured))
        scale = np.fmax(clear[:-1], corrected)[days]
        usable = counted[days] & (scale > 0)
        level, share = (
            np.divide(part[days], scale, out=np.zeros(scale.shape), where=usable)
            for part in (corrected, measured - corrected)
        )
        return cls(
            clear_kw=clear[-1],
            shares=np.array([_shares(hour, level, share, usable) for hour in range(HOURS_PER_DAY)]),
        )

    def around(self, mean_kw: FloatArray, hour: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return P10 and P90 in kW of (P,) mean powers in local hours; NaN where unknown."""
        clear_kw = np.fmax(self.clear_kw[hour], mean_kw)
        level = np.divide(mean_kw, clear_kw, out=np.zeros(mean_kw.shape), where=clear_kw > 0)
        position = np.clip(np.nan_to_num(level), 0.0, 1.0) * (_LEVELS - 1)
        below = np.minimum(position.astype(np.int64), _LEVELS - 2)
        part = (position - below)[:, None]
        share = self.shares[hour, below] * (1 - part) + self.shares[hour, below + 1] * part
        share[clear_kw <= 0] = 0.0  # a night is surely dark
        p10, p90 = (mean_kw[:, None] + share * clear_kw[:, None]).T
        return np.clip(p10, 0.0, mean_kw), np.maximum(p90, mean_kw)


def _like_today(count: int) -> BoolArray:
    """Return which of (D,) days have today's weather: the latest, and those of its season."""
    age = np.arange(count, 0, -1)
    off_season = np.abs((age + _YEAR_DAYS // 2) % _YEAR_DAYS - _YEAR_DAYS // 2)
    alike: BoolArray = (age <= _RECENT_DAYS) | (
        (age > _YEAR_DAYS // 2) & (off_season <= _SEASON_DAYS)
    )
    return alike


def clear_before(measured: FloatArray, corrected: FloatArray, counted: BoolArray) -> FloatArray:
    """Return the highest energy per hour in the 21 days before each of D + 1 days."""
    energy = np.where(counted, np.fmax(measured, corrected), 0.0)
    padded = np.concatenate((np.zeros((_CLEAR_DAYS, HOURS_PER_DAY)), energy))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _CLEAR_DAYS, axis=0)
    highest: FloatArray = windows.max(axis=2)
    return highest


def _shares(hour: int, level: FloatArray, share: FloatArray, usable: BoolArray) -> FloatArray:
    """Return the quantiles (L, 2) of one hour of the day."""
    alike = slice(max(hour - _NEIGHBOURS, 0), hour + _NEIGHBOURS + 1)
    chosen = usable[:, alike]
    count = int(chosen.sum())
    if count < _FEWEST:
        return np.full((_LEVELS, 2), np.nan)
    levels, shares = level[:, alike][chosen], share[:, alike][chosen]
    order = np.argsort(levels)
    nearest = min(_ALIKE, count)
    middle = np.searchsorted(levels[order], np.linspace(0.0, 1.0, _LEVELS))
    first = np.clip(middle - nearest // 2, 0, count - nearest)
    pool = shares[order][first[:, None] + np.arange(nearest)]
    quantiles: FloatArray = np.quantile(pool, _P10_P90, axis=1).T
    return quantiles
