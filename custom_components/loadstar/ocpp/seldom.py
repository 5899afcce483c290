"""Say it aloud once, not every second."""

from collections.abc import Callable
import logging

SILENCE_S = 300.0


class Seldom:
    """Remembers what was said lately; what is said again is for debugging."""

    def __init__(self, clock: Callable[[], float], most: int | None = None) -> None:
        """Say at most ``most`` different things aloud in a while."""
        self._clock = clock
        self._most = most
        self._said: dict[tuple[str, ...], float] = {}

    def level(self, *what: str) -> int:
        """Return the level at which to log ``what``."""
        now = self._clock()
        self._said = {said: at for said, at in self._said.items() if now - at < SILENCE_S}
        if what in self._said or len(self._said) == self._most:
            return logging.DEBUG
        self._said[what] = now
        return logging.WARNING
