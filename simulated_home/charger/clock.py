"""A charger's own clock."""

from collections.abc import Callable
from datetime import UTC, datetime
import time


class Clock:
    """Seconds since 1970 by a clock that may run fast and be put forward."""

    def __init__(
        self, source: Callable[[], float] = time.time, *, speed: float = 1.0, offset_s: float = 0.0
    ) -> None:
        """Follow ``source`` at ``speed``, ``offset_s`` ahead of it."""
        self._source = source
        self._speed = speed
        self._source_base = source()
        self._base = self._source_base + offset_s

    def now(self) -> float:
        """Return the charger's time."""
        return self._base + (self._source() - self._source_base) * self._speed

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on."""
        self._base, self._source_base = self.now(), self._source()
        self._speed = speed

    def skip(self, seconds: float) -> None:
        """Put the clock forward."""
        self._base += seconds


def to_iso(now: float) -> str:
    """Write a time as OCPP does."""
    return (
        datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def from_iso(text: str) -> float:
    """Read a time as OCPP writes it; one without a zone is UTC."""
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
