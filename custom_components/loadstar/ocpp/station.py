"""A station that may connect: its connectors, transactions and live connection."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
import logging
import math
from typing import Any

from .charge_point import ChargePoint, Identity
from .charger_clock import ChargerClock
from .connector import StationConnector
from .context import Context
from .errors import CallFailedError, NotConnectedError
from .foreign_profiles import ForeignProfiles
from .key_keeper import KeyKeeper
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
        self._away_until: float | None = None
        self._connections = 0
        self._connected_since: datetime | None = None
        self.connected_at = -math.inf  # monotonic s
        self._listener: Listener | None = None
        self._listener_left_at = context.clock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.key = KeyKeeper(self)
        self._foreign = ForeignProfiles(self)

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
        if config != self.config:
            self.config = config
            self.key.configure()
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

    async def admit(self, *, proved: bool) -> bool:
        """Return whether a new connection may take over: the old one is dead, or has no key."""
        if self.is_sent_away:
            return False
        if self._charge_point is None:
            return not self._handed_back
        if self._admitting:
            return False
        self._admitting = True
        try:
            first = self.key.outranks(proved=proved)
            if not first and await self._charge_point.alive(self.context.timing.takeover_ping_s):
                _LOGGER.log(
                    self.context.seldom.level(self.station_id, "second"),
                    "Refused a second connection of %s: its first one still answers",
                    self.station_id,
                )
                return False
            self._charge_point.abort()
            await self._vacant.wait()
            return not self._handed_back and self._charge_point is None
        finally:
            self._admitting = False

    @property
    def is_sent_away(self) -> bool:
        """Whether it is refused for now, to see what it does alone."""
        return self._away_until is not None and self.context.clock() < self._away_until

    async def send_away(self, away_s: float) -> None:
        """Cut the connection and refuse others for ``away_s`` s."""
        _LOGGER.info(
            "%s: its connection is cut for %.0f s, to see what it does alone",
            self.station_id,
            away_s,
        )
        self._away_until = self.context.clock() + away_s
        if self._charge_point is not None:
            self._charge_point.abort()
            await self._vacant.wait()

    async def serve(self, charge_point: ChargePoint, *, proved: bool) -> None:
        """Be connected through ``charge_point`` until it ends."""
        self._charge_point = charge_point
        self.key.serve(proved=proved)
        self._vacant.clear()
        self._connections += 1
        self._connected_since = self.context.utcnow()
        self.connected_at = self.context.clock()
        self.transactions.doubt_all()
        for connector in self.connectors.values():
            connector.connect(charge_point)
        _LOGGER.info("%s connected", self.station_id)
        try:
            await charge_point.run()
        finally:
            self._charge_point = None
            self._connected_since = None
            self.key.disarm()
            self._vacant.set()
            for connector in self.connectors.values():
                connector.disconnect()
            _LOGGER.info("%s disconnected", self.station_id)

    async def make_ready(self) -> None:
        """Bring every connector under control; called once the charger has booted."""
        for connector in list(self.connectors.values()):
            await self._make_ready(connector)
        await self._foreign.clear(self._charge_point)

    async def hand_back(self) -> None:
        """Clear our profiles and end the connection."""
        self._handed_back = True
        if (charge_point := self._charge_point) is None:
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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tick(self) -> None:
        """Do what is due: expiries, renewals, fallbacks to be tried again."""
        life_s = self.context.timing.setpoint_life_s
        watched = (
            self._listener is not None or self.context.clock() - self._listener_left_at < life_s
        )
        for connector in self.connectors.values():
            connector.setpoint.expire()
            if watched:
                connector.watch_fallback()
            if watched and connector.wants_renewal:
                self._spawn(connector.setpoint.renew())
            if connector.wants_fallback:
                self._spawn(self._install_fallback(connector))
            if connector.wants_schedule:
                self._spawn(connector.check_schedule())
        self.key.tick()
        if self.key.is_due and self._charge_point is not None:
            self.key.disarm()
            self._spawn(self._hand_over_key(self._charge_point))

    def announce(self) -> None:
        """Tell the listener of what concerns every connector."""
        for connector_id in self.connectors:
            self._changed(connector_id)

    def identify(self, identity: Identity) -> None:
        """Remember and show what the charger says it is."""
        is_another = self.memory.identify(identity)
        for connector in self.connectors.values():
            connector.identify(identity)
            if is_another:
                connector.restart_proof()

    def info(self, handshake_failures: int) -> StationInfo:
        """Return the station as diagnostics show it."""
        charge_point, identity = self._charge_point, self.memory.identity
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
            encrypted=charge_point is not None and charge_point.encrypted,
            key_state=self.key.state,
            quirks=self.context.quirks.find(
                identity.vendor, identity.model, identity.firmware
            ).in_force,
        )

    def _wire(self, config: ConnectorConfig) -> None:
        connector = self.connectors.get(config.connector_id)
        if connector is None:
            connector = StationConnector(
                self.station_id,
                config,
                self.context,
                memory=self.memory.connector(config.connector_id),
                changed=self._changed,
                send_away=self.send_away,
            )
            connector.identify(self.memory.identity)
            connector.show_clock_offset(self.clock.offset_s)
            self.connectors[config.connector_id] = connector
            if self._charge_point is not None:
                connector.connect(self._charge_point)
                self._spawn(self._take_in(connector, self._charge_point))
        elif connector.config != config:
            connector.rewire(config)
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

    async def _install_fallback(self, connector: StationConnector) -> None:
        await connector.install_fallback()
        await self._foreign.clear(self._charge_point)

    def _remove(self, connector_id: int) -> None:
        connector = self.connectors.pop(connector_id)
        connector.disconnect()
        if self._charge_point is not None:
            self._spawn(self._clear(self._charge_point, connector_id))

    async def _hand_over_key(self, charge_point: ChargePoint) -> None:
        if await self.key.hand_over(charge_point):
            # some come back with their new key by themselves, which is the better end
            await asyncio.sleep(self.context.timing.key_reconnect_s)
            await charge_point.close("use the new key")

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
