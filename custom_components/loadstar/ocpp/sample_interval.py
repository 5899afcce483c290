"""How often a charger measures."""

from collections import deque

_SAME_S = 1.0  # messages that a charger splits one sample into


class SampleInterval:
    """The longest of the latest gaps between values."""

    def __init__(self) -> None:
        """Begin without any value."""
        self._gaps_s: deque[float] = deque(maxlen=3)
        self._last_at: float | None = None

    def measured(self, at: float) -> None:
        """Note a value that was measured at ``at``."""
        if self._last_at is None:
            self._last_at = at
        elif at - self._last_at >= _SAME_S:
            self._gaps_s.append(at - self._last_at)
            self._last_at = at

    def clear(self) -> None:
        """Begin anew: the charger was away, or measured nothing for a while."""
        self._gaps_s.clear()
        self._last_at = None

    @property
    def seconds(self) -> float | None:
        """The interval in s; None before two values."""
        return max(self._gaps_s, default=None)
