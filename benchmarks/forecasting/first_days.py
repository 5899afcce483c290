"""What is learnt of a new home in its first days, which nothing is known of before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .history import History, Span

_AFTER: Final = (1, 2, 3, 5, 7, 10, 14, 28)
_FIRST: Final = date(2026, 5, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDay:
    """What there is after so many days."""

    days: int
    confidence: float
    label: str
    load_model: str


def first_days(seed: int, bias: float) -> Sequence[FirstDay]:
    """Return what was learnt at 04:00 after each of some days."""
    span = Span(first_day=_FIRST, days=_AFTER[-1] + 1, seed=seed, bias=bias, warm_up_days=0)
    history = History(span.simulate())
    found = []
    for days in _AFTER:
        morning = history.local(_FIRST + timedelta(days=days), 4)
        pv, load = history.pv_model(morning), history.load_model(morning)
        found.append(
            FirstDay(
                days=days,
                confidence=round(pv.confidence, 3),
                label=pv.label.code,
                load_model=load.kind,
            )
        )
    return found
