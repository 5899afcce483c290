"""Strict: each charger to its ceiling before the next gets anything."""

from ..claims import Claim
from ..ledger import Ledger
from .steps import admit_if_possible, raise_to_ceiling


def strict(ledger: Ledger, claims: list[Claim]) -> None:
    """Serve one charger after the other."""
    for claim in claims:
        admit_if_possible(ledger, claim)
        raise_to_ceiling(ledger, claim)
