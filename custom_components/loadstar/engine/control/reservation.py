"""What is kept for a charger that cannot be heard."""

from ..models import ConnectorStatus, PhaseTriple
from .triples import ZERO, above_zero, on_phases, subtract
from .types import FallbackProof
from .units import Unit

_WITHOUT_CAR = frozenset({ConnectorStatus.AVAILABLE, ConnectorStatus.UNAVAILABLE})
_MAY_START = frozenset({ConnectorStatus.PREPARING, ConnectorStatus.CHARGING})


def kept_for_silent(unit: Unit, now: float) -> PhaseTriple:
    """Return the A per site phase that an offline charger may still add to its draw.

    Its draw stands in the household already.
    """
    reading = unit.reading
    if reading.connected or (reading.session is None and reading.status in _WITHOUT_CAR):
        return ZERO
    most = _may_go_to(unit, now)
    return above_zero(subtract(on_phases(unit.physical, most), unit.memory.drawn))


def _may_go_to(unit: Unit, now: float) -> float:
    """Return the most A per phase that it may go to by itself.

    One that has shown that it finds its fallback holds its set-point until that must have
    run out, then the fallback alone. One that has not shown it may hold its set-point
    without end, and one that has shown the opposite may do anything.
    """
    reading, obedience = unit.reading, unit.memory.obedience
    failed = reading.fallback_proof is FallbackProof.FAILED or not reading.controlled
    untrusted = failed or obedience.on_parole or obedience.rules_itself
    if reading.session is None and unit.set_point <= 0:
        return unit.most if untrusted and reading.status in _MAY_START else 0.0
    if untrusted:
        return unit.most
    if reading.fallback_proof is FallbackProof.UNPROVED:
        return max(reading.fallback_current, unit.set_point, reading.accepted_current or 0.0)
    if reading.fallback_due is not None and now < reading.fallback_due:
        return max(reading.fallback_current, unit.set_point)
    return reading.fallback_current
