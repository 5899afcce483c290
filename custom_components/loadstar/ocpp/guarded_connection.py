"""A WebSocket connection that cannot be made to hold more than it should."""

import asyncio
from collections import OrderedDict
from typing import Any, override

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Event
from websockets.server import ServerProtocol

# a message of 64 kB in pieces of 1 kB, ten times a second
FRAMES_PER_S = 640.0
FRAMES_BURST = 2_000.0
FRAGMENTS_PER_MESSAGE = 512
# what may lie unread at a charger's end; one that does not read is not answered either
MAX_UNREAD_BYTES = 256 * 1024
MAX_SILENT = 256


class WaitingRoom:
    """Connections that have not said yet who they are; the oldest gives way to the newest."""

    def __init__(self) -> None:
        """Begin empty."""
        self._silent: OrderedDict[GuardedConnection, None] = OrderedDict()
        self.unfinished = 0

    def enter(self, connection: GuardedConnection) -> None:
        """Let a connection wait; cut the one that has waited longest where there are too many."""
        self._silent[connection] = None
        if len(self._silent) > MAX_SILENT:
            oldest = next(iter(self._silent))
            self.leave(oldest)
            self.unfinished += 1
            oldest.transport.abort()

    def leave(self, connection: GuardedConnection) -> bool:
        """Let a connection wait no longer; return whether it did."""
        waited = connection in self._silent
        self._silent.pop(connection, None)
        return waited

    def __len__(self) -> int:
        """How many wait."""
        return len(self._silent)


class GuardedConnection(ServerConnection):
    """Counts what ``websockets`` does not: pings, fragments, and what is not read.

    ``websockets`` answers each ping at once, whether the answers are read or not, and
    gathers fragments without end as long as they are empty.
    """

    def __init__(
        self, room: WaitingRoom, protocol: ServerProtocol, server: Any, **options: Any
    ) -> None:
        """Wait in ``room`` until the handshake's request is there."""
        super().__init__(protocol, server, **options)
        self._room = room
        self._tokens = FRAMES_BURST
        self._tokens_at = self.loop.time()
        self._fragments = 0
        self._ended = False
        self._cut: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._room.enter(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._room.leave(self):
            self._room.unfinished += 1
        if self._cut is not None:
            self._cut.cancel()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            self.transport.abort()

    @override
    def process_event(self, event: Event) -> None:
        if isinstance(event, Request):
            self._room.leave(self)
        elif isinstance(event, Frame):
            self._count(event)
        if not self._ended:
            super().process_event(event)

    def _count(self, frame: Frame) -> None:
        now = self.loop.time()
        self._tokens = min(FRAMES_BURST, self._tokens + (now - self._tokens_at) * FRAMES_PER_S) - 1
        self._tokens_at = now
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._fragments = 0 if frame.fin else self._fragments + 1
        if self._tokens < 0.0:
            self._end(CloseCode.POLICY_VIOLATION, "too many frames")
        elif self._fragments > FRAGMENTS_PER_MESSAGE:
            self._end(CloseCode.MESSAGE_TOO_BIG, "too many fragments")

    def _end(self, code: CloseCode, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        self.protocol.fail(code, reason)
        self.send_data()
        # one that floods may not read the end of it either
        self._cut = self.loop.call_later(self.close_timeout or 0, self.transport.abort)
