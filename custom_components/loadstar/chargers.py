"""A site's chargers: their connectors, what brings them to their targets, and sessions."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from .actuators.ocpp_charger import ID_TAG, OcppActuator
from .central import CENTRAL_SYSTEMS
from .const import DOMAIN
from .engine.control.types import ChargerReading
from .engine.models import ChargerTarget, ConnectorStatus, Remedy
from .ocpp import CentralSystem
from .ocpp.types import Connector, ConnectorState, FallbackProof, KeyState, Problem
from .out_of_service import OutOfService, Place
from .putting_back import async_put_leaving_back
from .settings import SettingsStore
from .sources.ocpp_charger import connector_status, is_controlled, read_charger
from .wiring import SiteConfig

RETRY_PORT_S: Final = 30.0


class Chargers:
    """The chargers of one site, as far as there is a central system to talk through."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        config: SiteConfig,
        settings: SettingsStore,
        changed: Callable[[], None],
    ) -> None:
        """Prepare to attach; ``changed`` is called whenever a charger has said something."""
        self.out_of_service = OutOfService(hass, entry.entry_id)
        self._hass = hass
        self._entry = entry
        self._config = config
        self._settings = settings
        self._changed = changed
        self._system: CentralSystem | None = None
        self._connectors: dict[str, Connector] = {}
        self._actuators: dict[str, OcppActuator] = {}
        self._held: set[str] = set()  # the user has ended the session: not started again
        self._fallbacks: dict[str, float] = {}
        self._retry: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Take up the chargers, and put those back into service that are no more."""
        await self.out_of_service.async_load()
        staying = [self._place(key) for key in self._config.chargers]
        await async_put_leaving_back(self._hass, self.out_of_service, staying)
        await self.async_attach()

    async def async_attach(self) -> None:
        """Connect to the central system, now or as soon as its port is free."""
        self._fallbacks = self._current_fallbacks()
        system = await self._hass.data[CENTRAL_SYSTEMS].async_attach(
            self._entry.entry_id, self._config, self._settings.chargers, self._on_station
        )
        if system is None:
            self._retry = async_call_later(self._hass, RETRY_PORT_S, self._async_retry)
            return
        self._system = system
        for key, charger in self._config.chargers.items():
            connector = system.connector(charger.station_id, charger.connector_id)
            if self._connectors.get(key) is not connector:
                self._connectors[key] = connector
                self._actuators[key] = OcppActuator(connector, self._spawn(charger.name))

    @callback
    def detach(self) -> None:
        """Let go of the chargers; the central system goes on without us for a while."""
        if self._retry is not None:
            self._retry()
            self._retry = None
        self._hass.data[CENTRAL_SYSTEMS].detach_listener(self._entry.entry_id)

    async def async_settings_changed(self) -> None:
        """Tell the chargers of a new fallback."""
        if self._connectors and self._fallbacks != self._current_fallbacks():
            await self.async_attach()

    def state(self, key: str) -> ConnectorState:
        """Return what is known of a charger; nothing, where there is no central system."""
        connector = self._connectors.get(key)
        return connector.state if connector else ConnectorState()

    def key_states(self) -> dict[str, KeyState]:
        """Return how far each charger is with its key, where there is a central system."""
        if self._system is None:
            return {}
        states = {
            key: self._system.key_state(charger.station_id)
            for key, charger in self._config.chargers.items()
        }
        return {key: state for key, state in states.items() if state is not None}

    def read(self) -> tuple[ChargerReading, ...]:
        """Return what control needs to know of every charger."""
        readings = []
        for key in self._config.chargers:
            state = self.state(key)
            settings = self._settings.chargers[key]
            if connector_status(state) is ConnectorStatus.AVAILABLE:
                self._held.discard(key)
            readings.append(
                read_charger(
                    key,
                    state,
                    fallback_current=settings.fallback_current,
                    enabled=self._may_charge(key),
                )
            )
        return tuple(readings)

    @callback
    def apply(self, targets: Iterable[ChargerTarget]) -> None:
        """Bring every charger to its target."""
        for target in targets:
            if actuator := self._actuators.get(target.charger_id):
                actuator.apply(self._remedied(target))

    def unattended(self) -> dict[str, float]:
        """Return the A that chargers may draw when nobody controls them, if not their fallback.

        One that was seen not to fall back goes on with its last set-point, and one
        that takes no set-point or no fallback with whatever it can.
        """
        found = {}
        for key, charger in self._config.chargers.items():
            state = self.state(key)
            if not is_controlled(state) or state.problem is Problem.FALLBACK_REJECTED:
                found[key] = charger.rated_current
            elif state.proof is FallbackProof.FAILED:
                found[key] = self._settings.chargers[key].max_current
        return found

    async def async_start_session(self, key: str) -> None:
        """Start a session by the user's wish, or say why that is impossible."""
        connector = self._connected(key)
        if key in self.out_of_service:
            raise self._error("charger_out_of_service", key)
        if connector.state.transaction_id is not None:
            raise self._error("session_running", key)
        self._held.discard(key)
        if not await connector.async_start(ID_TAG):
            raise self._error("start_refused", key)

    async def async_stop_session(self, key: str) -> None:
        """End the session, and start none until the car has been unplugged."""
        connector = self._connected(key)
        if connector.state.transaction_id is None:
            raise self._error("no_session", key)
        self._held.add(key)
        if not await connector.async_stop():
            self._held.discard(key)
            raise self._error("stop_refused", key)

    async def async_prove_fallback(self, key: str) -> None:
        """Forget what is known of a charger's fallback, and prove it in its next session."""
        self._connected(key).restart_proof()

    async def async_disconnect(self, key: str, away_s: float) -> None:
        """Cut a charger's connection for a while, to see what it does without one."""
        await self._connectors[key].async_disconnect(away_s)

    async def async_put_back(self, key: str) -> None:
        """Put a charger back into service by the user's wish, or say why that is impossible."""
        connector = self._connected(key)
        # first, or the next cycle takes it out again
        self.out_of_service.discard(key)
        if not await connector.async_set_available(available=True):
            self.out_of_service.add(key, self._place(key))
            raise self._error("put_back_refused", key)
        await self.out_of_service.async_save()

    def _may_charge(self, key: str) -> bool:
        stopped = key in self._held or key in self.out_of_service
        return self._settings.chargers[key].enabled and not stopped

    def _remedied(self, target: ChargerTarget) -> ChargerTarget:
        """Return a target that keeps out of service what once had to be taken out of it."""
        key = target.charger_id
        if target.remedy is Remedy.OUT_OF_SERVICE and key not in self.out_of_service:
            self.out_of_service.add(key, self._place(key))
            self._entry.async_create_task(self._hass, self.out_of_service.async_save())
        if key in self.out_of_service:
            return replace(target, current=0.0, remedy=Remedy.OUT_OF_SERVICE, start_wanted=False)
        return target

    def _place(self, key: str) -> Place:
        charger = self._config.chargers[key]
        return Place(station_id=charger.station_id, connector_id=charger.connector_id)

    def _connected(self, key: str) -> Connector:
        connector = self._connectors.get(key)
        if connector is None or not connector.state.connected:
            raise self._error("charger_offline", key)
        return connector

    def _error(self, translation_key: str, key: str) -> HomeAssistantError:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=translation_key,
            translation_placeholders={"charger": self._config.chargers[key].name},
        )

    def _spawn(self, name: str) -> Callable[..., object]:
        return lambda work: self._entry.async_create_background_task(
            self._hass, work, f"{DOMAIN} set-point of {name}"
        )

    def _current_fallbacks(self) -> dict[str, float]:
        return {key: settings.fallback_current for key, settings in self._settings.chargers.items()}

    @callback
    def _on_station(self, _station_id: str, _connector_id: int) -> None:
        self._changed()

    async def _async_retry(self, _now: datetime) -> None:
        self._retry = None
        await self.async_attach()
