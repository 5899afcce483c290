"""Prices as a source gives them become periods in order, without overlaps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import math
from typing import Final

from ..planner.inputs.types import PlanWarning
from .lengths import with_ends
from .types import PricePeriod, RawPrice

# No currency has a kWh that dear; a number beyond it is not a price.
MOST_PER_KWH: Final = 100_000.0

_MINUTE: Final = timedelta(minutes=1)
_YEARS: Final = range(1970, 2200)


def normalise(raw: Iterable[RawPrice]) -> tuple[tuple[PricePeriod, ...], tuple[PlanWarning, ...]]:
    """Return periods in order and what was left out or mended of ``raw``.

    Prices stay in their unit; times are aware and come back in UTC, to the minute. A
    missing end is taken from the neighbours. Of several prices with one start the first
    that is a number counts. A price of None is one that is not known yet: it ends the
    one before it, and is left out.

    Warnings, each with ``count``, ``from`` and ``until`` (UTC) of what it is about:
    ``price_not_a_time``, ``price_not_a_number``, ``price_absurd``, ``price_wrong_order``,
    ``price_overlap``, ``price_length_unknown``, ``price_gap``.
    """
    given = tuple(raw)
    timed = [_to_the_minute(one) for one in given if _is_time(one.start)]
    warnings = [_about_times(len(given) - len(timed))]
    numbered = [replace(one, price=None) if _flaw(one) else one for one in timed]
    warnings += [
        _about(code, [one for one in timed if _flaw(one) == code])
        for code in ("price_not_a_number", "price_absurd")
    ]
    unique, contradicting = _first_of_each_start(numbered)
    warnings.append(_about_order(unique))
    ended, endless = with_ends(sorted(unique, key=_start))
    periods, cut = _cut(ended)
    warnings.append(_about("price_overlap", [*contradicting, *cut]))
    warnings.append(_about("price_length_unknown", endless))
    warnings.append(_about_gaps(periods))
    return periods, tuple(warning for warning in warnings if warning is not None)


def is_of_our_age(moment: datetime) -> bool:
    """Say whether a time can be meant: sums with the ends of the calendar overflow."""
    return moment.year in _YEARS


def _is_time(moment: datetime) -> bool:
    return moment.tzinfo is not None and is_of_our_age(moment)


def _to_the_minute(one: RawPrice) -> RawPrice:
    """Return ``one`` in UTC, its times rounded: some sources start a second late."""
    end = _rounded(one.end) if one.end is not None and _is_time(one.end) else None
    return RawPrice(start=_rounded(one.start), end=end, price=one.price)


def _rounded(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC) + _MINUTE / 2
    return moment.replace(second=0, microsecond=0)


def _flaw(one: RawPrice) -> str | None:
    if one.price is None:
        return None
    if not math.isfinite(one.price):
        return "price_not_a_number"
    return "price_absurd" if abs(one.price) > MOST_PER_KWH else None


def _start(one: RawPrice) -> datetime:
    return one.start


def _first_of_each_start(prices: Iterable[RawPrice]) -> tuple[list[RawPrice], list[RawPrice]]:
    """Return one price for each start, and those that contradict it.

    Lists of today and of tomorrow may both hold a day: the same price twice is no fault.
    """
    kept: dict[datetime, RawPrice] = {}
    contradicting = []
    for one in prices:
        first = kept.get(one.start)
        if first is None or first.price is None:
            kept[one.start] = one if first is None or one.price is not None else first
        elif one.price is not None and one.price != first.price:
            contradicting.append(one)
    return list(kept.values()), contradicting


def _cut(prices: Sequence[RawPrice]) -> tuple[tuple[PricePeriod, ...], list[RawPrice]]:
    """Return periods that end where the next one starts at the latest, and those cut for it."""
    periods, cut = [], []
    for index, one in enumerate(prices):
        end = one.end
        if one.price is None or end is None:
            continue
        if index + 1 < len(prices) and end > prices[index + 1].start:
            end = prices[index + 1].start
            if prices[index + 1].price is not None:
                cut.append(one)
        periods.append(PricePeriod(one.start, end, one.price))
    return tuple(periods), cut


def _about_times(count: int) -> PlanWarning | None:
    return PlanWarning(code="price_not_a_time", data={"count": count}) if count else None


def _about_order(prices: Sequence[RawPrice]) -> PlanWarning | None:
    return _about(
        "price_wrong_order", [later for one, later in pairwise(prices) if later.start < one.start]
    )


def _about_gaps(periods: Sequence[PricePeriod]) -> PlanWarning | None:
    return _about(
        "price_gap",
        [
            RawPrice(one.end, later.start, None)
            for one, later in pairwise(periods)
            if later.start > one.end
        ],
    )


def _about(code: str, prices: Sequence[RawPrice]) -> PlanWarning | None:
    """Return a warning about ``prices``, None where there are none."""
    if not prices:
        return None
    return PlanWarning(
        code=code,
        data={
            "from": min(map(_start, prices)),
            "until": max(one.end or one.start for one in prices),
            "count": len(prices),
        },
    )
