"""A solution without a search: integers are fixed a few at a time, solving in between."""

from dataclasses import replace

import numpy as np

from .model import IntArray
from .session import Outcome, Session

ALLOWED_S = 2.0  # for each program; without integers they are small
WHOLE = 1e-6
AT_ONCE = 0.2  # of what is undecided


def dive(session: Session) -> Outcome:
    """Return a solution of the model as it is; the bound of its cost is unknown."""
    integers = np.flatnonzero(session.integer)
    low, up = session.low[integers], session.up[integers]
    session.integers(np.zeros(0, np.int64))
    outcome = session.run(time_limit_s=ALLOWED_S)
    undecided = integers[low < up]
    while outcome.solved and undecided.size:
        undecided, outcome = decide_some(session, undecided, outcome)
    session.bounds(integers, low, up)
    session.integers(integers)
    return replace(outcome, bound=-np.inf)


def decide_some(
    session: Session, undecided: IntArray, outcome: Outcome
) -> tuple[IntArray, Outcome]:
    """Fix what is 1, and the largest others to 1; return what is left and the solution.

    Off is always possible, so that what cannot be 1 becomes 0.
    """
    share = outcome.values[undecided]
    between = (share > WHOLE) & (share < 1.0 - WHOLE)
    chosen = ~between & ((share > WHOLE) | ~between.any())
    most = int(np.ceil(AT_ONCE * np.count_nonzero(between)))
    chosen[np.argsort(np.where(between, -share, 0.0))[:most]] = True
    columns, fixed = undecided[chosen], np.ceil(share[chosen] - WHOLE)
    session.bounds(columns, fixed, fixed)
    again = session.run(time_limit_s=ALLOWED_S)
    if not again.solved:
        session.bounds(columns, 0.0, 0.0)
        again = session.run(time_limit_s=ALLOWED_S)
    return undecided[~chosen], again
