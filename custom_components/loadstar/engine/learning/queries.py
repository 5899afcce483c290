"""What is asked of the store's tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Subquery,
    Table,
    delete,
    func,
    select,
    tuple_,
    type_coerce,
)

from .tables import FORECASTS, columns
from .types import Quality


def is_whole(quality: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a slot was seen whole."""
    return type_coerce(quality, Integer).bitwise_and(int(Quality.PARTIAL)) == 0


def within(
    table: Table, entry_id: str, start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a home's rows from ``start`` to before ``end``."""
    return (table.c.entry_id == entry_id, table.c.start >= start, table.c.start < end)


def _newest(entry_id: str, start: datetime, end: datetime, limit: datetime) -> Subquery:
    """Return of each slot the instant of its newest issue up to ``limit``."""
    return (
        select(FORECASTS.c.start, func.max(FORECASTS.c.issued).label("issued"))
        .where(*within(FORECASTS, entry_id, start, end), FORECASTS.c.issued <= limit)
        .group_by(FORECASTS.c.start)
        .subquery()
    )


def newest_before(entry_id: str, start: datetime, end: datetime, limit: datetime) -> Select[Any]:
    """Return of each slot its newest issue up to ``limit``."""
    newest = _newest(entry_id, start, end, limit)
    return (
        select(*columns(FORECASTS))
        .join(
            newest,
            (FORECASTS.c.start == newest.c.start) & (FORECASTS.c.issued == newest.c.issued),
        )
        .where(*within(FORECASTS, entry_id, start, end))
        .order_by(FORECASTS.c.start)
    )


def all_but_newest_before(entry_id: str, start: datetime, end: datetime, limit: datetime) -> Delete:
    """Delete of each slot every issue but the newest one up to ``limit``."""
    newest = _newest(entry_id, start, end, limit)
    kept = select(newest.c.start, newest.c.issued)
    return delete(FORECASTS).where(
        *within(FORECASTS, entry_id, start, end),
        tuple_(FORECASTS.c.start, FORECASTS.c.issued).not_in(kept),
    )


def first_of_many(entry_id: str, until: datetime) -> Select[Any]:
    """Return the first slot before ``until`` of which there is more than one issue."""
    return (
        select(FORECASTS.c.start)
        .where(FORECASTS.c.entry_id == entry_id, FORECASTS.c.start < until)
        .group_by(FORECASTS.c.start)
        .having(func.count() > 1)
        .order_by(FORECASTS.c.start)
        .limit(1)
    )


def local_days(
    start: datetime, end: datetime, time_zone: str
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Yield each local day's start, and what of the day is in ``start`` to ``end``."""
    zone = ZoneInfo(time_zone)
    day = start.astimezone(zone).date()
    while (midnight := _midnight(day, zone)) < end:
        day += timedelta(days=1)
        yield midnight, max(start, midnight), min(end, _midnight(day, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
