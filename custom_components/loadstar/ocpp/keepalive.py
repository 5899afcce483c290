"""Whether the other end of a connection still lives."""

import asyncio
from collections.abc import Callable

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed


async def is_alive(connection: Connection, timeout_s: float) -> bool:
    """Ping once; return whether the pong came in time."""
    try:
        async with asyncio.timeout(timeout_s):
            pong = await connection.ping()
            await pong
    except TimeoutError, ConnectionClosed:
        return False
    return True


async def keep_alive(
    connection: Connection, interval_s: float, misses: int, heard: Callable[[], bool]
) -> None:
    """Ping at every interval; return once ``misses`` in a row were not answered.

    ``heard`` tells whether any message came since it was last asked: that is a
    sign of life too.
    """
    missed = 0
    while missed < misses:
        await asyncio.sleep(interval_s if missed == 0 else 0)
        alive = await is_alive(connection, interval_s)
        missed = 0 if heard() or alive else missed + 1
