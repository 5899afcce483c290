"""When the search found nothing in time: the relaxation, rounded and repaired."""

import numpy as np

from .dive import ALLOWED_S, decide_some
from .exclusion import Exclusion
from .search import Found
from .session import Session
from .site import Site
from .types import FloatArray


def round_and_repair(
    site: Site, session: Session, cost: FloatArray, exclusion: Exclusion
) -> Found | None:
    """Fix integers a few at a time, the nearest to whole first, solving in between."""
    session.integers(np.zeros(0, np.int64))
    undecided = np.r_[site.model.integer, exclusion.switches]
    session.bounds(undecided, 0.0, 1.0)
    session.costs(cost)
    outcome = session.run(time_limit_s=ALLOWED_S)
    while outcome.solved:
        if undecided.size:
            undecided, outcome = decide_some(session, undecided, outcome)
            continue
        before = exclusion.switches.size
        if not exclusion.guard(session, outcome.values):
            return Found(outcome.values, cost, np.nan, timed_out=True, lp=outcome)
        undecided = exclusion.switches[before:]
        session.costs(cost)
        outcome = session.run(time_limit_s=ALLOWED_S)
    return None
