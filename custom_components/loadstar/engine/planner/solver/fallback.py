"""When the search found nothing in time: the relaxation, rounded and repaired."""

import numpy as np

from .exclusion import Exclusion
from .model import IntArray
from .search import Found, padded
from .session import Outcome, Session
from .site import Site
from .types import FloatArray

ALLOWED_S = 2.0  # for each program; without integers they are small
WHOLE = 1e-6


def round_and_repair(
    site: Site, session: Session, cost: FloatArray, exclusion: Exclusion
) -> Found | None:
    """Fix integers a few at a time, the nearest to whole first, solving in between.

    Off is always possible, so that what cannot be 1 becomes 0.
    """
    session.integers(np.zeros(0, np.int64))
    undecided = np.r_[site.model.integer, exclusion.switches]
    session.bounds(undecided, 0.0, 1.0)
    session.costs(padded(cost, session))
    outcome = session.run(time_limit_s=ALLOWED_S)
    while outcome.solved:
        if undecided.size:
            undecided, outcome = _decide_some(session, undecided, outcome)
            continue
        before = exclusion.switches.size
        if not exclusion.guard(session, outcome.values):
            return Found(outcome.values, outcome.objective, np.nan, timed_out=True, lp=outcome)
        undecided = exclusion.switches[before:]
        session.costs(padded(cost, session))
        outcome = session.run(time_limit_s=ALLOWED_S)
    return None


def _decide_some(
    session: Session, undecided: IntArray, outcome: Outcome
) -> tuple[IntArray, Outcome]:
    share = outcome.values[undecided]
    clear = (share < WHOLE) | (share > 1.0 - WHOLE)
    if not clear.any():
        clear[np.argmax(share)] = True
    chosen, fixed = undecided[clear], np.ceil(share[clear] - WHOLE)
    session.bounds(chosen, fixed, fixed)
    again = session.run(time_limit_s=ALLOWED_S)
    if not again.solved:
        session.bounds(chosen, 0.0, 0.0)
        again = session.run(time_limit_s=ALLOWED_S)
    return undecided[~clear], again
