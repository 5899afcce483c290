"""What a charger measured, whichever OCPP version said it."""

from dataclasses import dataclass

type Triple = tuple[float | None, float | None, float | None]

UNMEASURED: Triple = (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The values of one message; None is what it did not say."""

    currents: Triple | None = None  # A on L1-L3
    power_w: float | None = None
    energy_kwh: float | None = None  # meter register
    soc_percent: float | None = None


def largest(currents: Triple) -> float | None:
    """Return the largest phase current in A, or None where none was measured."""
    return max((current for current in currents if current is not None), default=None)
