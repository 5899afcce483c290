"""The largest set of chargers whose minimums fit together."""

from ...models import ConnectorStatus
from ..claims import Claim
from ..ledger import Ledger
from .steps import refusal


def is_running(claim: Claim) -> bool:
    """Return whether a car is charging already."""
    return claim.charger.connector_status is ConnectorStatus.CHARGING


def all_fit(ledger: Ledger, claims: list[Claim]) -> bool:
    """Return whether all minimums fit together; the ledger is as it was."""
    taken: list[Claim] = []
    for claim in claims:
        if refusal(ledger, claim, judge_unbalance=False) is not None:
            break
        ledger.take(claim, claim.minimum)
        taken.append(claim)
    fit = len(taken) == len(claims) and ledger.balanced
    for claim in taken:
        ledger.take(claim, -claim.minimum)
    return fit


class LargestSet:
    """Branch and bound over claims in their order of service.

    There is at least one, and each can run alone. The first is always in the set. Of sets of
    the same size the one with more running chargers is best, then the one that is first in the
    order of service. Unbalance is judged on whole sets, since a charger on another phase can
    mend it.
    """

    def __init__(self, ledger: Ledger, able: list[Claim]) -> None:
        """Start with no set found."""
        self._ledger = ledger
        self._able = able
        kinds: dict[tuple[object, ...], int] = {}
        self._kinds = [kinds.setdefault(_kind(claim), 1 << len(kinds)) for claim in able]
        running = [is_running(claim) for claim in able]
        self._running_from = [sum(running[index:]) for index in range(len(able) + 1)]
        self._chosen: list[Claim] = []
        self._best: list[Claim] = []
        self._best_score = (0, 0)

    def find(self) -> list[Claim]:
        """Return the largest set; the ledger is as it was."""
        self._search(0, 0, 0)
        return self._best

    def _search(self, index: int, running: int, left_out: int) -> None:
        """Try every set that holds the chosen claims and some from ``index`` on.

        ``running`` of the chosen ones run already; no claim of the kinds ``left_out`` (bits) is
        tried any more, as a later one of a kind makes no better set than the one left out.
        """
        most = len(self._chosen) + len(self._able) - index
        score = (most, running + self._running_from[index])
        if score <= self._best_score:
            return
        if index == len(self._able):
            if self._ledger.balanced:
                self._best, self._best_score = self._chosen.copy(), score
            return
        claim, kind = self._able[index], self._kinds[index]
        if not kind & left_out and refusal(self._ledger, claim, judge_unbalance=False) is None:
            self._ledger.take(claim, claim.minimum)
            self._chosen.append(claim)
            self._search(index + 1, running + is_running(claim), left_out)
            self._chosen.pop()
            self._ledger.take(claim, -claim.minimum)
        if index > 0:
            self._search(index + 1, running, left_out | kind)


def _kind(claim: Claim) -> tuple[object, ...]:
    """Return what claims have in common that are as good as each other in a set.

    Behind a gate the order counts, so there each claim is a kind of its own.
    """
    offer = claim.offer
    alike = (offer.rank, claim.physical, claim.active, claim.circuits, offer.cover)
    alone = None if offer.gate is None else claim.order
    return (*alike, claim.minimum, claim.asleep, is_running(claim), alone)
