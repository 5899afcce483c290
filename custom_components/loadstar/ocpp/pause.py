"""Pausing a charger that cannot be paused with 0 A: its session ends, and another goes on."""

from .memory import ConnectorMemory

_PAUSED = "paused"
# what a charger says when a session has ended and the car is still there
_STILL_THERE = "Finishing"
_WAITING = "Preparing"
_GONE = "Available"


class PauseByStop:
    """Remembers whose session was ended, until another begins or the car leaves."""

    def __init__(self, memory: ConnectorMemory) -> None:
        """Go on with what was paused before a restart."""
        self._memory = memory

    def begin(self, id_tag: str | None) -> None:
        """Note that the charger ends the session of ``id_tag`` on our behalf."""
        self._memory.put(_PAUSED, id_tag or "")

    def end(self) -> None:
        """Note that a session has begun."""
        self._memory.put(_PAUSED, None)

    def shown(self, status: str) -> str:
        """Return the status to show: a paused car waits, whatever its charger calls that."""
        if status == _GONE:
            self.end()
        is_paused = self._memory.get(_PAUSED) is not None
        return _WAITING if is_paused and status == _STILL_THERE else status

    def id_tag(self, default: str) -> str:
        """Return whom to start a session for."""
        return self._memory.get(_PAUSED) or default
