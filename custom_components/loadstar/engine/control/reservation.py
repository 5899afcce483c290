"""What is kept for a charger that cannot be heard."""

from ..models import ConnectorStatus, PhaseTriple
from .triples import ZERO, on_phases, subtract
from .units import Unit

_WITHOUT_CAR = frozenset({ConnectorStatus.AVAILABLE, ConnectorStatus.UNAVAILABLE})


def kept_for_silent(unit: Unit, now: float) -> PhaseTriple:
    """Return the A per site phase that an offline charger may still add to its draw.

    Its draw stands in the household already. Until its set-point must have run out
    it may go up to that or to its fallback, afterwards to its fallback alone.
    """
    reading = unit.reading
    if reading.connected or (reading.session is None and reading.status in _WITHOUT_CAR):
        return ZERO
    if reading.session is None and unit.set_point <= 0:
        return ZERO
    most = reading.fallback_current
    if reading.fallback_due is not None and now < reading.fallback_due:
        most = max(most, unit.set_point)
    spared = subtract(on_phases(unit.physical, most), unit.memory.drawn)
    return (max(0.0, spared[0]), max(0.0, spared[1]), max(0.0, spared[2]))
