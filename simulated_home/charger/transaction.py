"""A running transaction of a charger."""

from dataclasses import dataclass

from .profile_store import ChargingSpan


@dataclass(slots=True, kw_only=True)
class Transaction:
    """A transaction; its id is unknown until the central system has answered."""

    id_tag: str
    start: float
    meter_start_wh: int
    transaction_id: int | None = None
    own_id: int = 0  # where the charger counts by itself

    @property
    def span(self) -> ChargingSpan:
        """What charging profiles need to know of it."""
        return ChargingSpan(start=self.start, transaction_id=self.transaction_id)
