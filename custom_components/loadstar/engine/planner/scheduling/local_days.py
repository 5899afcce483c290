"""The local days of a plan; on days of clock change they have 92 or 100 quarter hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from ..inputs.types import SlotData


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """A local day: its slots ``first`` to before ``end``, and how much of it is planned."""

    day: date
    first: int
    end: int
    share: float  # of the day's hours


def local_days(slots: Sequence[SlotData], zone: ZoneInfo) -> tuple[LocalDay, ...]:
    """Return the days that slots begin in, in order."""
    days = []
    dated = groupby(enumerate(slots), key=lambda item: item[1].start.astimezone(zone).date())
    for day, group in dated:
        indices = [index for index, _ in group]
        planned_h = sum(slots[index].hours for index in indices)
        days.append(
            LocalDay(
                day=day,
                first=indices[0],
                end=indices[-1] + 1,
                share=planned_h / _length_h(day, zone),
            )
        )
    return tuple(days)


def _length_h(day: date, zone: ZoneInfo) -> float:
    begin = datetime.combine(day, time(0), zone).timestamp()
    return (datetime.combine(day + timedelta(days=1), time(0), zone).timestamp() - begin) / 3600
