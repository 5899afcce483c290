"""What control decides for a charger, and why."""

from dataclasses import dataclass

from ..models import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Decision:
    """A set-point in A, the reason for it, and whether it is a cut for safety."""

    current: float
    reason: Reason
    urgent: bool = False


def waiting(code: ReasonCode, seconds: float) -> Reason:
    """Return a reason that ends after some seconds."""
    return Reason(code, {"seconds": float(round(max(0.0, seconds)))})
