"""Shared: minimums in order, then equal steps for all until each meets its own limit."""

from ..claims import Bound, Claim
from ..ledger import Ledger
from ..limits import EPSILON
from .filling import Filling, Group
from .steps import admit_if_possible


def shared(ledger: Ledger, claims: list[Claim]) -> None:
    """Share the current by progressive filling."""
    for claim in claims:
        admit_if_possible(ledger, claim)
    filling = Filling(ledger, [claim for claim in claims if claim.admitted and not claim.asleep])
    _stop_at_limits(ledger, filling)  # minimums may have overdrawn the sun
    while filling.groups:
        filling.rise(filling.longest_step())
        filling.stop_at_ceilings()
        _stop_at_limits(ledger, filling)


def _stop_at_limits(ledger: Ledger, filling: Filling) -> None:
    """Stop every group that has met a limit; those that met the same one share it."""
    stopped: list[tuple[Group, Bound]] = []
    for group in filling.groups:
        bound = ledger.tightest(group.leader, group.leader.offer.share)
        if bound.rise <= EPSILON:
            stopped.append((group, bound))
    for group, bound in stopped:
        sharers = sum(len(other.claims) for other, met in stopped if met[1:] == bound[1:])
        filling.stop(group, bound, sharers - 1)
