"""The house's own calendar: the year behind it and the weeks ahead, simulated beforehand.

A developer wants sun whenever work begins, so the house lives in a summer of its own. What it
remembers, what shines on it and what is forecast come from one simulated year.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
import math
from typing import Final

from loadstar_engine.simulation import PvConfig
from loadstar_engine.simulation.year import (
    SLOT_S,
    FamilyConfig,
    PanelsConfig,
    SourceConfig,
    Year,
    YearConfig,
    simulate_year,
)
import numpy as np
import numpy.typing as npt

type FloatArray = npt.NDArray[np.float64]

DAY_S: Final = 86_400
_FIRST_DAY: Final = date(2025, 5, 1)
_DAYS: Final = 487  # to the end of the next August
_LAST_DAYS: Final = 7  # of them; too few to begin in
_STARTS: Final = (date(2026, 5, 10), date(2026, 7, 20))
_SUN_H: Final = (8.0, 16.0)
_MORNING_H: Final = (9.0, 13.0)  # when houses usually begin
_FAIR: Final = 0.85  # of the sun comes through
# what FAMILY_HOME and the base load add up to, without heating
_DAILY_KWH: Final = 13.8


@dataclass(frozen=True, slots=True)
class Almanac:
    """A simulated year, read at the house's time in s."""

    year: Year
    newest_forecast_kwh: FloatArray  # per slot, as forecast when it began

    def at(self, values: FloatArray, house_s: float) -> float:
        """Return a slot array's value at an instant, straight between the slots' middles."""
        position = (house_s - float(self.year.start_s[0])) / SLOT_S - 0.5
        first = min(max(math.floor(position), 0), values.size - 2)
        share = min(max(position - first, 0.0), 1.0)
        return float(values[first] * (1 - share) + values[first + 1] * share)

    def kwh_from(self, kwh: FloatArray, begin_s: FloatArray, long_s: float = SLOT_S) -> FloatArray:
        """Return the energy of so long from each instant on, given that of every slot."""
        starts = self.year.start_s
        edges_s = np.append(starts, starts[-1] + SLOT_S).astype(np.float64)
        total = np.concatenate(([0.0], np.cumsum(kwh)))
        before, after = (np.interp(at_s, edges_s, total) for at_s in (begin_s, begin_s + long_s))
        return np.asarray(after - before, np.float64)


@cache
def almanac(seed: int) -> Almanac:
    """Return what the house's calendar holds; half a second's work, the first time."""
    panels = PvConfig()
    peak_kw = panels.peak_w / 1000
    year = simulate_year(
        YearConfig(
            start=_FIRST_DAY,
            days=_DAYS,
            latitude_deg=panels.latitude_deg,
            longitude_deg=0.0,  # noon is at twelve
            time_zone="UTC",
            panels=PanelsConfig(peak_kw=peak_kw, inverter_kw=peak_kw),
            family=FamilyConfig(daily_kwh=_DAILY_KWH),
            source=SourceConfig(bias=0.16),
        ),
        seed,
    )
    return Almanac(year, year.newest_pv_kwh())


@dataclass(frozen=True, slots=True)
class HouseClock:
    """The house's time, in s of a clock that reads UTC, less the real one's."""

    shift_s: float

    @classmethod
    def beginning(cls, seed: int, hour: float, now: datetime) -> HouseClock:
        """Return the clock of a house that begins at an hour of a fair day.

        The day is of the weekday of ``now`` (local), so that weekends are where they are.
        """
        midnight_s = _midnight_s(fair_day(seed, now.weekday()))
        return cls(midnight_s + hour * 3600 - now.timestamp())

    def house_s(self, at_s: float) -> float:
        """Return the house's time at s since 1970."""
        return at_s + self.shift_s

    def is_day(self, at_s: float) -> bool:
        """Whether some of the day's sun is ahead, and weeks of the almanac."""
        house_s = self.house_s(at_s)
        last = _FIRST_DAY + timedelta(days=_DAYS - _LAST_DAYS)
        is_known = _midnight_s(_STARTS[0]) <= house_s < _midnight_s(last)
        return is_known and _SUN_H[0] <= house_s % DAY_S / 3600 < _SUN_H[1]


@cache
def fair_day(seed: int, weekday: int) -> date:
    """Return a day about midsummer with much sun and some cloud; 0 is a Monday."""
    shine = almanac(seed).year.shine
    first, last = _STARTS

    def mean_shine(day: date, first_h: float, last_h: float) -> float:
        midnight = (day - _FIRST_DAY).days * DAY_S // SLOT_S
        begin, end = (midnight + int(hour * 3600) // SLOT_S for hour in (first_h, last_h))
        return float(shine[begin:end].mean())

    def unfairness(day: date) -> float:
        dull_morning = max(0.0, _FAIR - mean_shine(day, *_MORNING_H))
        return abs(mean_shine(day, *_SUN_H) - _FAIR) + dull_morning

    days = (first + timedelta(days=number) for number in range((last - first).days))
    return min((day for day in days if day.weekday() == weekday), key=unfairness)


def _midnight_s(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
