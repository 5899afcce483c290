"""Read times and prices as integrations write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
import math
from typing import Any, Final, TypeGuard

from ...engine.prices.normalise import is_of_our_age
from ...engine.prices.types import RawPrice

# It has no zone, and so ``normalise`` leaves it out and says so.
NO_TIME: Final = datetime(1, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which keys a row holds what."""

    start: str
    price: str
    end: str | None = None


def are_rows(value: object, keys: Keys) -> TypeGuard[Sequence[Mapping[str, Any]]]:
    """Say whether ``value`` is a list of rows with ``keys``; a bad row among them is no matter."""
    wanted = {keys.start, keys.price} | ({keys.end} if keys.end else set())
    return isinstance(value, list | tuple) and any(
        isinstance(row, Mapping) and wanted <= row.keys() for row in value
    )


def read_rows(value: object, keys: Keys, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return a list's prices; empty where there is no list, as for tomorrow's until 13:00.

    Times without zone are local ones of ``zone``. What cannot be read stays in, as no
    time or as NaN, so that it is not lost silently.
    """
    if not isinstance(value, list | tuple):
        return ()
    rows = [row if isinstance(row, Mapping) else {} for row in value]
    starts = read_times((row.get(keys.start) for row in rows), zone)
    ends = read_times((row.get(keys.end) for row in rows), zone)
    return tuple(
        RawPrice(start or NO_TIME, end, read_price(row.get(keys.price)))
        for row, start, end in zip(rows, starts, ends, strict=True)
    )


def read_times(values: Iterable[object], zone: tzinfo) -> list[datetime | None]:
    """Return times as aware UTC, None for what is none.

    When clocks go back, local times without zone come twice: the second time around,
    they would run backwards, and so they are the later ones.
    """
    times: list[datetime | None] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for value in values:
        moment = _time(value)
        if moment is not None and moment.tzinfo is None:
            first = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
            second = moment.replace(tzinfo=zone, fold=1).astimezone(UTC)
            moment = second if first <= latest < second else first
        elif moment is not None:
            moment = moment.astimezone(UTC)
        times.append(moment)
        latest = max(latest, moment) if moment is not None else latest
    return times


def _time(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and is_of_our_age(value) else None


def read_price(value: object) -> float | None:
    """Return a number, None where there is no price yet, NaN for what is no number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return math.nan
    try:
        return float(value)
    except ValueError, OverflowError:
        return math.nan
