"""The OCPP servers: one per port, shared by sites, outliving reloads of entries."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, LOGGER
from .discovery import Discovery
from .encryption import Encryption
from .issues import async_clear_server, async_report_address_missing, async_report_port_taken
from .ocpp import (
    CentralSystem,
    ConnectorConfig,
    PortInUseError,
    QuirkTable,
    Security,
    StationConfig,
    load_quirks,
)
from .settings import ChargerSettings
from .wiring import ChargerConfig, SiteConfig

STORAGE_VERSION = 1
SAVE_DELAY_S = 1.0

type StateListener = Callable[[str, int], None]


class StationStorage:
    """Transactions and findings of every station, kept over a restart."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare the store; nothing is read yet."""
        self._store: Store[dict[str, dict[str, Any]]] = Store(
            hass, STORAGE_VERSION, f"{DOMAIN}.ocpp", atomic_writes=True
        )
        self._stations: dict[str, dict[str, Any]] = {}
        self._is_due = False  # a write: the store would put it off at every further wish
        self._writing = asyncio.Lock()

    async def async_load(self) -> None:
        """Read what was kept; anything but a table of stations is left behind."""
        stored = await self._store.async_load()
        self._stations = stored if isinstance(stored, dict) else {}

    def load(self, station_id: str) -> dict[str, Any]:
        """Return what was saved for a station, or an empty dict."""
        kept = self._stations.get(station_id)
        return kept if isinstance(kept, dict) else {}

    def save(self, station_id: str, data: dict[str, Any]) -> None:
        """Keep a station's data; it is on disk within a second."""
        self._stations[station_id] = data
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    async def flush(self) -> None:
        """Return once all that was saved would outlive a crash."""
        async with self._writing:  # a write under way may be of what the caller saved
            if self._is_due:
                await self._store.async_save(self._written())

    async def async_forget(self, station_id: str) -> None:
        """Delete a station's data."""
        if self._stations.pop(station_id, None) is not None:
            self._is_due = False
            await self._store.async_save(self._stations)

    def _written(self) -> dict[str, dict[str, Any]]:
        self._is_due = False
        return self._stations


@dataclass(slots=True)
class _Server:
    """One running server and the stations that each entry has attached to it."""

    system: CentralSystem
    host: str
    encryption: Encryption
    entries: dict[str, set[str]] = field(default_factory=dict)


