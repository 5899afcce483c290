"""A central system and a controller in the test's hands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from custom_components.loadstar.engine.control.types import (
    ControlResult,
    ControlSettings,
    MeterState,
    SiteReadings,
)
from custom_components.loadstar.engine.models import (
    ChargerTarget,
    Reason,
    ReasonCode,
    Remedy,
    SiteContext,
)
from custom_components.loadstar.ocpp import ConnectorConfig, StationConfig, StationInfo
from custom_components.loadstar.ocpp.types import ConnectorState, KeyState, TlsConfig


class FakeConnector:
    """A connector that says and answers what the test wants."""

    def __init__(self, notify: Callable[[], None]) -> None:
        self.state = ConnectorState()
        self.answer = True
        self.asked: list[object] = []
        self._notify = notify

    def say(self, state: ConnectorState | None = None, **changes: Any) -> None:
        """Take a new state, as if the charger had sent it."""
        self.state = replace(state or self.state, **changes)
        self._notify()

    async def async_set_current(self, current: float) -> bool:
        self.asked.append(current)
        self.state = replace(self.state, accepted_current=current)
        return True

    async def async_start(self, id_tag: str) -> bool:
        self.asked.append(("start", id_tag))
        return self.answer

    async def async_stop(self) -> bool:
        self.asked.append("stop")
        return self.answer

    async def async_set_available(self, *, available: bool) -> bool:
        self.asked.append(("available", available))
        return self.answer

    async def async_disconnect(self, away_s: float) -> None:
        self.asked.append(("disconnect", away_s))

    def restart_proof(self) -> None:
        self.asked.append("prove")


class FakeCentralSystem:
    """A central system without a socket."""

    def __init__(self, host: str, port: int, _storage: object, **_options: object) -> None:
        self.host = host
        self.port = port
        self.encrypted_port: int | None = None
        self.refused_handshakes = 3
        self.refusals = {"unknown": 2, "wrong_key": 1}
        self.key_states: dict[str, KeyState] = {}
        self.unknown_ids: Mapping[str, int] = {"CP-STRANGER": 2}
        self._connectors: dict[tuple[str, int], FakeConnector] = {}
        self._listeners: dict[str, Callable[[str, int], None]] = {}

    async def start(self) -> None:
        """Listen on nothing."""

    async def stop(self) -> None:
        """Stop listening on nothing."""

    async def serve_encrypted(self, _tls: TlsConfig | None) -> None:
        """Encrypt nothing."""

    def attach(
        self,
        station: StationConfig,
        connectors: Iterable[ConnectorConfig],
        listener: Callable[[str, int], None],
    ) -> None:
        self._listeners[station.station_id] = listener
        for connector in connectors:
            key = station.station_id, connector.connector_id
            self._connectors.setdefault(key, FakeConnector(partial(self._notify, *key)))

    def detach_listener(self, station_id: str) -> None:
        self._listeners.pop(station_id, None)

    async def release(self, station_id: str) -> None:
        self.detach_listener(station_id)

    def connector(self, station_id: str, connector_id: int) -> FakeConnector:
        return self._connectors[station_id, connector_id]

    def key_state(self, station_id: str) -> KeyState | None:
        if station_id not in self.stations:
            return None
        return self.key_states.get(station_id, KeyState.NONE)

    @property
    def stations(self) -> Mapping[str, StationInfo]:
        return {
            station_id: StationInfo(
                station_id=station_id,
                connected=connector.state.connected,
                connected_since=None,
                ocpp_version="1.6",
                handshake_failures=0,
                connections=1,
                frames_received=12,
                frames_refused=0,
                calls_failed=0,
                clock_offset_s=0.5,
                configuration={"ConnectorPhaseRotation": "1.RST"},
                key_state=self.key_states.get(station_id, KeyState.NONE),
                quirks={"max_periods": "1"},
            )
            for (station_id, _), connector in self._connectors.items()
        }

    def _notify(self, station_id: str, connector_id: int) -> None:
        if listener := self._listeners.get(station_id):
            listener(station_id, connector_id)


class ScriptedController:
    """A controller that decides what the test wants."""

    current = 10.0
    reason = Reason(ReasonCode.LIMITED_BY_PHASE, {"phase": "B", "available": 10.04})
    grid_state = MeterState.FRESH
    overloaded_phases = ""
    frozen = False
    household_a: tuple[float | None, float | None, float | None] = (1.0, 2.0, 3.0)

    def __init__(self, settings: ControlSettings) -> None:
        self.settings = settings
        self.sites: list[SiteContext] = []
        self.readings: list[SiteReadings] = []
        self.remedies: dict[str, Remedy] = {}  # by charger

    def pardon(self, charger_id: str) -> None:
        self.remedies.pop(charger_id, None)

    def step(self, site: SiteContext, readings: SiteReadings) -> ControlResult:
        self.sites.append(site)
        self.readings.append(readings)
        return ControlResult(
            targets=tuple(
                ChargerTarget(
                    charger_id=charger.charger_id,
                    current=self.current,
                    reason=self.reason,
                    remedy=self.remedies.get(charger.charger_id, Remedy.NONE),
                )
                for charger in readings.chargers
            ),
            household_a=self.household_a,
            available_a=(19.8, 25.5, 17.0) if site.num_phases > 1 else (19.8, None, None),
            grid_state=self.grid_state,
            overloaded_phases=self.overloaded_phases,
            frozen=self.frozen,
        )
