"""Day-ahead prices as a home knows them: tomorrow's from 13:00 on, then what weekdays cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from loadstar_engine.prices import Estimates, WeekdayMeans, complete
from loadstar_engine.prices.types import PricePeriod

SLOT: Final = timedelta(minutes=15)
HORIZON: Final = timedelta(hours=48)
_PUBLISHED_H: Final = 13
_SEEN: Final = timedelta(days=31)  # as long as the integration looks back


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """Import's and export's prices from now on; those that are guesses say so."""

    imports: tuple[PricePeriod, ...]
    exports: tuple[PricePeriod, ...]


class PriceList:
    """All prices of a year by slots, and what was known of them when."""

    def __init__(
        self, imports: Sequence[PricePeriod], exports: Sequence[PricePeriod], zone: ZoneInfo
    ) -> None:
        """Keep what a kWh costs and earns, slot by slot."""
        self._imports, self._exports = tuple(imports), tuple(exports)
        self._zone = zone
        self._means: dict[date, tuple[WeekdayMeans, WeekdayMeans]] = {}

    def of(self, slot: int) -> tuple[float, float]:
        """Return what import costs and export earns in a slot."""
        return self._imports[slot].price_per_kwh, self._exports[slot].price_per_kwh

    def all(self, now: datetime) -> KnownPrices:
        """Return the prices of the coming 48 h as they will be."""
        part = slice(self._slot(now), self._slot(now + HORIZON))
        return KnownPrices(self._imports[part], self._exports[part])

    def at(self, now: datetime) -> KnownPrices:
        """Return the prices of the coming 48 h as they are known at ``now``."""
        local = now.astimezone(self._zone)
        days = 2 if local.hour >= _PUBLISHED_H else 1
        known = slice(self._slot(now), self._slot(self._midnight(local.date(), days)))
        imports, exports = (
            complete(
                prices[known],
                Estimates(zone=self._zone, weekday_means=means),
                now + HORIZON,
                now,
            )
            for prices, means in zip(
                (self._imports, self._exports), self._weekdays(local.date()), strict=True
            )
        )
        return KnownPrices(imports, exports)

    def _weekdays(self, day: date) -> tuple[WeekdayMeans, WeekdayMeans]:
        """Return the means by weekday and hour of what import and export have cost before."""
        if day not in self._means:
            midnight = self._midnight(day)
            seen = slice(max(0, self._slot(midnight - _SEEN)), self._slot(midnight))
            imports, exports = self._imports[seen], self._exports[seen]
            self._means[day] = self._by_weekday(imports), self._by_weekday(exports)
        return self._means[day]

    def _by_weekday(self, periods: Sequence[PricePeriod]) -> WeekdayMeans:
        prices: dict[tuple[int, int], list[float]] = {}
        for period in periods:
            local = period.start.astimezone(self._zone)
            prices.setdefault((local.weekday(), local.hour), []).append(period.price_per_kwh)
        return {key: sum(seen) / len(seen) for key, seen in prices.items()}

    def _midnight(self, day: date, later: int = 0) -> datetime:
        midnight = datetime.combine(day + timedelta(days=later), time(), self._zone)
        return midnight.astimezone(UTC)

    def _slot(self, instant: datetime) -> int:
        return (instant - self._imports[0].start) // SLOT
