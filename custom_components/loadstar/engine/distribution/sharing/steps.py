"""The two steps that every distribution mode is made of."""

from ...models import ReasonCode
from ..claims import Bound, Claim
from ..ledger import Ledger
from ..limits import EPSILON, room


def refusal(ledger: Ledger, claim: Claim, *, judge_unbalance: bool = True) -> Bound | None:
    """Return what keeps a charger from its minimum; None: it can have it."""
    offer = claim.offer
    if offer.gate is not None:
        beyond = room(offer.gate.spare, claim.active)
        if beyond <= EPSILON:
            return Bound(beyond, ReasonCode.EXCESS_SHARE, claim.active)
    bound = ledger.tightest(claim, offer.cover, judge_unbalance=judge_unbalance)
    return bound if bound.rise < claim.minimum - EPSILON else None


def admit(ledger: Ledger, claim: Claim) -> None:
    """Give a charger its minimum, which it can have."""
    ledger.take(claim, claim.minimum)
    claim.current = claim.minimum
    claim.admitted = True


def admit_if_possible(ledger: Ledger, claim: Claim) -> None:
    """Give a charger its minimum if it can have it, else note why not."""
    if not claim.possible:
        return
    claim.bound = refusal(ledger, claim)
    if claim.bound is None:
        admit(ledger, claim)


def raise_to_ceiling(ledger: Ledger, claim: Claim) -> None:
    """Raise a running charger until its ceiling or the first limit; a sleeping one stays."""
    if not claim.admitted or claim.asleep:
        return
    gap = claim.offer.ceiling - claim.current
    bound = ledger.tightest(claim, claim.offer.share)
    if bound.rise < gap - EPSILON:
        claim.bound = bound
        gap = max(0.0, bound.rise)
    ledger.take(claim, gap)
    claim.current += gap
