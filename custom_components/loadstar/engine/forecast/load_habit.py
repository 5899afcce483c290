"""What a household usually draws, hour by hour, and what cold, heat and the last hours do to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from ..planner.inputs.load_profile import DefaultLoadProfile
from .load_corrections import LAST_DAY_HOURS, Corrections
from .load_days import WEEK, LoadDays, day_kinds, plausible_c, weekdays
from .load_temperature import TemperatureResponse
from .local_time import HOUR_S, HOURS_PER_DAY, local_hours
from .types import FloatArray, HourlySeries, IntArray

_DAYS_AHEAD = 9  # that are corrected by what was drawn of late
_WEEKS_BACK = 3  # in which a "week ago" is looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Habit:
    """kWh by weekday and local hour (7, 24), with the response to temperature."""

    by_weekday: FloatArray
    response: TemperatureResponse | None = None

    @classmethod
    def of_kinds(
        cls, profile: FloatArray, response: TemperatureResponse | None, centre: float
    ) -> Self:
        """Return the habit of a profile (2, 24) by kind of day; ``centre`` scales all of it."""
        kinds = day_kinds(np.arange(WEEK) + 1)
        scaled = None if response is None else response.scaled(centre)
        return cls(by_weekday=profile[kinds] * centre, response=scaled)

    @classmethod
    def of_last_week(cls, days: LoadDays, profile: FloatArray) -> Self:
        """Return the newest that is known of each weekday's hours, else ``profile`` (2, 24)."""
        table = profile[day_kinds(np.arange(WEEK) + 1)].copy()
        for row in range(max(0, days.count - _WEEKS_BACK * WEEK), days.count):
            drawn = days.load_kwh[row]
            hours = table[(days.first_day + row - 1) % WEEK]
            hours[:] = np.where(np.isfinite(drawn), drawn, hours)
        return cls(by_weekday=table)

    def kwh(self, days: IntArray, hours: IntArray, outdoor_c: FloatArray) -> FloatArray:
        """Return what local hours (N,) draw at ``outdoor_c``, NaN where that is unknown."""
        drawn: FloatArray = self.by_weekday[weekdays(days), hours]
        if self.response is None:
            return drawn
        return np.maximum(drawn + self.response.kwh(day_kinds(days), hours, outdoor_c), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """The energy of any hour, seen from ``now_s``, the start of an hour."""

    habit: Habit
    zone: ZoneInfo
    outdoor: HourlySeries
    now_s: int
    factors: FloatArray  # of the hours from now on

    @classmethod
    def seen(
        cls,
        habit: Habit,
        corrections: Corrections,
        zone: ZoneInfo,
        now: datetime,
        seen: tuple[HourlySeries, HourlySeries],
    ) -> Self:
        """Return it as corrected by ``seen``: the last hours' energy, and temperatures."""
        recent, outdoor = seen
        now_s = int(now.timestamp()) // HOUR_S * HOUR_S
        plain = cls(habit=habit, zone=zone, outdoor=outdoor, now_s=now_s, factors=np.empty(0))
        last = now_s + HOUR_S * np.arange(-LAST_DAY_HOURS, 0)
        factors = corrections.factors(
            plain.kwh(last), _looked_up(recent, last), _DAYS_AHEAD * HOURS_PER_DAY
        )
        return cls(habit=habit, zone=zone, outdoor=outdoor, now_s=now_s, factors=factors)

    def kwh(self, start_s: IntArray) -> FloatArray:
        """Return what the hours that start at ``start_s`` (N,) draw."""
        days, hours = local_hours(start_s, self.zone)
        drawn = self.habit.kwh(days, hours, plausible_c(_looked_up(self.outdoor, start_s)))
        ahead = (start_s - self.now_s) // HOUR_S
        corrected = (ahead >= 0) & (ahead < self.factors.size)
        drawn[corrected] *= self.factors[ahead[corrected]]
        return drawn


def usual_profile(daily_kwh: float) -> FloatArray:
    """Return the default household's kWh (2, 24) by kind of day and hour."""
    usual = DefaultLoadProfile(daily_kwh, "UTC")
    days = (datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 6, tzinfo=UTC))  # Friday, Saturday
    return np.array(
        [
            [usual.expected(day.replace(hour=hour), 1).p50 for hour in range(HOURS_PER_DAY)]
            for day in days
        ]
    )


def _looked_up(series: HourlySeries, start_s: IntArray) -> FloatArray:
    """Return the values of hours (N,), NaN where the series has none."""
    values = np.full(start_s.shape, np.nan)
    if series.start_s.size:
        index = np.minimum(np.searchsorted(series.start_s, start_s), series.start_s.size - 1)
        known = series.start_s[index] == start_s
        values[known] = series.values[index[known]]
    return values
