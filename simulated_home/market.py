"""Day-ahead prices by the quarter of an hour, the same for the same day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
import math
import random
from typing import Any

CURRENCY = "EUR"
PUBLISHED = time(13)  # local, for the day after
_QUARTER = timedelta(minutes=15)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Price:
    """What a kWh costs from ``start`` to before ``end``, in EUR."""

    start: datetime
    end: datetime
    value: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as the sensors of Nord Pool do."""
        return {"start": self.start, "end": self.end, "value": self.value}


@dataclass(frozen=True, slots=True)
class Published:
    """What is known at an instant; no prices of tomorrow before they are published."""

    today: tuple[Price, ...]
    tomorrow: tuple[Price, ...]

    def at(self, instant: datetime) -> float | None:
        """Return the price of an instant."""
        prices = (*self.today, *self.tomorrow)
        return next((item.value for item in prices if item.start <= instant < item.end), None)


def published(now: datetime, zone: tzinfo, seed: int) -> Published:
    """Return the prices that are known at ``now``."""
    local = now.astimezone(zone)
    tomorrow = local.date() + timedelta(days=1)
    return Published(
        day_prices(local.date(), zone, seed),
        day_prices(tomorrow, zone, seed) if local.time() >= PUBLISHED else (),
    )


def day_prices(day: date, zone: tzinfo, seed: int) -> tuple[Price, ...]:
    """Return a local day's prices; 92 or 100 of them where the clock is changed."""
    rng = random.Random(f"{seed}/{day}")
    level = rng.uniform(0.07, 0.13) * (0.8 if day.weekday() >= _SATURDAY else 1.0)
    sun = rng.uniform(0.5, 1.15)  # how deep it presses the price of noon, also below zero
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    prices, wander = [], 0.0
    while start < end:
        wander = 0.8 * wander + rng.gauss(0.0, 0.03)
        local = start.astimezone(zone)
        value = level * (_shape(local.hour + local.minute / 60, sun) + wander)
        until = start + _QUARTER
        prices.append(Price(local, until.astimezone(zone), round(value, 5)))
        start = until
    return tuple(prices)


def _shape(hour: float, sun: float) -> float:
    """Return a duck's curve around 1: a back in the morning, a belly at noon, a head at night."""

    def bump(middle: float, width: float) -> float:
        return math.exp(-(((hour - middle) / width) ** 2))

    return 1 - 0.25 * bump(3, 2.5) + 0.4 * bump(8, 1.5) - sun * bump(13.5, 2.6) + 0.8 * bump(19, 2)
