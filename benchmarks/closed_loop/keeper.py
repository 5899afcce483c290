"""What a charger is written while it is held to a current."""

from dataclasses import dataclass


@dataclass(slots=True)
class Writes:
    """SetChargingProfile messages: because the current changed, or before it runs out."""

    changes: int = 0
    renewals: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.changes + self.renewals


class Keeper:
    """Sends a current when it changes and again at half its life."""

    def __init__(self, life_s: float) -> None:
        """Begin with nothing sent."""
        self.writes = Writes()
        self.current_a = 0.0
        self._renew_after_s = life_s / 2.0
        self._sent_at: float | None = None

    def hold(self, current_a: float, now: float) -> None:
        """Hold to ``current_a``; writes while the charger pauses are not counted."""
        pauses = current_a == self.current_a == 0
        if current_a != self.current_a or self._sent_at is None:
            self.writes.changes += not pauses
        elif now >= self._sent_at + self._renew_after_s:
            self.writes.renewals += not pauses
        else:
            return
        self.current_a = current_a
        self._sent_at = now
