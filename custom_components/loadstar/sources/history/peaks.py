"""This month's peaks of import, and what has been imported in the window that runs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from ...planning_wiring import PeakTariffConfig
from .types import Mean, Series

# Windows of which less was seen say little about their mean.
_LEAST_SHARE: Final = 0.5


def daily_peaks(
    import_kw: Series, tariff: PeakTariffConfig, now: datetime, zone: tzinfo
) -> tuple[tuple[str, float], ...]:
    """Return this month's highest window mean by local day, of windows that count and are over.

    A mean that is longer than a window, as an hour's is with windows of 15 min, stands
    for each of its windows: what the recorder has forgotten cannot be told apart.
    """
    running = _window(now, tariff, zone)
    peaks: dict[date, float] = {}
    for start, kw in _window_means(import_kw, tariff, zone):
        local = start.astimezone(zone)
        if start < running and _same_month(local, now.astimezone(zone)) and _counts(local, tariff):
            peaks[local.date()] = max(peaks.get(local.date(), 0.0), kw)
    return tuple((day.isoformat(), kw) for day, kw in sorted(peaks.items()))


def running_kwh(import_kw: Series, tariff: PeakTariffConfig, now: datetime, zone: tzinfo) -> float:
    """Return the energy imported since the running window began, 0 in one that does not count.

    Statistics come every 5 min: the newest mean goes on until ``now``.
    """
    start = _window(now, tariff, zone)
    if not _counts(start.astimezone(zone), tariff):
        return 0.0
    parts = [
        (max(item.start, start), min(item.end, now), item.value)
        for item in import_kw
        if item.end > start and item.start < now
    ]
    if not parts:
        return 0.0
    parts[-1] = (parts[-1][0], now, parts[-1][2])
    return sum(kw * (end - begin).total_seconds() / 3600 for begin, end, kw in parts)


def _window_means(
    import_kw: Series, tariff: PeakTariffConfig, zone: tzinfo
) -> Iterator[tuple[datetime, float]]:
    energy: defaultdict[datetime, float] = defaultdict(float)
    seen: defaultdict[datetime, timedelta] = defaultdict(timedelta)
    for item in import_kw:
        for part in _cut(item, tariff, zone):
            window = _window(part.start, tariff, zone)
            energy[window] += part.value * part.hours
            seen[window] += part.end - part.start
    least = timedelta(minutes=tariff.window_minutes) * _LEAST_SHARE
    for window, length in seen.items():
        if length >= least:
            yield window, energy[window] / (length / timedelta(hours=1))


def _cut(item: Mean, tariff: PeakTariffConfig, zone: tzinfo) -> Iterator[Mean]:
    """Yield the parts of a mean that lie in one window each."""
    start = item.start
    while start < item.end:
        following = _window(start, tariff, zone) + timedelta(minutes=tariff.window_minutes)
        end = min(following, item.end)
        yield Mean(start, end, item.value)
        start = end


def _window(at: datetime, tariff: PeakTariffConfig, zone: tzinfo) -> datetime:
    """Return when the window of an instant begins; windows follow the local clock."""
    local = at.astimezone(zone)
    minutes = (local.hour * 60 + local.minute) % tariff.window_minutes
    into = timedelta(minutes=minutes, seconds=local.second, microseconds=local.microsecond)
    return at - into


def _same_month(first: datetime, second: datetime) -> bool:
    return (first.year, first.month) == (second.year, second.month)


def _counts(local: datetime, tariff: PeakTariffConfig) -> bool:
    return (
        local.month in tariff.months
        and local.weekday() in tariff.weekdays
        and tariff.from_hour <= local.hour < tariff.until_hour
    )
