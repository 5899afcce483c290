"""When slots are: instants, and what calendar and wall clock say of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .types import SLOT_S, FloatArray, IntArray

_DAY_S = 86_400
_HALF_YEAR_DAYS = 182.6
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calendar:
    """Slots of 15 min of whole local days, (N,) each; ``day`` counts local days from 0.

    ``season_day`` are days since 1 January, or since 1 July where that is winter.
    """

    start_s: IntArray
    day: IntArray
    hour: FloatArray  # by the wall clock, of the slot's middle
    weekday: IntArray  # 0 is Monday
    season_day: FloatArray

    @property
    def is_weekend(self) -> IntArray:
        """Return 1 on Saturdays and Sundays, else 0."""
        return (self.weekday >= _SATURDAY).astype(np.int64)


def calendar(start: date, days: int, time_zone: str, *, is_south: bool = False) -> Calendar:
    """Return the slots of so many local days; one of a clock change has 92 or 100."""
    zone = ZoneInfo(time_zone)
    midnights = [
        int(datetime.combine(start + timedelta(days=number), time(), zone).timestamp())
        for number in range(days + 1)
    ]
    start_s = np.arange(midnights[0], midnights[-1], SLOT_S, dtype=np.int64)
    day = np.searchsorted(midnights, start_s, side="right") - 1
    wall_s = start_s + SLOT_S // 2 + _offsets_s(start_s, zone)
    return Calendar(
        start_s=start_s,
        day=day,
        hour=wall_s % _DAY_S / 3600,
        weekday=(start.weekday() + day) % 7,
        season_day=start.timetuple().tm_yday
        + _HALF_YEAR_DAYS * is_south
        + (start_s - start_s[0]) / _DAY_S,
    )


def _offsets_s(start_s: IntArray, zone: ZoneInfo) -> IntArray:
    """Return the wall clock less UTC by slot; clocks change between whole half hours."""
    halves, index = np.unique(start_s // 1800, return_inverse=True)
    local = [datetime.fromtimestamp(half * 1800, zone) for half in halves.tolist()]
    offsets = [at.replace(tzinfo=UTC).timestamp() - at.timestamp() for at in local]
    return np.array(offsets, np.int64)[index]
