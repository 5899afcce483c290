"""Every limit that set-points must respect, each with what its meter shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..models import PhaseTriple, ReasonCode, SiteContext
from .picture import Picture
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
    weights: Mapping[str, int]  # charger id → on how many of the phases it counts
    drawn: float  # A of the level that these chargers draw
    spared: float = 0.0  # A that are kept for chargers that cannot be heard

    def weight(self, unit: Unit) -> int:
        """Return on how many of its phases a charger counts."""
        return self.weights.get(unit.charger_id, 0)

    def expected(self, units: Iterable[Unit]) -> float:
        """Return what will flow once every charger draws what it counts at, in A."""
        weights = self.weights
        told = sum(
            [weights[it.charger_id] * it.counted for it in units if it.charger_id in weights]
        )
        return self.level + self.spared + told - self.drawn

    def is_over(self, excess: float, tolerance: float) -> bool:
        """Tell whether ``excess`` A is an overload; ``tolerance`` A on each phase are none."""
        return excess > tolerance * len(self.phases) + _ROUNDING


def site_limits(
    site: SiteContext, units: Sequence[Unit], grid: PhaseTriple, total: float, spared: PhaseTriple
) -> list[Limit]:
    """Return the breaker of every phase and the import limit.

    ``grid`` is signed A per phase, ``total`` their sum as metered.
    """
    present = PHASES[: site.num_phases]
    limits = []
    for index, phase in enumerate(present):
        on_phase = [unit for unit in units if phase in unit.physical]
        limits.append(
            Limit(
                key=phase,
                phases=phase,
                most=site.main_breaker_rating,
                level=grid[index],
                code=ReasonCode.LIMITED_BY_PHASE,
                weights={unit.charger_id: 1 for unit in on_phase},
                drawn=sum(unit.drawn[index] for unit in on_phase),
                spared=spared[index],
            )
        )
    if site.max_import_power is not None:
        limits.append(
            Limit(
                key="import",
                phases=present,
                most=site.max_import_power / site.voltage,
                level=total,
                code=ReasonCode.LIMITED_BY_IMPORT,
                weights={unit.charger_id: unit.on(present) for unit in units},
                drawn=sum(sum(unit.drawn) for unit in units),
                spared=sum(spared),
            )
        )
    return limits


def circuit_limits(site: SiteContext, units: Sequence[Unit], picture: Picture) -> list[Limit]:
    """Return the limit of every circuit on every phase."""
    limits = []
    for circuit in site.circuits:
        key = circuit.circuit_id
        members = picture.members[key]
        within = [unit for unit in units if unit.charger_id in members]
        spared = picture.spared_for(members)
        for index, phase in enumerate(PHASES[: site.num_phases]):
            on_phase = [unit for unit in within if phase in unit.physical]
            metered = picture.circuit_drawn.get(key)
            drawn = sum(unit.drawn[index] for unit in on_phase)
            limits.append(
                Limit(
                    key=f"{key}/{phase}",
                    phases=phase,
                    most=circuit.limit,
                    level=picture.circuit_levels[key][index],
                    code=ReasonCode.LIMITED_BY_CIRCUIT,
                    weights={unit.charger_id: 1 for unit in on_phase},
                    # the circuit's own meter knows better than the site's
                    drawn=drawn if metered is None else metered[index],
                    spared=spared[index],
                )
            )
    return limits


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
