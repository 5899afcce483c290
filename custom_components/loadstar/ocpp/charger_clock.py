"""How far a charger's clock is from ours."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

SAMPLES = 5


class ChargerClock:
    """The median of the latest differences; one late message does not move it."""

    def __init__(self, utcnow: Callable[[], datetime]) -> None:
        """Compare with ``utcnow``."""
        self._utcnow = utcnow
        self._offsets_s: deque[float] = deque(maxlen=SAMPLES)

    @property
    def offset_s(self) -> float | None:
        """Charger less ours in s, or None before the first time stamp."""
        return median(self._offsets_s) if self._offsets_s else None

    def saw(self, timestamp: Any) -> None:
        """Learn from a time stamp that the charger has just made."""
        told = parse_timestamp(timestamp)
        if told is not None:
            self._offsets_s.append((told - self._utcnow()).total_seconds())

    def reset(self) -> None:
        """Forget everything: the charger has just been told the time."""
        self._offsets_s.clear()

    def now(self) -> datetime:
        """Return the charger's own time."""
        now = self._utcnow()
        try:
            return now + timedelta(seconds=self.offset_s or 0.0)
        except OverflowError:
            return now

    def to_ours(self, timestamp: Any) -> datetime:
        """Return when a charger's time stamp was, never later than now."""
        now = self._utcnow()
        told = parse_timestamp(timestamp)
        if told is None:
            return now
        try:
            return min(now, told - timedelta(seconds=self.offset_s or 0.0))
        except OverflowError:
            return now


def parse_timestamp(timestamp: Any) -> datetime | None:
    """Return an ISO 8601 time as UTC; None where it has no zone, so means nothing."""
    if not isinstance(timestamp, str):
        return None
    try:
        parsed = datetime.fromisoformat(timestamp)
        return parsed.astimezone(UTC) if parsed.tzinfo is not None else None
    except ValueError, OverflowError:
        return None
