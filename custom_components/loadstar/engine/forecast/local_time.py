"""Local days and hours of many instants at once."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final

import numpy as np

from .types import IntArray

HOUR_S: Final = 3600
HOURS_PER_DAY: Final = 24
_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


def local_hours(start_s: IntArray, zone: tzinfo) -> tuple[IntArray, IntArray]:
    """Return local days (N,), as of ``date.toordinal``, and hours (N,), 0 to 23, of instants.

    ``start_s`` (N,) is in s since 1970. A day of clock change lacks an hour or has one twice.
    """
    local_s = start_s + _offsets_s(start_s, zone)
    return _EPOCH + local_s // _DAY_S, local_s % _DAY_S // HOUR_S


def dates(start_s: IntArray, zone: tzinfo) -> tuple[date, ...]:
    """Return the local days of instants, each once and in order."""
    ordinals, _ = local_hours(start_s, zone)
    return tuple(date.fromordinal(day) for day in np.unique(ordinals).tolist())


def _offsets_s(start_s: IntArray, zone: tzinfo) -> IntArray:
    """Return offsets from UTC; each instant is asked for only on days on which they change."""
    days, index = np.unique(start_s // _DAY_S, return_inverse=True)
    first = np.array([_offset_s(day * _DAY_S, zone) for day in days.tolist()], np.int64)
    after = np.array([_offset_s((day + 1) * _DAY_S, zone) for day in days.tolist()], np.int64)
    offsets: IntArray = first[index]
    for at in np.flatnonzero((first != after)[index]).tolist():
        offsets[at] = _offset_s(int(start_s[at]), zone)
    return offsets


def _offset_s(instant_s: int, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(instant_s, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
