"""Priority: minimums in order, then the rest to the first until its ceiling, then the next."""

from ..claims import Claim
from ..ledger import Ledger
from .steps import admit_if_possible, raise_to_ceiling


def priority(ledger: Ledger, claims: list[Claim]) -> None:
    """Share the current in the order of service."""
    for claim in claims:
        admit_if_possible(ledger, claim)
    for claim in claims:
        raise_to_ceiling(ledger, claim)
