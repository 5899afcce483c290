"""What the inverter gives to the phases."""

from dataclasses import dataclass

from ..models import PhaseLimits, PhaseTriple
from .cleaning import CleanSite, Inverter
from .limits import at_most, fixed, pooled
from .phases import COUNT


@dataclass(frozen=True, slots=True)
class Output:
    """An inverter's output in A: what every set of phases can have of it, and its sum."""

    limits: PhaseLimits
    total: float


def inverter_output(site: CleanSite, *, discharge: float = 0.0, charge: float = 0.0) -> Output:
    """Return PV plus battery discharge less battery charge (A over all phases).

    Where production is measured per phase it stays on its phases, also behind an asymmetric
    inverter. An asymmetric inverter that charges the battery from the grid may draw all of it
    from any one phase, so each phase is taken to bear it.
    """
    if site.solar_phases is not None:
        return _measured_output(site, site.solar_phases, discharge, charge)
    inverter = site.inverter
    net = min(site.solar + discharge - charge, inverter.total)
    if inverter.asymmetric:
        if net < 0:
            return Output(fixed(_each(inverter, -min(-net, inverter.per_phase))), net)
        limits = pooled(_each(inverter, inverter.per_phase), net)
        return Output(limits, limits.abc)
    limits = fixed(_equal_parts(inverter, net))
    return Output(limits, limits.abc)


def _measured_output(
    site: CleanSite, production: PhaseTriple, discharge: float, charge: float
) -> Output:
    inverter = site.inverter
    if not inverter.asymmetric:
        limits = fixed(production) + fixed(_equal_parts(inverter, discharge - charge))
        return Output(limits, limits.abc)
    kept = site.solar - charge
    if kept < 0:
        drawn = fixed(_each(inverter, -min(-kept, inverter.per_phase)))
        return Output(drawn, kept)
    a, b, c = production
    spare = _each(inverter, inverter.per_phase)
    free = (max(0.0, spare[0] - a), max(0.0, spare[1] - b), max(0.0, spare[2] - c))
    limits = at_most(fixed(production), kept) + pooled(free, discharge)
    return Output(limits, limits.abc)


def _equal_parts(inverter: Inverter, power: float) -> PhaseTriple:
    return _each(inverter, min(power / COUNT[inverter.phases], inverter.per_phase))


def _each(inverter: Inverter, current: float) -> PhaseTriple:
    phases = inverter.phases
    return (
        current if phases & 1 else 0.0,
        current if phases & 2 else 0.0,
        current if phases & 4 else 0.0,
    )
