"""With every integer fixed: what a kWh is worth in each slot, and which of equal plans."""

from dataclasses import dataclass

import numpy as np

from .exclusion import Exclusion
from .model import IntArray
from .search import Found
from .session import Outcome, Session
from .site import Flow, Site
from .types import FloatArray, KeplerPrevious

NO_COST = 1e-7  # HiGHS' tolerance of a dual
REPAIRS = 5  # of pairs that flow both ways where the integers were chosen without ramps
GRACE_S = 1.0  # for each of these, which are small, however little time is left


@dataclass(frozen=True, slots=True)
class Finished:
    """The plan's values and the rows' duals, None where there are none."""

    values: FloatArray
    row_dual: FloatArray | None


def finish(
    site: Site, session: Session, cost: FloatArray, exclusion: Exclusion, found: Found
) -> Finished:
    """Solve the linear program that is left, for its duals and then for its ties."""
    lp = found.lp
    if lp is None:
        lp = _fixed(session, cost, np.r_[site.model.integer, exclusion.switches], found)
    for _ in range(REPAIRS):
        if not lp.solved or not exclusion.guard(session, lp.values, decide=True):
            break
        lp = session.run(time_limit_s=max(session.left_s, GRACE_S))
    if lp.solved and exclusion.turn_idle(session, lp.values):
        lp = session.run(time_limit_s=max(session.left_s, GRACE_S))
    if not lp.solved or not exclusion.holds(lp.values):
        return Finished(found.values, None)
    untied = _untied(site, session, lp)
    values = untied.values if untied.solved and exclusion.holds(untied.values) else lp.values
    return Finished(values, lp.row_dual)


def _fixed(session: Session, cost: FloatArray, integers: IntArray, found: Found) -> Outcome:
    values = np.round(found.values[integers])
    session.bounds(integers, values, values)
    session.integers(np.zeros(0, np.int64))
    session.costs(cost)
    session.start_from_kept()
    return session.run(time_limit_s=max(session.left_s, GRACE_S))


def _untied(site: Site, session: Session, lp: Outcome) -> Outcome:
    """Move within the plans that cost the same: as the last plan, early, in one piece.

    What has a dual stays where it is, so that the money cannot change.
    """
    columns = np.flatnonzero(np.abs(lp.reduced_cost) > NO_COST)
    held = lp.values[columns]
    session.bounds(columns, held, held)
    rows = np.flatnonzero(np.abs(lp.row_dual) > NO_COST)
    session.row_bounds(rows, lp.row_values[rows], lp.row_values[rows])
    session.costs(_preference(site, session.low.size))
    return session.run(time_limit_s=max(session.left_s, GRACE_S))


def _preference(site: Site, count: int) -> FloatArray:
    """Return a cost per kWh moved that grows with time, less where the last plan was."""
    cost = np.zeros(count)
    for flow in site.flows:
        early = (1.0 + flow.slots / max(site.slots.size, 1)) * np.abs(flow.kwh)
        cost[flow.columns] += early
        cost[flow.columns] -= _bonus(site.problem.previous, flow)
    return cost


def _bonus(previous: KeplerPrevious | None, flow: Flow) -> FloatArray:
    if previous is None or flow.device_id not in previous.energy_kwh:
        return np.zeros(flow.slots.size)
    last = np.nan_to_num(previous.energy_kwh[flow.device_id][flow.slots])
    return np.where(last * flow.kwh > 0.0, 2.0 * np.abs(flow.kwh), 0.0)
