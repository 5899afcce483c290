"""Progressive filling: claims that meet the same limits rise and stop together.

Every limit falls in a straight line while nobody stops, so the next event is found exactly and
the number of steps is at most that of the chargers and of the sets of phases.
"""

from ..claims import Bound, Claim
from ..ledger import Ledger
from ..limits import EPSILON
from ..phases import ALL_PHASES, COUNT, MEMBERS, PHASE_SETS
from ..pools import Pool

type Rates = list[int]
"""How many amperes every set of phases draws more when each rising charger gets one."""


class Group:
    """Rising claims with the same limits; the one nearest to its ceiling is the leader."""

    def __init__(self, claims: list[Claim]) -> None:
        """Order the claims by how far they may still rise."""
        self.claims = sorted(claims, key=lambda claim: claim.offer.ceiling - claim.minimum)

    @property
    def leader(self) -> Claim:
        """The claim that stops first."""
        return self.claims[0]


class Filling:
    """The rise of all claims above their minimums."""

    def __init__(self, ledger: Ledger, claims: list[Claim]) -> None:
        """Group the claims by what limits them."""
        self.ledger = ledger
        self.level = 0.0
        alike: dict[tuple[object, ...], list[Claim]] = {}
        for claim in claims:
            key = (claim.physical, claim.active, claim.circuits, claim.offer.share)
            alike.setdefault(key, []).append(claim)
        self.groups = [Group(members) for members in alike.values()]
        self._physical: Rates = [0] * 8
        self._active: Rates = [0] * 8
        self._circuits = {circuit: [0, 0, 0] for circuit in ledger.circuits.all}
        if ledger.unbalance is not None:
            ledger.unbalance.rising = [0, 0, 0]
        for group in self.groups:
            self._count(group.leader, len(group.claims))

    def longest_step(self) -> float:
        """Return by how much all can rise before one of them meets its ceiling or a limit."""
        step = min(
            group.leader.offer.ceiling - group.leader.minimum - self.level for group in self.groups
        )
        ledger = self.ledger
        step = min(step, _until_empty(ledger.physical, self._physical))
        if ledger.import_left is not None and self._physical[-1]:
            step = min(step, ledger.import_left / self._physical[-1])
        for circuit, rates in self._circuits.items():
            step = min(step, _until_empty(circuit.left, rates))
        step = min(step, self._until_unbalanced())
        pools = {group.leader.offer.share for group in self.groups}
        for pool in ledger.pools.made:
            if pool in pools:
                step = min(step, self._until_pool_is_empty(pool))
        return max(0.0, step)

    def rise(self, step: float) -> None:
        """Raise all by ``step`` A."""
        ledger = self.ledger
        self.level += step
        _lower(ledger.physical, self._physical, step)
        if ledger.import_left is not None:
            ledger.import_left -= step * self._physical[-1]
        for circuit, rates in self._circuits.items():
            _lower(circuit.left, rates, step)
        for pool in ledger.pools.made:
            _lower(pool.left, self._active, step)
        if ledger.unbalance is not None and ledger.unbalance.rising is not None:
            _lower(ledger.unbalance.most, ledger.unbalance.rising, -step)
            _lower(ledger.unbalance.least, ledger.unbalance.rising, -step)

    def stop_at_ceilings(self) -> None:
        """Stop the claims that have all they may have."""
        for group in self.groups:
            while group.claims:
                claim = group.leader
                if claim.offer.ceiling - claim.minimum - self.level > EPSILON:
                    break
                claim.current = claim.offer.ceiling
                self._count(claim, -1)
                del group.claims[0]
        self._forget_empty_groups()

    def stop(self, group: Group, bound: Bound, others: int) -> None:
        """Stop a whole group at a limit that it met together with ``others`` more claims."""
        self._count(group.leader, -len(group.claims))
        for claim in group.claims:
            claim.current = claim.minimum + self.level
            claim.bound = bound
            claim.others = others
        group.claims.clear()
        self._forget_empty_groups()

    def _forget_empty_groups(self) -> None:
        self.groups = [group for group in self.groups if group.claims]

    def _count(self, claim: Claim, number: int) -> None:
        """Add to the rates that ``number`` claims like this one rise."""
        for phases in PHASE_SETS:
            self._physical[phases] += number * COUNT[phases & claim.physical]
            self._active[phases] += number * COUNT[phases & claim.active]
        for phase in MEMBERS[claim.physical]:
            for circuit in claim.circuits:
                self._circuits[circuit][phase] += number
        unbalance = self.ledger.unbalance
        if unbalance is None or unbalance.rising is None or claim.physical == ALL_PHASES:
            return
        for phase in MEMBERS[claim.physical]:
            unbalance.rising[phase] += number

    def _until_unbalanced(self) -> float:
        unbalance = self.ledger.unbalance
        if unbalance is None or unbalance.rising is None:
            return float("inf")
        rising = unbalance.rising
        return min(
            (
                (unbalance.limit - unbalance.most[high] + unbalance.least[low])
                / (rising[high] - rising[low])
                for high in range(3)
                for low in range(3)
                if rising[high] > rising[low]
            ),
            default=float("inf"),
        )

    def _until_pool_is_empty(self, pool: Pool) -> float:
        """Return how far all can rise before a claim on the pool finds it empty.

        Phases that are overdrawn already take what others draw there from elsewhere, so they
        are looked through. A set that none of the pool's claims touches may be overdrawn.
        """
        worst = min(pool.left)
        deficit = pool.left.index(worst) if worst < 0 else 0
        touched = 0
        for group in self.groups:
            if group.leader.offer.share is pool:
                touched |= group.leader.active
        rates = self._active
        return min(
            (
                (pool.left[phases | deficit] - worst) / (rates[phases | deficit] - rates[deficit])
                for phases in PHASE_SETS
                if phases & touched and rates[phases | deficit] > rates[deficit]
            ),
            default=float("inf"),
        )


def _until_empty(left: list[float], rates: Rates) -> float:
    return min(
        (amount / rate for amount, rate in zip(left, rates, strict=True) if rate),
        default=float("inf"),
    )


def _lower(left: list[float], rates: Rates, step: float) -> None:
    for index, rate in enumerate(rates):
        left[index] -= rate * step
