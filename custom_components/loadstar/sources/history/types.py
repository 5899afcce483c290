"""What planning learns from the recorder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

# Mean price per kWh by weekday (0 is Monday) and hour of the local day.
type WeekdayMeans = Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean from ``start`` to before ``end`` (aware UTC)."""

    start: datetime
    end: datetime
    value: float

    @property
    def hours(self) -> float:
        """Return how long it is."""
        return (self.end - self.start).total_seconds() / 3600


type Series = Sequence[Mean]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadHistory:
    """What a load has had; nothing is known of one that nobody measures.

    ``energy`` is by the start, of the last two days.
    """

    today_kwh: float = 0.0
    last_run_end: datetime | None = None
    running_since: datetime | None = None
    energy: tuple[tuple[datetime, float], ...] = ()  # kWh

    def kwh_since(self, start: datetime) -> float:
        """Return what it has had since an instant of the last two days."""
        return sum(kwh for begun, kwh in self.energy if begun >= start)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Empty, and None, for a new home and without a recorder."""

    weekday_prices: WeekdayMeans = field(default_factory=dict)  # of import
    weekday_export_prices: WeekdayMeans = field(default_factory=dict)
    # this month's, as (local ISO date, kW), today's so far included
    daily_peaks_kw: tuple[tuple[str, float], ...] = ()
    running_kwh: float = 0.0  # imported in the tariff window that runs
    household_kwh_per_day: float | None = None  # without loads that are planned
    loads: Mapping[str, LoadHistory] = field(default_factory=dict)  # by subentry
