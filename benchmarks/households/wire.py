"""A websocket without a network: two ends within one program."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError
from websockets.protocol import State
from websockets.typing import Subprotocol


class WireEnd:
    """What either side of OCPP-J uses of a websocket."""

    def __init__(self, path: str = "") -> None:
        """Begin open; ``path`` is what was dialled."""
        self.request = SimpleNamespace(path=path, headers=Headers())
        self.subprotocol = Subprotocol("ocpp1.6")
        self.remote_address = ("127.0.0.1", 0)
        self.transport = SimpleNamespace(abort=self.cut, get_extra_info=lambda _name: None)
        self.state = State.OPEN
        self.peer: WireEnd = self
        self._arrived: asyncio.Queue[str | None] = asyncio.Queue()

    async def send(self, message: str) -> None:
        """Hand a message to the other end."""
        if self.state is not State.OPEN:
            raise ConnectionClosedError(None, None)
        self.peer._arrived.put_nowait(message)  # noqa: SLF001  the other end of the same wire

    async def recv(self) -> str:
        """Return the next message; raises once the wire is cut."""
        message = await self._arrived.get() if self._is_open_or_full() else None
        if message is None:
            raise ConnectionClosedError(None, None)
        return message

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield messages until the wire is cut."""
        while True:
            yield await self.recv()

    async def ping(self) -> asyncio.Future[float]:
        """Return an answer that is there at once: no wire is half open."""
        if self.state is not State.OPEN:
            raise ConnectionClosedError(None, None)
        pong: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        pong.set_result(0.0)
        return pong

    async def close(self, *_: Any) -> None:
        """Close both ends."""
        self.cut()

    def cut(self) -> None:
        """End it without a word."""
        for end in (self, self.peer):
            if end.state is State.OPEN:
                end.state = State.CLOSED
                end._arrived.put_nowait(None)  # noqa: SLF001

    def _is_open_or_full(self) -> bool:
        return self.state is State.OPEN or not self._arrived.empty()


def wire(path: str) -> tuple[WireEnd, WireEnd]:
    """Return the two ends of a new connection: the charger's and the central system's."""
    outer, inner = WireEnd(path), WireEnd(path)
    outer.peer, inner.peer = inner, outer
    return outer, inner
