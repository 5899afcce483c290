"""Stretches of days, spread over the year and lived through by every strategy."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import cache
from typing import Final

from benchmarks.forecasting.history import History, Span

from .home import Home
from .knowledge import Knowledge
from .ledger import Ledger
from .strategies import STRATEGIES

STRETCH_DAYS: Final = 4
YEAR_DAYS: Final = 365
_SLOTS_PER_HOUR: Final = 4

type Stretch = tuple[int, int]  # first day of the year and how many
type Ledgers = dict[str, Ledger]  # by strategy


def stretches(days: int) -> list[Stretch]:
    """Return stretches of four days at even distances; the last may be shorter."""
    count = -(-days // STRETCH_DAYS)
    lengths = [min(STRETCH_DAYS, days - index * STRETCH_DAYS) for index in range(count)]
    left = YEAR_DAYS - days
    return [
        (index * STRETCH_DAYS + index * left // count, length)
        for index, length in enumerate(lengths)
    ]


def run(span: Span, days: int, minutes: int, jobs: int) -> Iterator[tuple[Stretch, Ledgers]]:
    """Yield what each stretch came to, in order; plans are so many minutes apart."""
    parts = stretches(days)
    with ProcessPoolExecutor(jobs) as pool:
        tasks = [(span, part, minutes) for part in parts]
        yield from zip(parts, pool.map(_live, tasks), strict=True)


def together(ledgers: Sequence[Ledgers]) -> Ledgers:
    """Return the sums of all stretches."""
    return {
        strategy.name: sum((each[strategy.name] for each in ledgers), Ledger())
        for strategy in STRATEGIES
    }


def _live(task: tuple[Span, Stretch, int]) -> Ledgers:
    span, (first_day, days), minutes = task
    knowledge = _knowledge(span)
    history = knowledge.history
    begin = span.first_day + timedelta(days=first_day)
    first, end = (history.slot(history.local(day)) for day in (begin, begin + timedelta(days=days)))
    return {
        strategy.name: Home(strategy, knowledge).live(
            first, end - first, minutes * _SLOTS_PER_HOUR // 60
        )
        for strategy in STRATEGIES
    }


@cache
def _knowledge(span: Span) -> Knowledge:
    """Return the year that all stretches of a process share."""
    return Knowledge(History(span.simulate()))
