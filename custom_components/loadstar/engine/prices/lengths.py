"""How long a price holds of which only the start is known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from .types import RawPrice


def with_ends(prices: Sequence[RawPrice]) -> tuple[list[RawPrice], list[RawPrice]]:
    """Return ``prices`` with an end each, and those for which there is none to be found.

    ``prices`` are in order of their starts, of which no two are the same. A price holds
    until the next one starts, the last as long as the one before it. Where that is
    longer than on either side, a price is missing there, and the longer of the two
    beside it says how long this one holds. Prices of None that end nowhere are left without end.
    """
    lengths = _lengths(prices)
    ended, endless = [], []
    for one, length in zip(prices, lengths, strict=True):
        if one.end is not None and one.end > one.start:
            ended.append(one)
        elif length is not None:
            ended.append(replace(one, end=one.start + length))
        elif one.price is not None:
            endless.append(one)
    return ended, endless


def _lengths(prices: Sequence[RawPrice]) -> list[timedelta | None]:
    """Return how long each price holds, judged by the starts alone."""
    steps = [later.start - one.start for one, later in pairwise(prices)]
    lengths: list[timedelta | None] = []
    for index, step in enumerate(steps):
        beside = steps[max(index - 1, 0) : index] + steps[index + 1 : index + 2]
        lengths.append(min(step, max(beside, default=step)))
    last = prices[-2] if len(prices) > 1 else None
    if last is not None and last.end is not None and last.end > last.start:
        lengths.append(last.end - last.start)
    else:
        lengths.append(lengths[-1] if lengths else None)
    return lengths[: len(prices)]
