"""What is left while currents are handed out."""

from collections.abc import Iterator

from ..models import ReasonCode
from .battery import Battery
from .circuits import CircuitTree
from .claims import Bound, Claim
from .cleaning import CleanSite
from .limits import EPSILON, by_set, narrowest, take
from .phases import COUNT
from .pools import Pool, PoolKind, Pools, import_left, physical_limits, working_output
from .unbalance import Unbalance

_POOL_CODES = {
    PoolKind.SOLAR: ReasonCode.SOLAR_SHARE,
    PoolKind.OWN: ReasonCode.SOLAR_SHARE,
    PoolKind.EXPORT: ReasonCode.EXCESS_SHARE,
    PoolKind.EXCESS: ReasonCode.EXCESS_SHARE,
    PoolKind.SURPLUS: ReasonCode.EXCESS_SHARE,
}


class Ledger:
    """Every limit of the site, less what chargers have been given."""

    def __init__(self, site: CleanSite, battery: Battery, circuits: CircuitTree) -> None:
        """Start with nothing given."""
        output = working_output(site, battery)
        self.physical = by_set(physical_limits(site, output))
        self.available = tuple(self.physical)
        self.import_left = import_left(site, output)
        self.circuits = circuits
        self.pools = Pools(site, battery)
        self.unbalance = None if site.max_unbalance is None else Unbalance(site.max_unbalance)

    @property
    def balanced(self) -> bool:
        """Whether one- and two-phase chargers keep the phases near enough to each other."""
        return self.unbalance is None or self.unbalance.allowed

    def tightest(self, claim: Claim, pool: Pool | None, *, judge_unbalance: bool = True) -> Bound:
        """Return by how much a charger can rise, drawing on ``pool``, and what stops it."""
        rise, phases = narrowest(self.physical, claim.physical)
        tightest = Bound(rise, ReasonCode.LIMITED_BY_PHASE, phases)
        for bound in self._further_bounds(claim, pool, rise - EPSILON):
            if bound.rise < tightest.rise - EPSILON and (
                judge_unbalance or bound.code is not ReasonCode.LIMITED_BY_UNBALANCE
            ):
                tightest = bound
        return tightest

    def _further_bounds(self, claim: Claim, pool: Pool | None, below: float) -> Iterator[Bound]:
        """Yield what else stops a charger from rising by ``below`` A."""
        load = claim.physical
        for circuit in claim.circuits:
            left, phase = circuit.tightest(load)
            if left < below:
                yield Bound(left, ReasonCode.LIMITED_BY_CIRCUIT, 1 << phase, circuit)
        if self.import_left is not None and (left := self.import_left / COUNT[load]) < below:
            yield Bound(left, ReasonCode.LIMITED_BY_IMPORT, load)
        if self.unbalance is not None and (tilt := self.unbalance.tightest(load)) is not None:
            left, phase = tilt
            yield Bound(left, ReasonCode.LIMITED_BY_UNBALANCE, 1 << phase)
        if pool is not None:
            left, phases = narrowest(pool.spare, claim.active)
            if left < below:
                yield Bound(left, _POOL_CODES[pool.kind], phases)

    def take(self, claim: Claim, current: float) -> None:
        """Give ``current`` A more per phase; a sleeping car takes no sun."""
        load = claim.physical
        take(self.physical, load, current)
        if self.import_left is not None:
            self.import_left -= COUNT[load] * current
        for circuit in claim.circuits:
            circuit.take(load, current)
        if self.unbalance is not None:
            self.unbalance.take(load, current, asleep=claim.asleep)
        if not claim.asleep:
            for pool in self.pools.made:
                take(pool.left, claim.active, current)
