"""What was left out of learning, as warnings with a sentence each."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from ..engine.forecast.types import LeftOut
from ..engine.planner.inputs.types import PlanWarning

# Said of a home's past, which nobody can mend any more.
NOTES: Final = frozenset(
    {
        "charging_unknown",
        "history_absurd",
        "history_duplicates",
        "history_gaps",
        "history_negative",
        "history_no_recorder",
        "history_off_hour",
        "history_short",
        "history_zeros",
        "pv_always_zero",
        "pv_clipped",
        "pv_curtailed",
        "pv_forecast_missing",
        "pv_forecast_zero",
        "pv_measured_absurd",
        "pv_measured_negative",
        "pv_measurement_missing",
        "pv_no_forecast_yet",
        "pv_no_measurement_yet",
        "pv_snow",
    }
)
# What happened so long ago says nothing about today's plan.
_RECENT: Final = timedelta(days=14)


def notes_of(left_out: Iterable[LeftOut]) -> tuple[PlanWarning, ...]:
    """Return a warning for each, with how many days it was and which."""
    return tuple(_note(each) for each in left_out)


def recent_notes(left_out: Iterable[LeftOut], today: date) -> tuple[PlanWarning, ...]:
    """Return warnings of what is still going on, or was lately."""
    return tuple(
        _note(each) for each in left_out if not each.days or max(each.days) >= today - _RECENT
    )


def _note(left_out: LeftOut) -> PlanWarning:
    days = left_out.days
    spans = {"first": min(days).isoformat(), "last": max(days).isoformat()} if days else {}
    return PlanWarning(code=left_out.code, data={"days": len(days), **left_out.data, **spans})
