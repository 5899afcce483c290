"""Optimized: as many as can run, each as high as the minimums of later ones allow."""

from ..claims import Claim
from ..ledger import Ledger
from .largest_set import LargestSet, all_fit, is_running
from .steps import admit, admit_if_possible, raise_to_ceiling, refusal

EXACT_UP_TO = 12


def optimized(ledger: Ledger, claims: list[Claim]) -> None:
    """Let the largest set run, then raise in order above everybody's minimum."""
    possible = [claim for claim in claims if claim.possible]
    for claim in possible:
        claim.bound = refusal(ledger, claim)
    able = [claim for claim in possible if claim.bound is None]
    if all_fit(ledger, able):
        _admit(ledger, able)
    elif len(able) <= EXACT_UP_TO:
        _admit_largest_set(ledger, able)
    else:
        _admit_greedily(ledger, able)
    for claim in possible:
        raise_to_ceiling(ledger, claim)


def _admit(ledger: Ledger, claims: list[Claim]) -> None:
    for claim in claims:
        admit(ledger, claim)


def _admit_largest_set(ledger: Ledger, able: list[Claim]) -> None:
    _admit(ledger, LargestSet(ledger, able).find())
    for claim in able:
        if not claim.admitted:
            claim.bound = refusal(ledger, claim)


def _admit_greedily(ledger: Ledger, able: list[Claim]) -> None:
    """Admit the first that can run, then, within each rank, running ones before waiting ones."""
    first, *others = able
    others.sort(key=lambda claim: (claim.offer.rank, not is_running(claim), claim.order))
    for claim in (first, *others):
        admit_if_possible(ledger, claim)
