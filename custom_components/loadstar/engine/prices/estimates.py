"""Prices where none are known yet, marked as estimates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from .types import PricePeriod

# Mean price per kWh by weekday (0 is Monday) and hour of the local day.
type WeekdayMeans = Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What may stand in for prices that are not known yet, best first; per kWh.

    ``forecast`` is in order without overlaps; ``weekday_means`` go by the local time of ``zone``.
    """

    zone: tzinfo
    forecast: Sequence[PricePeriod] = ()
    weekday_means: WeekdayMeans = field(default_factory=dict)


def complete(
    known: Sequence[PricePeriod],
    estimates: Estimates,
    until: datetime,
    start: datetime | None = None,
) -> tuple[PricePeriod, ...]:
    """Return prices from ``start`` to ``until`` without a gap; empty where nothing is known.

    ``known`` is in order without overlaps, and without ``start`` it says where to begin.
    What it leaves open comes from the forecast, else from the mean of the same weekday
    and hour, else from the mean of all that is known; all of that is estimated.
    """
    if start is None:
        if not known:
            return ()
        start = known[0].start
    fallback = _fallback(known, estimates)
    if fallback is None:
        return ()
    filled = _filled(_clipped(known, start, until), estimates.forecast, start, until)
    guesses = [
        PricePeriod(
            begin,
            end,
            _guess(estimates, begin.astimezone(estimates.zone), fallback),
            estimated=True,
        )
        for gap in _gaps(filled, start, until)
        for begin, end in _hours(*gap, estimates.zone)
    ]
    return tuple(sorted([*filled, *guesses], key=lambda period: period.start))


def mean(periods: Sequence[PricePeriod]) -> float | None:
    """Return the mean price over time, None of nothing."""
    seconds = [(period.end - period.start).total_seconds() for period in periods]
    if not sum(seconds):
        return None
    money = sum(
        period.price_per_kwh * length for period, length in zip(periods, seconds, strict=True)
    )
    return money / sum(seconds)


def _fallback(known: Sequence[PricePeriod], estimates: Estimates) -> float | None:
    """Return the mean of the best that there is."""
    means = estimates.weekday_means
    for candidate in (mean(known), mean(estimates.forecast)):
        if candidate is not None:
            return candidate
    return sum(means.values()) / len(means) if means else None


def _guess(estimates: Estimates, local: datetime, fallback: float) -> float:
    return estimates.weekday_means.get((local.weekday(), local.hour), fallback)


def _filled(
    known: Sequence[PricePeriod], forecast: Sequence[PricePeriod], start: datetime, until: datetime
) -> list[PricePeriod]:
    """Return what is known, its gaps filled with as much forecast as there is for them."""
    estimates = [
        replace(part, estimated=True)
        for gap in _gaps(known, start, until)
        for part in _clipped(forecast, *gap)
    ]
    return sorted([*known, *estimates], key=lambda period: period.start)


def _gaps(
    periods: Sequence[PricePeriod], start: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when there is no price."""
    edges = [start, *(edge for period in periods for edge in (period.start, period.end)), until]
    for begin, end in list(pairwise(edges))[::2]:
        if begin < end:
            yield begin, end


def _clipped(periods: Sequence[PricePeriod], start: datetime, end: datetime) -> list[PricePeriod]:
    """Return the part of ``periods`` from ``start`` to ``end``."""
    return [
        replace(period, start=max(period.start, start), end=min(period.end, end))
        for period in periods
        if period.start < end and period.end > start
    ]


def _hours(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of a span that lie in one local hour each."""
    while start < end:
        local = start.astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        following = min(start.astimezone(UTC) + timedelta(hours=1) - past, end)
        yield start, following
        start = following
