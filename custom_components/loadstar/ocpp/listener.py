"""One port that chargers dial in to."""

import asyncio
from collections.abc import Awaitable, Callable
import errno
from functools import partial
import logging
import ssl
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from .calm_log import CalmLogger
from .errors import PortInUseError
from .guarded_connection import GuardedConnection, WaitingRoom
from .handshake import select_subprotocol
from .timing import Timing

_LOGGER = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 64 * 1024

type Check = Callable[[ServerConnection, Request], Awaitable[Response | None]]


class Listener:
    """A WebSocket server, plain or encrypted."""

    def __init__(
        self,
        handle: Callable[[ServerConnection], Awaitable[None]],
        check: Check,
        room: WaitingRoom,
        timing: Timing,
    ) -> None:
        """Have ``handle`` serve those whom ``check`` lets in."""
        self._handle = handle
        self._check = check
        self._room = room
        self._timing = timing
        self._server: Server | None = None

    @property
    def port(self) -> int | None:
        """The port that is listened on."""
        if self._server is None:
            return None
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def open(self, host: str, port: int, context: ssl.SSLContext | None = None) -> None:
        """Listen; raises PortInUseError, or OSError for an address that is not ours."""
        timing = self._timing
        # annotated as a class, while any factory will do
        guarded: Any = partial(GuardedConnection, self._room)
        try:
            self._server = await serve(
                self._handle,
                host,
                port,
                ssl=context,
                process_request=self._check,
                select_subprotocol=select_subprotocol,
                create_connection=guarded,
                compression=None,  # costs each charger 300 kB and saves nothing
                logger=CalmLogger(_LOGGER),
                max_size=MAX_MESSAGE_BYTES,
                open_timeout=timing.open_timeout_s,  # of TLS too
                close_timeout=timing.close_timeout_s,
                ping_interval=None,  # the link pings, and counts misses
                server_header=None,
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(error.errno, f"Port {port} is in use") from error

    async def close(self) -> None:
        """Close the port and every connection through it."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        try:
            async with asyncio.timeout(2 * self._timing.close_timeout_s):
                await server.wait_closed()
        except TimeoutError:
            # somebody who never finished a handshake
            server.server.abort_clients()
            await server.wait_closed()
