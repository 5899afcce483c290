"""A charger's way to its central system: dial, boot, talk, dial again."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import logging
from typing import Any
from urllib.parse import quote

from ocpp.exceptions import OCPPError
from ocpp.v16.enums import RegistrationStatus
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from .charge_point import SimulatedChargePoint
from .outbox import Message
from .station import Station

_LOGGER = logging.getLogger(__name__)

type Dial = Callable[..., AbstractAsyncContextManager[Any]]
"""Opens a websocket as ``websockets`` does; another one may be a wire within the program."""


class Connection:
    """Keeps a station connected; back-off in real seconds."""

    def __init__(
        self,
        station: Station,
        url: str,
        password: str | None,
        *,
        retry_s: tuple[float, float] = (0.5, 8.0),
        dial: Dial = connect,
    ) -> None:
        """Dial ``url``/station id, with Basic authentication where there is a password.

        ``retry_s`` is the first wait between two tries and the longest.
        """
        self._station = station
        station_id = station.config.station_id
        self._url = f"{url.rstrip('/')}/{quote(station_id, safe='')}"
        self._headers = _basic_header(station_id, password) if password is not None else {}
        self._first_retry_s, self._last_retry_s = retry_s
        self._dial = dial
        self._socket: ClientConnection | None = None
        self._must_boot = station.variant.boots
        self.refused: str | None = None  # why the last handshake failed
        self.connections = 0  # so far

    async def run(self) -> None:
        """Stay connected until cancelled."""
        retry_s = self._first_retry_s
        while True:
            try:
                await self._connect_once()
                retry_s = self._first_retry_s
            except (OSError, TimeoutError, InvalidHandshake) as error:
                self.refused = str(error)
                _LOGGER.debug("%s: cannot connect: %s", self._url, error)
                retry_s = min(2.0 * retry_s, self._last_retry_s)
            await asyncio.sleep(retry_s)

    async def drop(self) -> None:
        """Cut the connection; ``run`` dials again."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _connect_once(self) -> None:
        """Dial and talk until the connection ends."""
        async with self._dial(
            self._url,
            subprotocols=["ocpp1.6"],
            additional_headers=self._headers,
            open_timeout=10,
            close_timeout=2,
            proxy=None,
        ) as socket:
            self.refused = None
            self.connections += 1
            self._socket = socket
            charge_point = SimulatedChargePoint(self._station, self._station.variant.socket(socket))
            try:
                await _first_to_end(charge_point.start(), self._talk(charge_point))
            except WebSocketException, TimeoutError:
                _LOGGER.debug("%s: connection lost", self._url)
            except OCPPError as error:
                _LOGGER.warning("%s: dials again after an invalid message: %s", self._url, error)
            finally:
                self._socket = None
                self._station.disconnected()
                await socket.close()
        if self._station.reset_wanted:
            self._station.restarted()
            self._must_boot = self._station.variant.boots

    async def _talk(self, charge_point: SimulatedChargePoint) -> None:
        """Boot where that is due, then send what the station has to say until a reset."""
        while self._must_boot:
            answer = await charge_point.call(self._station.boot_notification())
            if answer is not None and answer.status == RegistrationStatus.accepted:
                self._station.configuration.write("HeartbeatInterval", str(answer.interval))
                self._must_boot = False
            else:
                await asyncio.sleep(answer.interval if answer is not None else 1.0)
        self._station.connected()
        while (message := await self._station.outbox.first()) is not None:
            await self._send(charge_point, message)

    async def _send(self, charge_point: SimulatedChargePoint, message: Message) -> None:
        answer = await charge_point.call(message.build())
        self._station.outbox.done(message)
        if message.answered is not None:
            message.answered(answer)


async def _first_to_end(*work: Any) -> None:
    """Run side by side until one ends, and end the others."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for task, result in zip(tasks, results, strict=True):
        if task in done and isinstance(result, Exception):
            raise result


def _basic_header(station_id: str, password: str) -> dict[str, str]:
    token = b64encode(f"{station_id}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}
