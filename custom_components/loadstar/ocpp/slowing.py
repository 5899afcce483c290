"""Those who fail to come in wait longer each time for their refusal."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from websockets.asyncio.server import ServerConnection

MEMORY_S = 600.0
MAX_REMEMBERED = 400
# over it refusals are not held back any more: they would hold sockets
MAX_WAITING = 64


@dataclass(slots=True)
class _Failures:
    count: int
    last_at: float


class Slowing:
    """Counts failures by address and by id, for a while and in bounded memory."""

    def __init__(self, clock: Callable[[], float], delays_s: Sequence[float]) -> None:
        """Wait ``delays_s`` for the first failures, and the last of them for all others."""
        self._clock = clock
        self._delays_s = delays_s
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._waiting = 0

    @property
    def remembered(self) -> int:
        """How many addresses and ids have failed lately."""
        return len(self._failures)

    def count(self, address: str, station_id: str) -> float:
        """Count a failure; return for how many seconds its refusal is to be held back."""
        failures = max(self._count("address", address), self._count("id", station_id))
        return self._delays_s[min(failures, len(self._delays_s)) - 1]

    async def wait(self, connection: ServerConnection, delay_s: float) -> None:
        """Hold a refusal back, unless the other end leaves or too many wait already."""
        if delay_s <= 0 or self._waiting >= MAX_WAITING:
            return
        self._waiting += 1
        try:
            async with asyncio.timeout(delay_s):
                await connection.wait_closed()
        except TimeoutError:
            return
        finally:
            self._waiting -= 1

    def _count(self, kind: str, name: str) -> int:
        now = self._clock()
        known = self._failures.pop((kind, name), None)
        lately = known is not None and now - known.last_at < MEMORY_S
        count = known.count + 1 if known is not None and lately else 1
        self._failures[kind, name] = _Failures(count, now)
        if len(self._failures) > MAX_REMEMBERED:
            self._failures.popitem(last=False)
        return count
