"""A station that may connect: its connectors, transactions and live connection."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
import logging
from typing import Any

from .charge_point import ChargePoint, Identity
from .charger_clock import ChargerClock
from .connector import StationConnector
from .context import Context
from .errors import CallFailedError, NotConnectedError
from .link import LinkCounts
from .memory import StationMemory
from .reports import Reports
from .types import ConnectorConfig, StationConfig, StationInfo

_LOGGER = logging.getLogger(__name__)

type Listener = Callable[[str, int], None]


class Station:
    """Lives from the first attach to its release, over reconnects and reloads."""

    def __init__(self, config: StationConfig, context: Context) -> None:
        """Restore what was stored of the station."""
        self.config = config
        self.context = context
        self.connectors: dict[int, StationConnector] = {}
        self.counts = LinkCounts()
        self.clock = ChargerClock(context.utcnow)
        self.memory = StationMemory(config.station_id, context)
        self.transactions = self.memory.transactions
        self.reports = Reports(self)
        self._charge_point: ChargePoint | None = None
        self._vacant = asyncio.Event()
        self._vacant.set()
        self._admitting = False
        self._handed_back = False
        self._connections = 0
        self._connected_since: datetime | None = None
        self._listener: Listener | None = None
        self._listener_left_at = context.clock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def station_id(self) -> str:
        """The id that the station connects with."""
        return self.config.station_id

    def attach(
        self, config: StationConfig, connectors: Iterable[ConnectorConfig], listener: Listener
    ) -> None:
        """Take over a configuration; send what changed, keep everything else."""
        if config != self.config and self._charge_point is not None:
            _LOGGER.info(
                "%s: its credentials were changed; it has to connect again", self.station_id
            )
            self._spawn(self._charge_point.close("credentials changed"))
        self.config = config
        self._listener = listener
        wired = {connector.connector_id: connector for connector in connectors}
        for connector_id in self.connectors.keys() - wired.keys():
            self._remove(connector_id)
        for connector in wired.values():
            self._wire(connector)

    def detach_listener(self) -> None:
        """Go on without anybody to tell, for one life of a set-point at most."""
        self._listener = None
        self._listener_left_at = self.context.clock()

    async def admit(self) -> bool:
        """Return whether a new connection may take over: the old one has to be dead."""
        if self._charge_point is None:
            return not self._handed_back
        if self._admitting:
            return False
        self._admitting = True
        try:
            if await self._charge_point.alive(self.context.timing.takeover_ping_s):
                return False
            self._charge_point.abort()
            await self._vacant.wait()
            return not self._handed_back and self._charge_point is None
        finally:
            self._admitting = False

    async def serve(self, charge_point: ChargePoint) -> None:
        """Be connected through ``charge_point`` until it ends."""
        self._charge_point = charge_point
        self._vacant.clear()
        self._connections += 1
        self._connected_since = self.context.utcnow()
        self.transactions.doubt_all()
        for connector in self.connectors.values():
            connector.connect(charge_point)
        _LOGGER.info("%s connected", self.station_id)
        try:
            await charge_point.run()
        finally:
            self._charge_point = None
            self._connected_since = None
            self._vacant.set()
            for connector in self.connectors.values():
                connector.disconnect()
            _LOGGER.info("%s disconnected", self.station_id)

    async def make_ready(self) -> None:
        """Bring every connector under control; called once the charger has booted."""
        for connector in list(self.connectors.values()):
            await self._make_ready(connector)

    async def hand_back(self) -> None:
        """Clear our profiles and end the connection."""
        self._handed_back = True
        charge_point = self._charge_point
        if charge_point is None:
            _LOGGER.info(
                "%s is not connected, so its fallback could not be taken back", self.station_id
            )
        else:
            for connector_id in list(self.connectors):
                await self._clear(charge_point, connector_id)
            await charge_point.close("no longer used")
        await self.close()

    async def close(self) -> None:
        """Stop everything that is under way."""
        self._listener = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def tick(self) -> None:
        """Do what is due: expiries, renewals, fallbacks to be tried again."""
        life_s = self.context.timing.setpoint_life_s
        watched = (
            self._listener is not None or self.context.clock() - self._listener_left_at < life_s
        )
        for connector in self.connectors.values():
            connector.setpoint.expire()
            if watched and connector.wants_renewal:
                self._spawn(connector.setpoint.renew())
            if connector.wants_fallback:
                self._spawn(connector.install_fallback())

    def identify(self, identity: Identity) -> None:
        """Remember and show what the charger says it is."""
        self.memory.identify(identity)
        for connector in self.connectors.values():
            connector.identify(identity)

    def info(self, handshake_failures: int) -> StationInfo:
        """Return the station as diagnostics show it."""
        charge_point = self._charge_point
        return StationInfo(
            station_id=self.station_id,
            connected=charge_point is not None,
            connected_since=self._connected_since,
            ocpp_version=charge_point.version if charge_point else None,
            handshake_failures=handshake_failures,
            connections=self._connections,
            frames_received=self.counts.frames_received,
            frames_refused=self.counts.frames_refused,
            calls_failed=self.counts.calls_failed,
            clock_offset_s=self.clock.offset_s,
            configuration=dict(self.memory.configuration),
        )

    def _wire(self, config: ConnectorConfig) -> None:
        connector = self.connectors.get(config.connector_id)
        if connector is None:
            connector = StationConnector(self.station_id, config, self.context, self._changed)
            connector.identify(self.memory.identity)
            self.connectors[config.connector_id] = connector
            if self._charge_point is not None:
                connector.connect(self._charge_point)
                self._spawn(self._take_in(connector, self._charge_point))
        elif connector.config != config:
            connector.config = config
            connector.setpoint.refresh()
            if self._charge_point is not None:
                self._spawn(connector.install_fallback())

    async def _take_in(self, connector: StationConnector, charge_point: ChargePoint) -> None:
        with suppress(NotConnectedError):
            await charge_point.ask_status(connector.config.connector_id)
            await self._make_ready(connector)

    async def _make_ready(self, connector: StationConnector) -> None:
        await connector.install_fallback()
        connector_id = connector.config.connector_id
        if self._charge_point is not None and self.transactions.is_doubtful(connector_id):
            # what it is told next is for a transaction that may have ended meanwhile
            await self._charge_point.ask_status(connector_id)
        connector.make_ready()

    def _remove(self, connector_id: int) -> None:
        connector = self.connectors.pop(connector_id)
        connector.disconnect()
        if self._charge_point is not None:
            self._spawn(self._clear(self._charge_point, connector_id))

    async def _clear(self, charge_point: ChargePoint, connector_id: int) -> None:
        try:
            await charge_point.clear_profiles(connector_id)
        except CallFailedError as error:
            _LOGGER.warning(
                "%s connector %d: %s; its fallback may still be in force",
                self.station_id,
                connector_id,
                error,
            )

    def _changed(self, connector_id: int) -> None:
        if self._listener is not None and connector_id in self.connectors:
            self._listener(self.station_id, connector_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
