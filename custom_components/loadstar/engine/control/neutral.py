"""The neutral, which no meter shows: its current follows from the phases'."""

from collections.abc import Sequence
import math

from ..models import PhaseTriple
from .cutting import Cuts
from .deadband import round_down
from .steps import Step
from .triples import PHASES, add, on_phases, subtract
from .units import Unit


def can_see_neutral(step: Step) -> bool:
    """Tell whether the neutral's current follows from what is metered."""
    return step.site.num_phases == len(PHASES) and not step.picture.total_only


def neutral_current(currents: PhaseTriple) -> float:
    """Return the neutral's A of three phase currents 120° apart: √(a²+b²+c²-ab-bc-ca)."""
    a, b, c = currents
    return math.sqrt(max(0.0, a * a + b * b + c * c - a * b - b * c - c * a))


def highest_on(phase: str, currents: PhaseTriple, limit: float) -> float:
    """Return the highest A on ``phase``, the others as they are, that keeps the neutral's limit.

    Where no current does, the one that comes nearest to it.
    """
    own = PHASES.index(phase)
    b, c = (value for index, value in enumerate(currents) if index != own)
    middle = (b + c) / 2
    # a² - a(b+c) + b² + c² - bc = limit², solved for a
    rest = limit * limit - 3 * (b - c) ** 2 / 4
    return middle + math.sqrt(max(0.0, rest))


def expected_currents(grid: PhaseTriple, units: Sequence[Unit]) -> PhaseTriple:
    """Return the grid's signed A per phase once every charger draws what it counts at."""
    return add(grid, *(subtract(on_phases(u.active, u.counted), u.drawn) for u in units))


def neutral_cuts(
    units: Sequence[Unit], currents: PhaseTriple, limit: float, tolerance: float
) -> Cuts:
    """Return the set-points of single-phase chargers that bring the neutral under its limit.

    Those on the phase that imports most are cut, the last in the order of service first.
    """
    cuts: Cuts = {}
    for phase in sorted(PHASES, key=lambda phase: -currents[PHASES.index(phase)]):
        if neutral_current(currents) <= limit + tolerance:
            break
        need = currents[PHASES.index(phase)] - highest_on(phase, currents, limit)
        alone = [it for it in units if it.active == phase and it.set_point > 0 and not it.unruled]
        for unit in sorted(alone, key=lambda unit: unit.order, reverse=True):
            if need <= 0:
                break
            new = round_down(unit.set_point - need, unit.context.step_a)
            new = new if new >= unit.context.min_current else 0.0
            cuts[unit.charger_id] = new
            need -= unit.set_point - new
            currents = subtract(currents, on_phases(phase, unit.set_point - new))
    return cuts
