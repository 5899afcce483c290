"""What managed loads have drawn of late, from the means of their power sensors."""

from datetime import datetime, timedelta
from typing import Final

from .types import LoadHistory, Series

LOOK_BACK: Final = timedelta(days=2)
_RUNS_KW: Final = 0.1  # what is more than a stand-by
# Means come every 5 min: the newest is up to twice as old.
_NEWEST: Final = timedelta(minutes=10)


def load_history(power_kw: Series, today: datetime, now: datetime) -> LoadHistory:
    """Return what a load has had since the local day's start ``today``, and when it ran."""
    runs = [item for item in power_kw if item.value > _RUNS_KW]
    return LoadHistory(
        today_kwh=sum(
            max(0.0, item.value) * item.hours for item in power_kw if item.start >= today
        ),
        last_run_end=max((item.end for item in runs), default=None),
        running_since=_running_since(power_kw, now),
        energy=tuple((item.start, item.value * item.hours) for item in runs),
    )


def _running_since(power_kw: Series, now: datetime) -> datetime | None:
    """Return when the run began that goes on in the newest mean."""
    since = None
    edge = now - _NEWEST
    for item in reversed(power_kw):
        if item.value <= _RUNS_KW or item.end < edge:
            break
        since = edge = item.start
    return since
