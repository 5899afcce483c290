"""Arithmetic on one value per site phase, and what counts as a measured current."""

from collections.abc import Callable
import math

from ..models import PhaseTriple
from .types import PhaseReading

ZERO: PhaseTriple = (0.0, 0.0, 0.0)
PHASES = "ABC"
ABSURD_A = 500.0
_NOISE_BELOW_ZERO_A = 1.0


def add(*triples: PhaseTriple) -> PhaseTriple:
    """Return the sum per phase."""
    a, b, c = (sum(values) for values in zip(*triples, strict=True))
    return (a, b, c)


def subtract(left: PhaseTriple, right: PhaseTriple) -> PhaseTriple:
    """Return ``left`` less ``right`` per phase."""
    return (left[0] - right[0], left[1] - right[1], left[2] - right[2])


def scale(triple: PhaseTriple, factor: float) -> PhaseTriple:
    """Return every value times ``factor``."""
    return (triple[0] * factor, triple[1] * factor, triple[2] * factor)


def above_zero(triple: PhaseTriple) -> PhaseTriple:
    """Return every value, at least 0."""
    return (max(0.0, triple[0]), max(0.0, triple[1]), max(0.0, triple[2]))


def each(
    choose: Callable[[float, float], float], left: PhaseTriple, right: PhaseTriple
) -> PhaseTriple:
    """Return what ``choose`` makes of every phase's two values."""
    return (choose(left[0], right[0]), choose(left[1], right[1]), choose(left[2], right[2]))


def on_phases(mask: str, value: float) -> PhaseTriple:
    """Return ``value`` on the phases of ``mask`` and 0 on the others."""
    a, b, c = (value if phase in mask else 0.0 for phase in PHASES)
    return (a, b, c)


def over_phases(triple: PhaseTriple, mask: str) -> float:
    """Return the sum over the phases of ``mask``."""
    return sum(value for phase, value in zip(PHASES, triple, strict=True) if phase in mask)


def read_phases(reading: PhaseReading, phases: int) -> PhaseTriple | None:
    """Return the first ``phases`` currents of a meter, or None where one cannot be a current."""
    values = (reading.values[0],) * 3 if reading.total_only else reading.values
    known = [it for it in values[:phases] if it is not None and _possible(it, -ABSURD_A)]
    if len(known) < phases:
        return None
    a, b, c = (*known, 0.0, 0.0)[:3]
    return (a, b, c)


def believable_draw(
    currents: tuple[float | None, float | None, float | None],
) -> PhaseTriple | None:
    """Return a charger's L1, L2, L3 in A, terminals without a value as 0.

    None where it says nothing, or where a value cannot be a draw.
    """
    known = [value for value in currents if value is not None]
    if not known or not all(_possible(value, -_NOISE_BELOW_ZERO_A) for value in known):
        return None
    l1, l2, l3 = (max(0.0, value or 0.0) for value in currents)
    return (l1, l2, l3)


def _possible(value: float, lowest: float) -> bool:
    return math.isfinite(value) and lowest <= value <= ABSURD_A
