"""Measured and forecast PV side by side: a row per day, a column per hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np

from .local_time import HOUR_S, HOURS_PER_DAY
from .types import LONGEST_DAYS, BoolArray, FloatArray, HourlySeries, IntArray

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class LocalHours:
    """Numbers days and hours by one offset from UTC, which a clock change does not move.

    Shade comes with the sun and not with the clock, so "ten o'clock" means the same before
    and after the clocks change; and so every day has 24 h. The offset is one of whole hours,
    as energies come by hours of UTC: where clocks differ by half an hour, days begin a
    little late.
    """

    offset_s: int

    @classmethod
    def of(cls, time_zone: str, now: datetime) -> Self:
        """Return the time that clocks show at ``now`` in an IANA time zone."""
        offset = now.astimezone(ZoneInfo(time_zone)).utcoffset() or timedelta()
        return cls(offset // timedelta(hours=1) * HOUR_S)

    def number(self, start_s: IntArray) -> IntArray:
        """Return the number of each whole hour since 1970 in local time."""
        numbers: IntArray = (start_s + self.offset_s) // HOUR_S
        return numbers

    def day(self, instant: datetime) -> int:
        """Return the number of the local day that an instant is in."""
        return int((instant.timestamp() + self.offset_s) // (HOUR_S * HOURS_PER_DAY))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvDays:
    """Energies in kWh, (D, 24) each, of days that are over; NaN where nothing is known."""

    first_day: int  # since 1970
    measured: FloatArray
    forecast: FloatArray

    @classmethod
    def of(
        cls, observed: HourlySeries, issued: HourlySeries, hours: LocalHours, now: datetime
    ) -> Self:
        """Lay both out over the days before the one that ``now`` is in."""
        today = hours.day(now)
        numbers = [hours.number(series.start_s) for series in (observed, issued)]
        firsts = [int(each[0]) // HOURS_PER_DAY for each in numbers if each.size]
        first = max(min(firsts, default=today), today - LONGEST_DAYS)
        count = max(today - first, 0)
        return cls(
            first_day=first,
            measured=_laid_out(numbers[0], observed.values, first, count),
            forecast=_laid_out(numbers[1], issued.values, first, count),
        )

    def dates(self, chosen: BoolArray) -> tuple[date, ...]:
        """Return the dates of chosen (D,) days."""
        return tuple(
            _EPOCH + timedelta(days=self.first_day + int(day)) for day in np.flatnonzero(chosen)
        )


def _laid_out(numbers: IntArray, values: FloatArray, first_day: int, days: int) -> FloatArray:
    table = np.full(days * HOURS_PER_DAY, np.nan)
    index = numbers - first_day * HOURS_PER_DAY
    inside = (index >= 0) & (index < table.size) & np.isfinite(values)
    table[index[inside]] = values[inside]
    return table.reshape(days, HOURS_PER_DAY)
