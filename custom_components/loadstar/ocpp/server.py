"""The server that chargers dial in to."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
import errno
import logging
import time

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.frames import CloseCode

from .calm_log import CalmLogger
from .connector import StationConnector
from .context import Context
from .errors import PortInUseError
from .handshake import Gatekeeper, select_subprotocol, speaks_known_version, station_id_of
from .seldom import Seldom
from .station import Station
from .timing import Timing
from .transaction_ids import TransactionIds
from .types import ConnectorConfig, StationConfig, StationInfo, Storage
from .v16 import ChargePoint16

_LOGGER = logging.getLogger(__name__)

MAX_FRAME_BYTES = 64 * 1024


def _utcnow() -> datetime:
    return datetime.now(UTC)


class CentralSystem:
    """One port, any number of stations; lives through reloads of those who attach them."""

    def __init__(  # noqa: PLR0913  clocks are injected
        self,
        host: str,
        port: int,
        storage: Storage,
        *,
        clock: Callable[[], float] = time.monotonic,
        utcnow: Callable[[], datetime] = _utcnow,
        timing: Timing | None = None,
    ) -> None:
        """Listen on nothing yet; port 0 takes any that is free."""
        self._host = host
        self._port = port
        self._context = Context(
            storage=storage,
            clock=clock,
            utcnow=utcnow,
            timing=timing or Timing(),
            transaction_ids=TransactionIds(utcnow),
            seldom=Seldom(clock),
        )
        self._stations: dict[str, Station] = {}
        self._gatekeeper = Gatekeeper(self._config_of, clock)
        self._server: Server | None = None
        self._ticker: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, or will be."""
        if self._server is not None:
            port: int = next(iter(self._server.sockets)).getsockname()[1]
            return port
        return self._port

    @property
    def stations(self) -> Mapping[str, StationInfo]:
        """Every attached station, for diagnostics."""
        return {
            station_id: station.info(self._gatekeeper.failures(station_id))
            for station_id, station in self._stations.items()
        }

    @property
    def unknown_ids(self) -> Mapping[str, int]:
        """The latest ids that knocked without being set up, and how often."""
        return self._gatekeeper.unknown_ids

    @property
    def refused_handshakes(self) -> int:
        """How many connections were refused since the start."""
        return self._gatekeeper.refused

    async def start(self) -> None:
        """Listen; raises PortInUseError, or OSError for an address that is not ours."""
        timing = self._context.timing
        try:
            self._server = await serve(
                self._serve,
                self._host,
                self._port,
                process_request=self._gatekeeper.check,
                select_subprotocol=select_subprotocol,
                compression=None,  # costs each charger 300 kB and saves nothing
                logger=CalmLogger(_LOGGER),
                max_size=MAX_FRAME_BYTES,
                open_timeout=timing.open_timeout_s,
                close_timeout=timing.close_timeout_s,
                ping_interval=None,  # the link pings, and counts misses
                server_header=None,
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(error.errno, f"Port {self._port} is in use") from error
        self._ticker = asyncio.create_task(self._tick_for_ever())

    async def stop(self) -> None:
        """Close every connection; chargers keep their fallbacks, transactions are stored."""
        if self._ticker is not None:
            self._ticker.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticker
        if self._server is not None:
            await self._close_server(self._server)
        for station in self._stations.values():
            await station.close()
        self._server = self._ticker = None

    def attach(
        self,
        station: StationConfig,
        connectors: Iterable[ConnectorConfig],
        listener: Callable[[str, int], None],
    ) -> None:
        """Let a station connect, or take over its new configuration without a break.

        ``listener`` is called with the station's and the connector's id, in the
        loop, whenever a connector's state was replaced.
        """
        known = self._stations.get(station.station_id)
        if known is None:
            known = Station(station, self._context)
            self._stations[station.station_id] = known
        known.attach(station, connectors, listener)

    def detach_listener(self, station_id: str) -> None:
        """Keep a station connected while nobody listens; set-points are renewed for one life."""
        station = self._stations.get(station_id)
        if station is not None:
            station.detach_listener()

    async def release(self, station_id: str) -> None:
        """Hand a station back: clear our profiles, close, and know it no more."""
        station = self._stations.pop(station_id, None)
        if station is not None:
            await station.hand_back()

    def connector(self, station_id: str, connector_id: int) -> StationConnector:
        """Return an attached connector; raises KeyError."""
        return self._stations[station_id].connectors[connector_id]

    def tick(self) -> None:
        """Do what is due by the clock: expiries, renewals, second tries."""
        for station in self._stations.values():
            station.tick()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._context.timing.tick_s)
            self.tick()

    def _config_of(self, station_id: str) -> StationConfig | None:
        station = self._stations.get(station_id)
        return station.config if station is not None else None

    async def _serve(self, connection: ServerConnection) -> None:
        request = connection.request
        station = self._stations.get(station_id_of(request.path)) if request else None
        if station is None:  # released during the handshake
            await connection.close(CloseCode.GOING_AWAY, "unknown charge point")
        elif not speaks_known_version(connection):
            _LOGGER.log(
                self._context.seldom.level(station.station_id, "version"),
                "%s offers no OCPP version that Loadstar speaks; closed its connection",
                station.station_id,
            )
            await connection.close(CloseCode.PROTOCOL_ERROR, "unknown subprotocol")
        elif not await station.admit():
            _LOGGER.log(
                self._context.seldom.level(station.station_id, "second"),
                "Refused a second connection of %s: its first one still answers",
                station.station_id,
            )
            await connection.close(CloseCode.TRY_AGAIN_LATER, "already connected")
        else:
            await station.serve(ChargePoint16(connection, station))

    async def _close_server(self, server: Server) -> None:
        server.close()
        try:
            async with asyncio.timeout(2 * self._context.timing.close_timeout_s):
                await server.wait_closed()
        except TimeoutError:
            # somebody who never finished a handshake
            server.server.abort_clients()
            await server.wait_closed()
