"""How long training and forecasting take with two years of history, and in how much memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
import statistics
import time
import tracemalloc
from typing import Final

from .history import AFTER_DAYS, History, Span

_REPEATED: Final = 7
_PLAN_SLOTS: Final = 192
_SLOT: Final = timedelta(minutes=15)
_LAST: Final = date(2026, 12, 31)
_DAYS: Final = 731 - AFTER_DAYS  # as long as a simulated year can be


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A median time, and the most memory beside the history itself."""

    what: str
    ms: float
    memory_mb: float


def speeds(seed: int) -> list[Speed]:
    """Train on all of two years, and foresee what a plan asks for."""
    span = Span(first_day=_LAST, days=1, seed=seed, warm_up_days=_DAYS - 1)
    history = History(span.simulate())
    now = history.local(_LAST, 4)
    pv, load = history.train_pv(now), history.train_load(now)

    def foresee_pv() -> None:
        history.corrected_by(pv, now)

    def foresee_load() -> None:
        forecaster = history.forecaster_of(load, now)
        for slot in range(_PLAN_SLOTS):
            forecaster.expected(now + slot * _SLOT, 0.25)

    return [
        _measure("PV: training", lambda: history.train_pv(now)),
        _measure("PV: forecast of 3 days", foresee_pv),
        _measure("load: training", lambda: history.train_load(now)),
        _measure("load: forecast of a plan's 192 slots", foresee_load),
    ]


def _measure(what: str, act: Callable[[], object]) -> Speed:
    times = []
    for _ in range(_REPEATED):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    tracemalloc.start()
    act()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Speed(
        what=what,
        ms=round(1000 * statistics.median(times), 2),
        memory_mb=round(peak / 1024**2, 2),
    )
