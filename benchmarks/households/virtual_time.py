"""An event loop whose time passes as fast as there is work."""

import asyncio
from collections.abc import Coroutine
import selectors
from typing import Any, override


class _NeverWaits(selectors.DefaultSelector):
    """Lets the loop's own time pass instead of waiting for the network."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            message = "nothing is scheduled: the simulation would wait for ever"
            raise RuntimeError(message)
        self.now += timeout
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs callbacks in their order; its clock begins at 0 s and jumps to the next one's time.

    Nothing in it may wait for the outside: no sockets, no threads.
    """

    def __init__(self) -> None:
        """Begin at 0 s."""
        self._waiting = _NeverWaits()
        super().__init__(self._waiting)

    @override
    def time(self) -> float:
        return self._waiting.now


def run_in_virtual_time[T](work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end and return its result."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
