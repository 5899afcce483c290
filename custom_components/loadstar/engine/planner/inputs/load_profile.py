"""What a household is expected to use, before anything was learned of it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import numpy as np

QUARTERS_PER_DAY: Final = 96

# Mean draw by local hour against the day's mean: low at night, a morning rise, cooking at
# noon at the weekend, the peak in the evening.
# fmt: off
_WEEKDAY: Final = (
    0.55, 0.48, 0.45, 0.44, 0.46, 0.58, 0.95, 1.20, 1.10, 0.95, 0.90, 0.95,
    1.05, 0.98, 0.90, 0.92, 1.10, 1.45, 1.75, 1.80, 1.60, 1.35, 1.05, 0.75,
)
_WEEKEND: Final = (
    0.65, 0.55, 0.48, 0.45, 0.45, 0.48, 0.60, 0.85, 1.15, 1.30, 1.30, 1.35,
    1.45, 1.30, 1.15, 1.10, 1.20, 1.45, 1.65, 1.65, 1.45, 1.25, 1.05, 0.80,
)
# fmt: on
_WEEKEND_USE: Final = 1.08  # of a weekday's energy
_SATURDAY: Final = 5

# One quarter hour strays further from its mean than a whole day, whose errors even out.
SLOT_P10: Final = 0.5
SLOT_P90: Final = 1.7
DAY_P10: Final = 0.8
DAY_P90: Final = 1.25


class Quantiles(NamedTuple):
    """An energy in kWh that is undercut one time in ten, every other time, and nine in ten."""

    p10: float
    p50: float
    p90: float


class LoadForecaster(Protocol):
    """Whoever can say what the household will use, without managed devices."""

    def expected(self, start: datetime, hours: float) -> Quantiles:
        """Return kWh from ``start`` (aware) over ``hours``."""

    def day(self, day: date) -> Quantiles:
        """Return kWh of a whole local day."""


@dataclass(frozen=True, slots=True)
class DefaultLoadProfile:
    """A usual household's day, scaled to ``daily_kwh`` (the mean over a week)."""

    daily_kwh: float
    time_zone: str
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _kw: tuple[tuple[float, ...], tuple[float, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Scale both shapes to mean powers per local quarter hour."""
        if not 0 <= self.daily_kwh < np.inf:
            raise ValueError("daily_kwh")
        weekday_kwh = self.daily_kwh * 7 / (5 + 2 * _WEEKEND_USE)
        shapes = (
            _quarter_hours(_WEEKDAY, weekday_kwh),
            _quarter_hours(_WEEKEND, weekday_kwh * _WEEKEND_USE),
        )
        object.__setattr__(self, "_zone", ZoneInfo(self.time_zone))
        object.__setattr__(self, "_kw", shapes)

    def expected(self, start: datetime, hours: float) -> Quantiles:
        """Return kWh from ``start`` (aware) over ``hours``."""
        energy_kwh = 0.0
        instant, end = start.astimezone(UTC), start.astimezone(UTC) + timedelta(hours=hours)
        while instant < end:
            until = min(_next_quarter(instant), end)
            energy_kwh += self._power_kw(instant) * (until - instant).total_seconds() / 3600
            instant = until
        return Quantiles(energy_kwh * SLOT_P10, energy_kwh, energy_kwh * SLOT_P90)

    def day(self, day: date) -> Quantiles:
        """Return kWh of a whole local day; a day of clock change has 23 or 25 h."""
        start = datetime.combine(day, time(0), self._zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(0), self._zone).astimezone(UTC)
        energy_kwh = self.expected(start, (end - start).total_seconds() / 3600).p50
        return Quantiles(energy_kwh * DAY_P10, energy_kwh, energy_kwh * DAY_P90)

    def _power_kw(self, instant: datetime) -> float:
        local = instant.astimezone(self._zone)
        shape = self._kw[local.weekday() >= _SATURDAY]
        return shape[local.hour * 4 + local.minute // 15]


def _quarter_hours(hourly: tuple[float, ...], daily_kwh: float) -> tuple[float, ...]:
    """Return mean kW per quarter hour, straight between the middles of hours."""
    middles = np.arange(-0.5, 25.0)  # a day continues in the next
    around = (hourly[-1], *hourly, hourly[0])
    quarters = np.interp((np.arange(QUARTERS_PER_DAY) + 0.5) / 4, middles, around)
    return tuple((quarters / quarters.mean() * daily_kwh / 24).tolist())


def _next_quarter(instant: datetime) -> datetime:
    past = timedelta(
        minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant - past + timedelta(minutes=15)
