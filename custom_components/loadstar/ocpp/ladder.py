"""Climbing through the forms of a set-point until a charger takes one."""

from collections.abc import Callable, Sequence

from .memory import ConnectorMemory
from .rung import Rung
from .timing import Timing

_FOUND = "rung"

# tries before the next form: a charger may not know yet a transaction that it has just
# begun, and one that took this form before may refuse for a session that is ending
_TRIES_FIRST = 2
_TRIES_FOUND = 3


def found_rung(memory: ConnectorMemory) -> Rung | None:
    """Return the form that a connector took last, as far as that is known."""
    found = memory.get(_FOUND)
    return next((rung for rung in Rung if rung == found), None)


class Ladder:
    """Finds the form that a connector takes, and remembers it."""

    def __init__(self, memory: ConnectorMemory, clock: Callable[[], float], timing: Timing) -> None:
        """Begin with what ``memory`` says was taken before."""
        self._memory = memory
        self._clock = clock
        self._timing = timing
        self._given_up: set[Rung] = set()
        self._tries = 0  # of the form that is being tried
        self._refused_at: float | None = None  # the last refusal that counted
        self._restart_at: float | None = None  # once every form was refused

    @property
    def found(self) -> Rung | None:
        """The form that was taken last, by the charger as it is now."""
        return found_rung(self._memory)

    @property
    def is_exhausted(self) -> bool:
        """Return whether every form was refused, and it is too early to begin again."""
        return self._restart_at is not None

    def choose(self, offered: Sequence[Rung]) -> Rung:
        """Return the form to try now: what worked before, else the next in line."""
        if self._restart_at is not None and self._clock() >= self._restart_at:
            self.restart()
        order = self._order(offered)
        return next((rung for rung in order if rung not in self._given_up), order[0])

    def restart(self) -> None:
        """Begin again: for another transaction, after a boot, and every now and then."""
        self._given_up.clear()
        self._tries = 0
        self._refused_at = self._restart_at = None

    def taken(self, rung: Rung) -> None:
        """Remember what the charger took."""
        self._memory.put(_FOUND, rung)
        self.restart()

    def refused(self, rung: Rung, offered: Sequence[Rung]) -> None:
        """Note a refusal; one on the heels of another says nothing new."""
        now = self._clock()
        hasty = self._refused_at is not None and now - self._refused_at < self._timing.second_try_s
        if self.is_exhausted or hasty:
            return
        self._refused_at = now
        self._tries += 1
        if self._tries < self._patience(rung, offered):
            return
        self._tries = 0
        self._given_up.add(rung)
        if self._given_up >= set(offered):
            self._restart_at = now + self._timing.ladder_retry_s

    def _order(self, offered: Sequence[Rung]) -> list[Rung]:
        found = self.found
        return sorted(offered, key=lambda rung: rung is not found)

    def _patience(self, rung: Rung, offered: Sequence[Rung]) -> int:
        if rung is self.found:
            return _TRIES_FOUND
        return _TRIES_FIRST if rung is self._order(offered)[0] else 1
