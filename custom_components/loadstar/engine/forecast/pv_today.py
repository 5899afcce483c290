"""What the hours already seen of a day say about the rest of it."""

from datetime import datetime
from typing import Final

import numpy as np

from .local_time import HOUR_S, HOURS_PER_DAY
from .pv_days import LocalHours
from .types import FloatArray, HourlySeries

_HALF_SURE: Final = 0.3  # share of the day's energy at which half of its ratio is taken over
_NOTHING: Final = 0.01  # of what was expected: no sun is as dark


def seen_of_today(
    seen: HourlySeries, expected: HourlySeries, hours: LocalHours, now: datetime
) -> tuple[FloatArray, FloatArray]:
    """Return what was measured and expected, (24,) kWh each, in today's hours that are over."""
    got, promised = (_of_day(series, hours, now) for series in (seen, expected))
    known = np.isfinite(got) & np.isfinite(promised)
    got, promised = (np.where(known, np.maximum(part, 0.0), 0.0) for part in (got, promised))
    return got, promised


def pull(got: FloatArray, corrected: FloatArray, remaining_kwh: float) -> float:
    """Return what the rest of today is to be multiplied by.

    ``got`` and ``corrected`` (24,) are of the hours seen; the more of the day's energy they
    hold, the nearer the factor comes to their ratio.
    """
    dark = got <= _NOTHING * corrected
    if not dark.all():
        # it shone at other hours: here somebody switched the panels off
        got, corrected = got[~dark], corrected[~dark]
    energy, promised = float(got.sum()), float(corrected.sum())
    if promised <= 0:
        return 1.0
    evidence = max(energy, promised)
    weight = evidence / (evidence + _HALF_SURE * (promised + remaining_kwh))
    return 1 + weight * (energy / promised - 1)


def _of_day(series: HourlySeries, hours: LocalHours, now: datetime) -> FloatArray:
    values = np.full(HOURS_PER_DAY, np.nan)
    index = hours.number(series.start_s) - hours.day(now) * HOURS_PER_DAY
    over = (index >= 0) & (index < HOURS_PER_DAY) & (series.start_s + HOUR_S <= now.timestamp())
    values[index[over]] = series.values[over]
    return values
