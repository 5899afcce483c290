"""Ids of transactions: one row of numbers for all stations."""

from collections.abc import Callable
from datetime import UTC, datetime

# ids count from here in seconds: unique even when the storage was lost, and within 32 bits
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class TransactionIds:
    """Hands out ids that no station has had before."""

    def __init__(self, utcnow: Callable[[], datetime]) -> None:
        """Begin at the present second."""
        self._utcnow = utcnow
        self._last = 0

    def seen(self, transaction_id: int) -> None:
        """Stay above an id that was handed out before a restart."""
        self._last = max(self._last, transaction_id)

    def next(self) -> int:
        """Return a new id."""
        seconds = int((self._utcnow() - _EPOCH).total_seconds())
        self._last = max(self._last + 1, seconds)
        return self._last
