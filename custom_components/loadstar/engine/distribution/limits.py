"""Algebra of phase limits.

A supply is the function f that gives the largest total current of every set of phases. Fixed
and pooled supplies are submodular, so their sums are exact: a load can be served if, and only
if, no set of phases draws more than f of it (Edmonds, sums of polymatroids).

While currents are handed out a supply is a list of eight floats, indexed by the bits of a set.
"""

from ..models import PhaseLimits, PhaseTriple
from .phases import PHASE_SETS, TOUCHED

EPSILON = 1e-9  # A; below it two currents are the same

type Left = list[float]
"""What is left of a supply for every set of phases; the empty set has 0."""

_SUPERSETS = tuple(tuple(q for q in range(8) if q & p == p) for p in range(8))


def fixed(caps: PhaseTriple) -> PhaseLimits:
    """Return a supply in A that is bound to its phases."""
    a, b, c = caps
    return PhaseLimits(a=a, b=b, c=c, ab=a + b, ac=a + c, bc=b + c, abc=a + b + c)


def pooled(caps: PhaseTriple, pool: float) -> PhaseLimits:
    """Return a supply in A that goes where it is drawn, up to a cap (0 or more) per phase."""
    return at_most(fixed(caps), pool)


def at_most(limits: PhaseLimits, total: float) -> PhaseLimits:
    """Return a supply whose every set of phases gives at most ``total`` A."""
    return PhaseLimits(
        a=min(limits.a, total),
        b=min(limits.b, total),
        c=min(limits.c, total),
        ab=min(limits.ab, total),
        ac=min(limits.ac, total),
        bc=min(limits.bc, total),
        abc=min(limits.abc, total),
    )


def single(total: float) -> PhaseLimits:
    """Return a supply in A that does not know phases."""
    return pooled((total, total, total), total)


def by_set(limits: PhaseLimits) -> Left:
    """Return the limits indexed by the bits of a set of phases."""
    return [
        0.0,
        limits.a,
        limits.b,
        limits.ab,
        limits.c,
        limits.ac,
        limits.bc,
        limits.abc,
    ]


def from_sets(left: Left) -> PhaseLimits:
    """Return what ``by_set`` was made of."""
    _, a, b, ab, c, ac, bc, abc = left
    return PhaseLimits(a=a, b=b, c=c, ab=ab, ac=ac, bc=bc, abc=abc)


def relieved(left: Left) -> Left:
    """Return what others may draw after overdrawn phases have taken all they can.

    Where a set of phases is overdrawn, whatever may flow there flows there and the rest of its
    deficit comes from elsewhere. So the set with the largest deficit is contracted: every other
    set keeps what it has beyond it.
    """
    worst = min(left)
    if worst >= 0:
        return left
    deficit = left.index(worst)
    return [left[phases | deficit] - worst for phases in range(8)]


def closed(left: Left) -> Left:
    """Return limits in which no set of phases has more than a larger set; they allow the same."""
    return [0.0, *(min([left[q] for q in _SUPERSETS[p]]) for p in PHASE_SETS)]


def room(left: Left, load: int) -> float:
    """Return by how much the current on every phase of ``load`` can rise at once, in A."""
    return min([left[phases] / count for phases, count in TOUCHED[load]])


def narrowest(left: Left, load: int) -> tuple[float, int]:
    """Return ``room`` and the set of phases that bounds it; of several the smallest."""
    rise, full = float("inf"), 0
    for phases, count in TOUCHED[load]:
        share = left[phases] / count
        if share < rise - EPSILON:
            rise, full = share, phases
    return rise, full


def take(left: Left, load: int, current: float) -> None:
    """Take ``current`` A on every phase of ``load``."""
    for phases, count in TOUCHED[load]:
        left[phases] -= count * current
