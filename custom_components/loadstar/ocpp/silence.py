"""Whether a charger that is connected answers what it is told."""

from collections.abc import Callable
import logging

# by then a connection that is merely dead has failed its pings
TIMES = 3


class Silence:
    """Counts what was left unanswered in a row."""

    def __init__(self, level: Callable[[], int]) -> None:
        """Nothing was asked yet; ``level`` says how loud a silence that begins may be."""
        self._level = level
        self._times = 0

    def goes_on(self) -> int:
        """Count once more; return the level at which to log it."""
        self._times += 1
        # one that answers now and then begins a silence each time
        return self._level() if self._times == 1 else logging.DEBUG

    def ends(self) -> None:
        """Note that something was answered, or is no longer asked."""
        self._times = 0

    @property
    def is_lasting(self) -> bool:
        """Return whether it is worth the user's attention."""
        return self._times >= TIMES
