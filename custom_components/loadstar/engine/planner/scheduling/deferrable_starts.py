"""In which slots a deferrable load may start."""

from datetime import timedelta
import math

import numpy as np

from ..devices import DeferrableLoad
from ..inputs.types import PlannerInput, PlanWarning
from ..solver.types import KeplerDeferrable, Orders

_ROUNDING = timedelta(seconds=1)


def plan_deferrable(
    planner_input: PlannerInput, load: DeferrableLoad, orders: Orders | None = None
) -> tuple[KeplerDeferrable | None, tuple[PlanWarning, ...]]:
    """Return a load with the slots it may start in; None where it has no run in this plan.

    One that runs goes on for the rest of its time; one that is ordered to run starts
    with the order, whatever its window. Others start with a whole slot. A window that
    begins too late for this plan is left to the next ones; one in which the run no longer
    fits gives a warning ``deferrable_does_not_fit``.
    """
    if load.running_since is not None:
        return _running(planner_input, load), ()
    count = max(1, math.ceil(load.duration_minutes / 15))
    if orders is not None and (ordered := np.flatnonzero(orders.least_kwh > 0)).size:
        return _kepler(load, count, (int(ordered[0]),)), ()
    duration = timedelta(minutes=load.duration_minutes)
    slots = planner_input.slots
    starts = tuple(
        index
        for index in range(len(slots) - count + 1)
        if slots[index].start >= load.earliest - _ROUNDING
        and slots[index].start + duration <= load.latest_end + _ROUNDING
        and slots[index + count - 1].end - slots[index].start >= duration
    )
    if not starts:
        return None, _does_not_fit(planner_input, load, duration)
    return _kepler(load, count, starts), ()


def _running(planner_input: PlannerInput, load: DeferrableLoad) -> KeplerDeferrable | None:
    """Return the rest of a run, cut at the plan's end; None when it is over."""
    since = load.running_since or planner_input.now
    end = since + timedelta(minutes=load.duration_minutes)
    count = sum(slot.start < end - _ROUNDING for slot in planner_input.slots)
    return _kepler(load, count, (0,)) if count else None


def _does_not_fit(
    planner_input: PlannerInput, load: DeferrableLoad, duration: timedelta
) -> tuple[PlanWarning, ...]:
    """Return a warning where no later plan will find a start either."""
    end = planner_input.slots[-1].end
    if max(load.earliest, planner_input.now) + duration <= load.latest_end and (
        load.latest_end > end or load.earliest + duration > end
    ):
        return ()
    data = {
        "device": load.load_id,
        "name": load.name,
        "latest_end": load.latest_end.isoformat(),
    }
    return (PlanWarning(code="deferrable_does_not_fit", data=data),)


def _kepler(load: DeferrableLoad, count: int, starts: tuple[int, ...]) -> KeplerDeferrable:
    return KeplerDeferrable(
        load_id=load.load_id,
        phases=load.phases,
        power_kw=load.power_kw,
        slots=count,
        starts=starts,
    )
