"""How far a charger's clock is from ours."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

# chargers whose clock was never set say year 1 or 1970; no profile could be dated by such
EARLIEST = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
SAMPLES = 5
AGREEMENT_S = 3.0
# meter values may be this late for as long as they come; beyond it the clock is off
LATE_S = 60.0


class ChargerClock:
    """Learns the difference that two of the latest messages agree on.

    A message can come late and its clock then seems to be behind; after a time
    offline many do, each with a delay of its own. So the largest difference on
    which two agree is taken, and where none do, the last one stands. Meter values
    that are always late agree as well, so they do not lower it by little.
    """

    def __init__(self, utcnow: Callable[[], datetime]) -> None:
        """Compare with ``utcnow``."""
        self._utcnow = utcnow
        self._samples_s: deque[tuple[float, bool]] = deque(maxlen=SAMPLES)  # and if measured
        self._agreed = False
        self.offset_s: float | None = None  # charger less ours; None before any time stamp

    def saw(self, timestamp: Any, *, measured: bool = False) -> None:
        """Learn from a time stamp that the charger has just made, or of what it ``measured``."""
        told = parse_timestamp(timestamp)
        if told is None:
            return
        self._samples_s.append(((told - self._utcnow()).total_seconds(), measured))
        falling = sorted(self._samples_s, reverse=True)
        for (larger, is_late), (smaller, also_late) in pairwise(falling):
            if larger - smaller <= AGREEMENT_S:
                self.offset_s = self._but_for_lateness(larger) if is_late and also_late else larger
                self._agreed = True
                return
        if not self._agreed:
            self.offset_s = falling[0][0]

    def age_s(self, timestamp: Any) -> float:
        """Return how long ago a charger's time stamp was; 0 where its clock is not known well."""
        told = parse_timestamp(timestamp)
        if told is None or self.offset_s is None or not self._agreed:
            return 0.0
        return max(0.0, (self.now() - told).total_seconds())

    def reset(self) -> None:
        """Forget everything: the charger has just been told the time."""
        self._samples_s.clear()
        self._agreed = False
        self.offset_s = None

    def _but_for_lateness(self, offset_s: float) -> float:
        """Return the offset that meter values alone agree on, or one that they are late to."""
        told = [sample_s for sample_s, measured in self._samples_s if not measured]
        if self._agreed and self.offset_s is not None:
            told.append(self.offset_s)
        return max(
            (other_s for other_s in told if 0 < other_s - offset_s <= LATE_S), default=offset_s
        )

    def now(self) -> datetime:
        """Return the charger's own time."""
        return self._utcnow() + timedelta(seconds=self.offset_s or 0.0)

    def to_ours(self, timestamp: Any) -> datetime:
        """Return when a charger's time stamp was, never later than now."""
        now = self._utcnow()
        told = parse_timestamp(timestamp)
        if told is None:
            return now
        return min(now, told - timedelta(seconds=self.offset_s or 0.0))


def parse_timestamp(timestamp: Any) -> datetime | None:
    """Return an ISO 8601 time as UTC; None where it has no zone or no clock ever showed it."""
    if not isinstance(timestamp, str):
        return None
    try:
        parsed = datetime.fromisoformat(timestamp)
        told = parsed.astimezone(UTC) if parsed.tzinfo is not None else None
    except ValueError, OverflowError:
        return None
    return told if told is not None and EARLIEST <= told <= LATEST else None
