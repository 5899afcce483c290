"""Whether a charger finds its fallback by itself."""

from .types import FallbackProof


class ProofOfFallback:
    """Withholds one renewal and watches the current fall."""

    def __init__(self) -> None:
        """Begin with a charger that has shown nothing yet."""
        self.state = FallbackProof.UNPROVED

    @property
    def withholds(self) -> bool:
        """Whether the renewal that is due must not be sent."""
        return self.state is FallbackProof.RUNNING

    def defers(self, current: float) -> bool:
        """Return whether a new set-point in A has to wait; one that cuts ends the proof."""
        return self.withholds and current > 0
