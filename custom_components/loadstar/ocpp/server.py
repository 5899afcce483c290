"""The server that chargers dial in to."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
import logging
import time

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode

from .connector import StationConnector
from .context import Context
from .encrypted_port import EncryptedPort
from .guarded_connection import WaitingRoom
from .handshake import Gatekeeper, has_key, speaks_known_version, station_id_of
from .listener import Listener
from .quirks import QuirkTable
from .seldom import Seldom
from .station import Station
from .timing import Timing
from .transaction_ids import TransactionIds
from .types import (
    ConnectorConfig,
    KeyState,
    StationConfig,
    StationInfo,
    Storage,
    Stranger,
    TlsConfig,
)
from .v16 import ChargePoint16

_LOGGER = logging.getLogger(__name__)


def _utcnow() -> datetime:
    return datetime.now(UTC)


class CentralSystem:
    """A port and an encrypted one, any number of stations; lives through their reloads."""

    def __init__(  # noqa: PLR0913  clocks are injected
        self,
        host: str,
        port: int,
        storage: Storage,
        *,
        clock: Callable[[], float] = time.monotonic,
        utcnow: Callable[[], datetime] = _utcnow,
        timing: Timing | None = None,
        quirks: QuirkTable | None = None,
        on_stranger: Callable[[Stranger], None] | None = None,
    ) -> None:
        """Listen on nothing yet; port 0 takes any that is free.

        ``on_stranger`` is called, in the loop, whenever a charger knocks that is not attached.
        """
        self._host = host
        self._port = port
        self._context = Context(
            storage=storage,
            clock=clock,
            utcnow=utcnow,
            timing=timing or Timing(),
            transaction_ids=TransactionIds(utcnow),
            seldom=Seldom(clock),
            quirks=quirks or QuirkTable(),
        )
        self._stations: dict[str, Station] = {}
        self._gatekeeper = Gatekeeper(self._stations.get, self._context, on_stranger)
        self._room = WaitingRoom()
        self._listener = Listener(
            self._serve, self._gatekeeper.check_plain, self._room, self._context.timing
        )
        self._encrypted: EncryptedPort | None = None
        self._ticker: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, or will be."""
        return self._listener.port or self._port

    @property
    def encrypted_port(self) -> int | None:
        """The port for chargers that use TLS, if there is one."""
        return None if self._encrypted is None else self._encrypted.port

    @property
    def stations(self) -> Mapping[str, StationInfo]:
        """Every attached station, for diagnostics."""
        return {
            station_id: station.info(self._gatekeeper.failures(station_id))
            for station_id, station in self._stations.items()
        }

    def key_state(self, station_id: str) -> KeyState | None:
        """Return how far a station is with its key; None where it is not attached."""
        station = self._stations.get(station_id)
        return None if station is None else station.key.state

    @property
    def unknown_ids(self) -> Mapping[str, int]:
        """The latest ids that knocked without being set up, and how often."""
        return self._gatekeeper.strangers.knocks

    @property
    def refusals(self) -> Mapping[str, int]:
        """How many connections were refused since the start, by reason."""
        counts = {str(reason): count for reason, count in self._gatekeeper.refusals.items()}
        return {**counts, "unfinished": self._room.unfinished}

    @property
    def refused_handshakes(self) -> int:
        """How many connections were refused since the start."""
        return self._gatekeeper.refusals.total()

    async def start(self) -> None:
        """Listen; raises PortInUseError, or OSError for an address that is not ours."""
        await self._listener.open(self._host, self._port)
        self._ticker = asyncio.create_task(self._tick_for_ever())

    async def serve_encrypted(self, tls: TlsConfig | None) -> None:
        """Listen on an encrypted port besides, leave it as it is, move it, or give it up.

        Raises PortInUseError, ssl.SSLError for files that are no certificate and its key,
        and OSError for those that cannot be read; then there is no encrypted port.
        """
        if self._encrypted is not None:
            if self._encrypted.tls == tls:
                return
            await self._encrypted.close()
            self._encrypted = None
        if tls is not None:
            check = self._gatekeeper.check_encrypted
            listener = Listener(self._serve, check, self._room, self._context.timing)
            port = EncryptedPort(listener, tls, self._context.timing)
            await port.open(self._host)
            self._encrypted = port

    async def stop(self) -> None:
        """Close every connection; chargers keep their fallbacks, transactions are stored."""
        if self._ticker is not None:
            self._ticker.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticker
        await self.serve_encrypted(None)
        await self._listener.close()
        for station in self._stations.values():
            await station.close()
        self._ticker = None

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
            self._gatekeeper.forget(station.station_id)
        known.attach(station, connectors, listener)

    def detach_listener(self, station_id: str) -> None:
        """Keep a station connected while nobody listens; set-points are renewed for one life."""
        station = self._stations.get(station_id)
        if station is not None:
            station.detach_listener()

    async def release(self, station_id: str) -> None:
        """Hand a station back: clear our profiles, close, and know it no more."""
        station = self._stations.pop(station_id, None)
        self._gatekeeper.forget(station_id)
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
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._context.timing.tick_s)
            for station in self._stations.values():
                # each by itself: an error at one must not end the renewals of all
                loop.call_soon(station.tick)

    async def _serve(self, connection: ServerConnection) -> None:
        request = connection.request
        station = self._stations.get(station_id_of(request.path)) if request else None
        proved = request is not None and station is not None and has_key(station, request.headers)
        if station is None:  # released during the handshake
            await connection.close(CloseCode.GOING_AWAY, "unknown charge point")
        elif not speaks_known_version(connection):
            _LOGGER.log(
                self._context.seldom.level(station.station_id, "version"),
                "%s offers no OCPP version that Loadstar speaks; closed its connection",
                station.station_id,
            )
            await connection.close(CloseCode.PROTOCOL_ERROR, "unknown subprotocol")
        elif not (proved or station.key.is_optional) or not await station.admit(proved=proved):
            await connection.close(CloseCode.TRY_AGAIN_LATER, "not now")
        else:
            await station.serve(ChargePoint16(connection, station), proved=proved)
