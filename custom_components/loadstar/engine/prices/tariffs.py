"""A grid operator's fee by time of day, month and weekday."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from .types import GridTariff

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time(0)


def grid_fee(tariffs: Sequence[GridTariff], moment: datetime, zone: tzinfo) -> float:
    """Return the fee per kWh at ``moment``: the first that applies, else 0."""
    local = moment.astimezone(zone)
    return next((tariff.fee_per_kwh for tariff in tariffs if _applies(tariff, local)), 0.0)


def _applies(tariff: GridTariff, local: datetime) -> bool:
    """Say whether a fee holds; a span over midnight looks at the day that the moment is on."""
    if local.month not in tariff.months or local.weekday() not in tariff.weekdays:
        return False
    now, begin, until = local.time(), tariff.from_time, tariff.until
    if until == _MIDNIGHT:
        return now >= begin
    return begin <= now < until if begin < until else now >= begin or now < until


@dataclass(frozen=True, slots=True)
class Changes:
    """All instants from one to another at which a fee may change, in order."""

    instants: tuple[datetime, ...]

    @classmethod
    def between(
        cls, tariffs: Sequence[GridTariff], start: datetime, end: datetime, zone: tzinfo
    ) -> Changes:
        """Return those after ``start`` and before ``end``; some may change nothing."""
        clocks = {
            _MIDNIGHT,
            *(moment for tariff in tariffs for moment in (tariff.from_time, tariff.until)),
        }
        instants = set(_instants(clocks, start, end, zone))
        return cls(tuple(sorted(one for one in instants if start < one < end)))

    def within(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """Return those after ``start`` and before ``end``."""
        return self.instants[bisect_right(self.instants, start) : bisect_left(self.instants, end)]


def _instants(
    clocks: set[time], start: datetime, end: datetime, zone: tzinfo
) -> Iterator[datetime]:
    day = start.astimezone(zone).date()
    last = end.astimezone(zone).date()
    while day <= last:
        shift = _clock_change(day, zone)
        if shift is not None:
            yield shift
        for clock in clocks:
            # on the day that the clocks go back, a time of day comes twice
            for fold in (0, 1):
                local = datetime.combine(day, clock, tzinfo=zone).replace(fold=fold)
                yield local.astimezone(UTC)
        day += _DAY


def _clock_change(day: date, zone: tzinfo) -> datetime | None:
    """Return when clocks change on a local day, to the minute: a fee may begin in lost time."""
    begin = datetime.combine(day, _MIDNIGHT, tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + _DAY, _MIDNIGHT, tzinfo=zone).astimezone(UTC)
    offset = begin.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == offset:
        return None
    low, high = 0, round((end - begin) / timedelta(minutes=1))
    while high - low > 1:
        middle = (low + high) // 2
        if (begin + timedelta(minutes=middle)).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return begin + timedelta(minutes=high)
