"""Hours of use and of weather, laid out by local days: a row per day, a column per hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np

from .local_time import HOUR_S, HOURS_PER_DAY, local_hours
from .types import LONGEST_DAYS, FloatArray, HourlySeries, IntArray

WEEK: Final = 7
_SATURDAY: Final = 5
_LEAST_HOURS: Final = 20  # of a day that was seen nearly whole
# Colder and hotter is a broken sensor.
_COLDEST_C: Final = -60.0
_HOTTEST_C: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadDays:
    """Local days up to today, the last row, which is not over yet.

    ``load_kwh`` and ``outdoor_c`` (D, 24) are NaN where nothing is known. The hour that is
    there twice when clocks go back is the mean of both, the one that is skipped is NaN.
    """

    first_day: int  # as of date.toordinal
    load_kwh: FloatArray
    outdoor_c: FloatArray

    @classmethod
    def of(
        cls, load: HourlySeries, temperature: HourlySeries, now: datetime, zone: ZoneInfo
    ) -> Self:
        """Lay out what is known of the time before ``now``."""
        today = now.astimezone(zone).date().toordinal()
        days, hours = local_hours(load.start_s, zone)
        first = min(max(int(days[0]), today - LONGEST_DAYS), today) if days.size else today
        count = today - first + 1
        over = load.start_s + HOUR_S <= now.timestamp()
        weather_days, weather_hours = local_hours(temperature.start_s, zone)
        return cls(
            first_day=first,
            load_kwh=_table(days - first, hours, np.where(over, load.values, np.nan), count),
            outdoor_c=_table(
                weather_days - first, weather_hours, plausible_c(temperature.values), count
            ),
        )

    @property
    def count(self) -> int:
        """Return how many rows there are, today's with them."""
        return len(self.load_kwh)

    @property
    def kinds(self) -> IntArray:
        """Return the kind of each day (D,)."""
        return day_kinds(self.first_day + np.arange(self.count))

    @property
    def seen_days(self) -> int:
        """Return how many days were seen nearly whole."""
        return int((np.isfinite(self.load_kwh).sum(axis=1) >= _LEAST_HOURS).sum())

    def week_ago(self) -> FloatArray:
        """Return what each hour (D, 24) drew seven days before, NaN where that is unknown."""
        before = np.full_like(self.load_kwh, np.nan)
        before[WEEK:] = self.load_kwh[:-WEEK]
        return before


def plausible_c(celsius: FloatArray) -> FloatArray:
    """Return temperatures (N,), NaN where a sensor is broken."""
    plausible = (celsius >= _COLDEST_C) & (celsius <= _HOTTEST_C)
    return np.where(plausible, celsius, np.nan)


def day_kinds(ordinals: IntArray) -> IntArray:
    """Return 0 for days from Monday to Friday, 1 for the weekend."""
    return (weekdays(ordinals) >= _SATURDAY).astype(np.int64)


def weekdays(ordinals: IntArray) -> IntArray:
    """Return 0 for Mondays to 6 for Sundays."""
    days: IntArray = (ordinals - 1) % WEEK  # the first day of all was a Monday
    return days


def _table(rows: IntArray, columns: IntArray, values: FloatArray, count: int) -> FloatArray:
    inside = (rows >= 0) & (rows < count) & np.isfinite(values)
    cells = rows[inside] * HOURS_PER_DAY + columns[inside]
    times = np.bincount(cells, minlength=count * HOURS_PER_DAY)
    sums = np.bincount(cells, values[inside], minlength=count * HOURS_PER_DAY)
    means = np.where(times > 0, sums / np.maximum(times, 1), np.nan)
    return means.reshape(count, HOURS_PER_DAY)
