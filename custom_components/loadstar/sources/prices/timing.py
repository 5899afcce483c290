"""When prices are worth asking for again."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Final

# Day-ahead markets publish tomorrow's prices at about this local time.
PUBLISHED: Final = time(13)
EVERY: Final = timedelta(hours=1)
EVERY_WHILE_DUE: Final = timedelta(minutes=15)
# After failures in a row; the last one goes on.
RETRY: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15))

_NOON: Final = time(12)


def next_fetch(
    now: datetime, known_until: datetime | None, failures: int, zone: tzinfo
) -> datetime:
    """Return when to ask next, after an answer at ``now`` or ``failures`` in a row."""
    if failures:
        return now + RETRY[min(failures, len(RETRY)) - 1]
    today = now.astimezone(zone).date()
    # by noon, because a market's day may end some hours from a local one
    tomorrow = datetime.combine(today + timedelta(days=1), _NOON, tzinfo=zone)
    if known_until is not None and known_until > tomorrow:
        return now + EVERY
    published = datetime.combine(today, PUBLISHED, tzinfo=zone)
    if now >= published:
        return now + EVERY_WHILE_DUE
    return min(now + EVERY, published)