class CentralSystems:
    """Every OCPP server of this Home Assistant."""

    def __init__(self, hass: HomeAssistant, storage: StationStorage, quirks: QuirkTable) -> None:
        """Stop all servers when Home Assistant stops."""
        self._hass = hass
        self._storage = storage
        self._quirks = quirks
        self._servers: dict[int, _Server] = {}
        self._discovery = Discovery(hass)
        # sites are set up side by side, and the second would find the port taken by the first
        self._turn = asyncio.Lock()
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._async_stop)

    async def async_attach(
        self,
        entry_id: str,
        config: SiteConfig,
        settings: dict[str, ChargerSettings],
        listener: StateListener,
    ) -> CentralSystem | None:
        """Attach a site's chargers to the server of its port, starting it where needed.

        None where that is impossible: a repair issue says so.
        """
        async with self._turn:
            server = await self._async_server(entry_id, config)
            if server is None:
                return None
            self._attach_stations(server, entry_id, config, settings, listener)
            await server.encryption.async_attach(entry_id, config)
            return server.system

    async def _async_server(self, entry_id: str, config: SiteConfig) -> _Server | None:
        """Return the server of a site's port; start it, or move it to another address."""
        await self._async_leave_other_ports(entry_id, config.ocpp_port)
        server = self._servers.get(config.ocpp_port)
        if server is not None and (
            server.host == config.ocpp_host or server.entries.keys() - {entry_id}
        ):
            return server
        if server is not None:
            del self._servers[config.ocpp_port]
            await _async_stop_server(server)
        system = CentralSystem(
            config.ocpp_host,
            config.ocpp_port,
            self._storage,
            quirks=self._quirks,
            on_stranger=partial(self._discovery.knocked, config.ocpp_port),
        )
        try:
            await system.start()
        except PortInUseError:
            async_report_port_taken(self._hass, entry_id, config)
            return None
        except OSError as error:
            LOGGER.debug("OCPP server does not start: %s", error)
            async_report_address_missing(self._hass, entry_id, config)
            return None
        LOGGER.debug("OCPP server listens on port %s", system.port)
        server = _Server(system, config.ocpp_host, Encryption(self._hass, system))
        self._servers[config.ocpp_port] = server
        return server

    def _attach_stations(
        self,
        server: _Server,
        entry_id: str,
        config: SiteConfig,
        settings: dict[str, ChargerSettings],
        listener: StateListener,
    ) -> None:
        async_clear_server(self._hass, entry_id)
        wanted = {charger.station_id for charger in config.chargers.values()}
        for station_id in server.entries.get(entry_id, set()) - wanted:
            # one that does not answer takes its time, and the others must not go without control
            self._hass.async_create_background_task(
                self._async_release(server, station_id), f"{DOMAIN} release of {station_id}"
            )
        server.entries[entry_id] = wanted
        for station_id in wanted:
            self._attach_station(server, station_id, config, settings, listener)

    def detach_listener(self, entry_id: str) -> None:
        """Let an entry reload: its chargers stay connected and unaware."""
        for server in self._servers.values():
            for station_id in server.entries.get(entry_id, ()):
                server.system.detach_listener(station_id)

    async def async_release(self, entry_id: str) -> None:
        """Hand an entry's chargers back, and free ports that nobody else uses."""
        async with self._turn:
            await self._async_leave_other_ports(entry_id, None)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that are being served, encrypted ones among them."""
        encrypted = (server.system.encrypted_port for server in self._servers.values())
        return *self._servers, *(port for port in encrypted if port is not None)

    @property
    def refused_handshakes(self) -> int:
        """How many connections were refused at all ports since they were opened."""
        return sum(server.system.refused_handshakes for server in self._servers.values())

    def system(self, port: int) -> CentralSystem | None:
        """Return the server of a port, if it runs."""
        server = self._servers.get(port)
        return server.system if server else None

    def _attach_station(
        self,
        server: _Server,
        station_id: str,
        config: SiteConfig,
        settings: dict[str, ChargerSettings],
        listener: StateListener,
    ) -> None:
        self._discovery.settled(station_id)
        chargers = [c for c in config.chargers.values() if c.station_id == station_id]
        server.system.attach(
            StationConfig(
                station_id=station_id,
                security=Security(chargers[0].security),
                password=chargers[0].password,
                hand_over_key=any(charger.hand_over_key for charger in chargers),
            ),
            [_connector(charger, settings[charger.subentry_id], config) for charger in chargers],
            listener,
        )

    async def _async_leave_other_ports(self, entry_id: str, keep: int | None) -> None:
        for port in [port for port in self._servers if port != keep]:
            server = self._servers[port]
            stations = server.entries.pop(entry_id, set())
            # one that does not answer must not keep the others waiting
            await asyncio.gather(*(self._async_release(server, one) for one in stations))
            await server.encryption.async_leave(entry_id)
            if not server.entries:
                del self._servers[port]
                await _async_stop_server(server)
                self._discovery.closed(port)
                LOGGER.debug("OCPP server on port %s stopped: no site uses it", port)

    async def _async_release(self, server: _Server, station_id: str) -> None:
        await server.system.release(station_id)
        await self._storage.async_forget(station_id)

    async def _async_stop(self, _event: Event) -> None:
        for server in tuple(self._servers.values()):
            await _async_stop_server(server)


async def _async_stop_server(server: _Server) -> None:
    server.encryption.stop()
    await server.system.stop()


def _connector(
    charger: ChargerConfig, settings: ChargerSettings, config: SiteConfig
) -> ConnectorConfig:
    return ConnectorConfig(
        connector_id=charger.connector_id,
        phases=charger.phases,
        voltage=config.voltage,
        rated_current=charger.rated_current,
        fallback_current=settings.fallback_current,
    )


CENTRAL_SYSTEMS: HassKey[CentralSystems] = HassKey(f"{DOMAIN}_central_systems")


async def async_setup_central_systems(hass: HomeAssistant) -> None:
    """Make the one owner of OCPP servers, before any entry is set up."""
    storage = StationStorage(hass)
    await storage.async_load()
    hass.data[CENTRAL_SYSTEMS] = CentralSystems(
        hass, storage, await hass.async_add_executor_job(load_quirks)
    )
