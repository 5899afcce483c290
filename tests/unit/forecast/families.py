"""A family with habits, cooking, appliances, a heat pump and absences: the same for one seed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from custom_components.loadstar.engine.forecast.local_time import HOUR_S, local_hours
from custom_components.loadstar.engine.forecast.types import FloatArray, HourlySeries

BERLIN = "Europe/Berlin"
FIRST_DAY = datetime(2024, 1, 1, tzinfo=ZoneInfo(BERLIN))

# fmt: off
_WEEKDAY_KWH = np.array((
    0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.25, 0.35, 0.20, 0.12, 0.10, 0.12,
    0.20, 0.15, 0.12, 0.15, 0.25, 0.40, 0.50, 0.55, 0.50, 0.45, 0.30, 0.12,
))
_WEEKEND_KWH = np.array((
    0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.10, 0.25, 0.35, 0.35, 0.35,
    0.40, 0.35, 0.30, 0.30, 0.35, 0.45, 0.50, 0.50, 0.45, 0.45, 0.35, 0.18,
))
# fmt: on


@dataclass(frozen=True, slots=True)
class Family:
    """What was drawn in kWh and how warm it was in °C, hour by hour."""

    load: HourlySeries
    outdoor: HourlySeries

    def now(self, day: int, hour: int = 0) -> datetime:
        """Return an instant of a day, counted from the first one."""
        return datetime.fromtimestamp(int(self.load.start_s[0]) + HOUR_S * (24 * day + hour), UTC)


def family(seed: int, days: int, *, heat_pump: bool = True) -> Family:
    """Return ``days`` days in Berlin from New Year 2024 on."""
    chance = np.random.default_rng(seed)
    starts = hours_from(FIRST_DAY, 24 * days)
    ordinals, hour = local_hours(starts, ZoneInfo(BERLIN))
    row = ordinals - ordinals[0]
    count = int(row[-1]) + 1
    weekend = (ordinals[0] + np.arange(count) - 1) % 7 >= 5
    away = _absences(chance, count)
    outdoor = _weather(chance, ordinals, hour)
    habits = np.where(weekend[row], _WEEKEND_KWH[hour], _WEEKDAY_KWH[hour])
    mood = np.exp(chance.normal(0, 0.2, count))[row] * np.exp(chance.normal(0, 0.3, row.size))
    at_home = ~away[row]
    kwh = 0.18 + at_home * (habits * mood + _appliances(chance, weekend)[row, hour])
    if heat_pump:
        heating = 0.055 * np.maximum(0, 16 - outdoor) * np.where(at_home, 1.0, 0.6)
        kwh += heating * np.exp(chance.normal(0, 0.15, row.size))
    return Family(
        HourlySeries(start_s=starts, values=kwh), HourlySeries(start_s=starts, values=outdoor)
    )


def hours_from(start: datetime, count: int) -> npt.NDArray[np.int64]:
    """Return the starts of ``count`` hours."""
    return int(start.timestamp()) + HOUR_S * np.arange(count)


def part(series: HourlySeries, begin: datetime | None, end: datetime) -> HourlySeries:
    """Return what lies between two instants."""
    inside = series.start_s < end.timestamp()
    if begin is not None:
        inside &= series.start_s >= begin.timestamp()
    return HourlySeries(start_s=series.start_s[inside], values=series.values[inside])


def _absences(chance: np.random.Generator, count: int) -> npt.NDArray[np.bool_]:
    away = chance.random(count) < 0.04
    day = 60
    while day < count:
        away[day : day + int(chance.integers(2, 12))] = True
        day += int(chance.integers(50, 120))
    return away


def _weather(
    chance: np.random.Generator, ordinals: npt.NDArray[np.int64], hour: npt.NDArray[np.int64]
) -> FloatArray:
    """Return °C with seasons, days, and spells that last for about five days."""
    row = ordinals - ordinals[0]
    spells = np.zeros(int(row[-1]) + 1)
    for day in range(1, spells.size):
        spells[day] = 0.8 * spells[day - 1] + chance.normal(0, 2.2)
    season = -9.5 * np.cos(2 * np.pi * (ordinals - ordinals[0] - 20) / 365.25)
    daytime = 4 * np.cos(2 * np.pi * (hour - 15) / 24)
    return np.asarray(10 + season + daytime + spells[row] + chance.normal(0, 0.4, row.size))


def _appliances(chance: np.random.Generator, weekend: npt.NDArray[np.bool_]) -> FloatArray:
    """Return kWh (D, 24): supper nearly daily, lunch at weekends, washing, a tumble dryer."""
    kwh = np.zeros((weekend.size, 24))
    for day, is_free in enumerate(weekend.tolist()):
        if chance.random() < 0.85:
            kwh[day, int(np.clip(round(chance.normal(18.3, 0.7)), 16, 21))] += chance.lognormal(
                0.1, 0.4
            )
        if is_free and chance.random() < 0.6:
            kwh[day, int(chance.integers(11, 14))] += chance.lognormal(-0.1, 0.4)
        if chance.random() < (0.7 if is_free else 0.35):
            begin = int(chance.integers(8, 21))
            kwh[day, begin : begin + 2] += 0.7
        if chance.random() < 0.3:
            kwh[day, int(chance.integers(17, 22))] += 1.5
    return kwh
