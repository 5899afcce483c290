"""Every limit that set-points must respect, each with what its meter shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..models import PhaseTriple, ReasonCode, SiteContext
from .triples import PHASES
from .units import Unit

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit in A on the sum over ``phases``, and the A that flow now."""

    key: str
    phases: str
    most: float
    level: float
    code: ReasonCode
    members: frozenset[str] | None = None  # charger ids; None: all
    spared: float = 0.0  # A that are kept for chargers that cannot be heard
    # A of the level that chargers draw, by the limit's own meter; None: as the site's says
    drawn: float | None = None

    def weight(self, unit: Unit) -> int:
        """Return on how many of its phases a charger counts."""
        if self.members is not None and unit.charger_id not in self.members:
            return 0
        return unit.on(self.phases)

    def expected(self, units: Iterable[Unit]) -> float:
        """Return what will flow once every charger draws its set-point, in A."""
        weighed = [(weight, unit) for unit in units if (weight := self.weight(unit))]
        drawn = self.drawn
        if drawn is None:
            drawn = sum(unit.drawn_on(self.phases) for _, unit in weighed)
        told = sum(weight * unit.set_point for weight, unit in weighed)
        return self.level + self.spared + told - drawn

    def is_over(self, excess: float, tolerance: float) -> bool:
        """Tell whether ``excess`` A is an overload; ``tolerance`` A on each phase are none."""
        return excess > tolerance * len(self.phases) + _ROUNDING


def site_limits(
    site: SiteContext, grid: PhaseTriple, total: float, spared: PhaseTriple
) -> list[Limit]:
    """Return the breaker of every phase and the import limit.

    ``grid`` is signed A per phase, ``total`` their sum as metered.
    """
    limits = [
        Limit(
            key=phase,
            phases=phase,
            most=site.main_breaker_rating,
            level=grid[index],
            spared=spared[index],
            code=ReasonCode.LIMITED_BY_PHASE,
        )
        for index, phase in enumerate(PHASES[: site.num_phases])
    ]
    if site.max_import_power is not None:
        limits.append(
            Limit(
                key="import",
                phases=PHASES[: site.num_phases],
                most=site.max_import_power / site.voltage,
                level=total,
                spared=sum(spared),
                code=ReasonCode.LIMITED_BY_IMPORT,
            )
        )
    return limits


def circuit_limits(
    site: SiteContext,
    levels: Mapping[str, PhaseTriple],
    drawn: Mapping[str, PhaseTriple],
    members: Mapping[str, frozenset[str]],
    spared: Mapping[str, PhaseTriple],
) -> list[Limit]:
    """Return the limit of every circuit on every phase.

    ``levels`` are A with its chargers, ``drawn`` what these draw of it where it has a meter.
    """
    return [
        Limit(
            key=f"{circuit.circuit_id}/{phase}",
            phases=phase,
            most=circuit.limit,
            level=levels[circuit.circuit_id][index],
            spared=spared[circuit.circuit_id][index],
            drawn=drawn[circuit.circuit_id][index] if circuit.circuit_id in drawn else None,
            code=ReasonCode.LIMITED_BY_CIRCUIT,
            members=members[circuit.circuit_id],
        )
        for circuit in site.circuits
        for index, phase in enumerate(PHASES[: site.num_phases])
    ]


def circuit_members(site: SiteContext, units: Sequence[Unit]) -> dict[str, frozenset[str]]:
    """Return the chargers behind every circuit, through all circuits below it."""
    parents = {circuit.circuit_id: circuit.parent for circuit in site.circuits}
    members: dict[str, set[str]] = {circuit_id: set() for circuit_id in parents}
    for unit in units:
        passed: set[str] = set()
        circuit_id = unit.context.circuit
        while circuit_id in parents and circuit_id not in passed:
            members[circuit_id].add(unit.charger_id)
            passed.add(circuit_id)
            circuit_id = parents[circuit_id]
    return {circuit_id: frozenset(ids) for circuit_id, ids in members.items()}
