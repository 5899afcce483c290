"""How many messages a charger may send."""

from collections.abc import Callable

MESSAGES_PER_S = 50.0
# a charger that was offline empties its queue at once
BURST = 250.0


class FloodGuard:
    """A bucket of tokens, one per message, filled at the allowed rate."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start full."""
        self._clock = clock
        self._tokens = BURST
        self._at = clock()

    def allows(self) -> bool:
        """Count one message; return whether it is still within the rate."""
        now = self._clock()
        self._tokens = min(BURST, self._tokens + (now - self._at) * MESSAGES_PER_S)
        self._at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
