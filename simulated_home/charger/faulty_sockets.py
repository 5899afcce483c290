"""What stands between a charger and its websocket when something is wrong with either."""

import itertools
import json
from typing import Any

CALL = 2  # OCPP-J 1.6, 4.1.3: the type of a message that wants an answer

GARBAGE: tuple[str | bytes, ...] = (
    "",
    "no json",
    "\x00\x01",
    b"\x00\xff",
    "[]",
    '{"a": 1}',
    "[2]",
    '[2, "g1"]',
    '[2, 17, "Heartbeat", {}]',
    '[2, "g2", "Heartbeat", []]',
    '[2, "g3", "Levitate", {}]',
    '[2, "g4", "MeterValues", {"connectorId": "one", "meterValue": 7}]',
    '[2, "g5", "StatusNotification", {"connectorId": 1, "status": "Bored"}]',
    '[2, "g6", "StartTransaction", {"connectorId": 1, "timestamp": "yesterday"}]',
    '[3, "nobody asked", {}]',
    '[3, "nobody asked"]',
    '[4, "nobody asked", "GenericError", "", {}]',
    '[9, "g7", {}]',
)


class DeafSocket:
    """Lets the charger hear answers alone: what it is asked gets none."""

    def __init__(self, socket: Any) -> None:
        """Listen at ``socket``."""
        self._socket = socket

    async def recv(self) -> str | bytes:
        """Return the next frame that is no call."""
        frame: str | bytes = await self._socket.recv()
        while json.loads(frame)[0] == CALL:
            frame = await self._socket.recv()
        return frame

    async def send(self, frame: str) -> None:
        """Send a frame."""
        await self._socket.send(frame)


class BabblingSocket:
    """Puts a frame of garbage before each that the charger sends."""

    def __init__(self, socket: Any) -> None:
        """Babble into ``socket``."""
        self._socket = socket
        self._garbage = itertools.cycle(GARBAGE)

    async def recv(self) -> str | bytes:
        """Return the next frame."""
        frame: str | bytes = await self._socket.recv()
        return frame

    async def send(self, frame: str) -> None:
        """Send garbage, then a frame."""
        await self._socket.send(next(self._garbage))
        await self._socket.send(frame)
