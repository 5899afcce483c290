"""What a charger asks for and what it has been given so far."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..models import ChargerContext, Reason, ReasonCode
from .circuits import CircuitLeft
from .pools import Pool


class Bound(NamedTuple):
    """The limit that lets a charger rise least."""

    rise: float  # A per phase
    code: ReasonCode
    phases: int  # the set (bits) that is full
    circuit: CircuitLeft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a charging mode lets a charger have."""

    rank: int  # order of service
    ceiling: float  # A
    cover: Pool | None = None  # must have the minimum; None: the minimum is guaranteed
    share: Pool | None = None  # must have what goes beyond the minimum
    gate: Pool | None = None  # must not be empty for a start
    # why there is no more than the ceiling, where it is not the charger's own maximum
    reason: Reason | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Claim:
    """A charger that takes part."""

    charger: ChargerContext
    offer: Offer
    minimum: float
    maximum: float
    physical: int  # phases that breakers, circuits and unbalance count
    active: int  # phases that the sun is counted on
    circuits: tuple[CircuitLeft, ...]
    current: float = 0.0
    admitted: bool = False
    bound: Bound | None = None  # what stopped it; None: its ceiling
    others: int = field(default=0)  # how many more the same limit stopped in the same step

    @property
    def asleep(self) -> bool:
        """Whether its minimum is kept for a car that draws nothing."""
        return self.charger.suspended

    @property
    def order(self) -> tuple[int, float, str, str]:
        """Its place in the order of service."""
        charger = self.charger
        return (self.offer.rank, charger.priority, charger.charger_id, charger.entity_id)

    @property
    def possible(self) -> bool:
        """Whether its own limits let it run at all."""
        return self.offer.ceiling >= self.minimum
