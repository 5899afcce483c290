"""A whole site in Home Assistant, with chargers and decisions in the test's hands."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.central import CENTRAL_SYSTEMS
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.coordinator import LoadstarCoordinator
from custom_components.loadstar.engine.control import SetpointController
from custom_components.loadstar.ocpp.types import ConnectorState
from tests.integration.fakes import FakeCentralSystem, FakeConnector, ScriptedController

OCPP_PORT = 9016
SITE = {
    "phases": 3,
    "voltage": 230,
    "main_breaker": 25,
    "import_limit": 15_000,
    "meter_layout": "per_phase",
    "grid_a": "sensor.grid_a",
    "grid_b": "sensor.grid_b",
    "grid_c": "sensor.grid_c",
    "pv_power": ["sensor.pv"],
    "export_threshold": 500,
    "ocpp_host": "127.0.0.1",
    "ocpp_port": OCPP_PORT,
}
GARAGE = ConfigSubentryDataWithId(
    subentry_id="garage",
    subentry_type="charger",
    title="Garage",
    unique_id="CP-4711_1",
    data={
        "station_id": "CP-4711",
        "connector_id": 1,
        "security": "basic",
        "password": "correct-horse-battery",
        "phases": 3,
        "phase_rotation": "BCA",
        "rated_current": 16,
        "min_current": 6,
        "fallback_current": 8,
        "priority": 2,
        "circuit": "outbuilding",
    },
)
CARPORT = ConfigSubentryDataWithId(
    subentry_id="carport",
    subentry_type="charger",
    title="Carport",
    unique_id="CP-4712_1",
    data={
        "station_id": "CP-4712",
        "connector_id": 1,
        "security": "none",
        "phases": 1,
        "phase_rotation": "B",
        "rated_current": 32,
        "fallback_current": 0,
    },
)
OUTBUILDING = ConfigSubentryDataWithId(
    subentry_id="outbuilding",
    subentry_type="circuit",
    title="Outbuilding",
    unique_id=None,
    data={"limit": 20, "meter_a": "sensor.out_a", "meter_b": "sensor.out_b"},
)
BATTERY = ConfigSubentryDataWithId(
    subentry_id="cellar",
    subentry_type="battery",
    title="Cellar",
    unique_id=None,
    data={
        "soc": "sensor.battery_soc",
        "power": "sensor.battery_power",
        "power_invert": True,
        "capacity": 10,
        "max_charge_power": 5000,
        "max_discharge_power": 4000,
    },
)
EVERYTHING = (GARAGE, CARPORT, OUTBUILDING, BATTERY)
AT_STARTED = "custom_components.loadstar.forecasting.trainer.async_at_started"

METERS = {
    "sensor.grid_a": ("4.2", "A"),
    "sensor.grid_b": ("-1.5", "A"),
    "sensor.grid_c": ("7", "A"),
    "sensor.pv": ("3.25", "kW"),
    "sensor.out_a": ("2", "A"),
    "sensor.out_b": ("13", "A"),
    "sensor.battery_soc": ("64", "%"),
    "sensor.battery_power": ("-900", "W"),
}

AT_REST = ConnectorState(connected=True, status="Available")
CHARGING = ConnectorState(
    connected=True,
    status="Charging",
    currents=(10.1, 9.9, 10.0),
    power_w=6900.0,
    session_energy_kwh=3.2,
    transaction_id=77,
    accepted_current=10.0,
    vendor="Ampere Works",
    model="Box 11",
    firmware="1.4.2",
    serial="SN-0815",
)


@dataclass
class Home:
    """A running site."""

    hass: HomeAssistant
    entry: MockConfigEntry
    system: FakeCentralSystem

    @property
    def coordinator(self) -> LoadstarCoordinator:
        coordinator: LoadstarCoordinator = self.entry.runtime_data
        return coordinator

    @property
    def controller(self) -> ScriptedController:
        controller = self.coordinator._controller
        assert isinstance(controller, ScriptedController)
        return controller

    @property
    def garage(self) -> FakeConnector:
        return self.system.connector("CP-4711", 1)

    @property
    def carport(self) -> FakeConnector:
        return self.system.connector("CP-4712", 1)

    async def decide(self) -> None:
        """Run a control cycle, and wait for everything that follows from it."""
        self.coordinator.clock.run_now()
        await self.hass.async_block_till_done()

    async def show(self) -> None:
        """Run a control cycle and show all numbers, however little they have moved."""
        await self.decide()
        self.coordinator.async_update_listeners()
        await self.hass.async_block_till_done()

    def entity_id(self, platform: str, key: str, subentry_id: str | None = None) -> str:
        """Return the entity of a key, which must exist."""
        unique_id = "_".join(filter(None, (self.entry.entry_id, subentry_id, key)))
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, f"no {platform} {key} of {subentry_id or 'the site'}"
        return entity_id

    def state(self, platform: str, key: str, subentry_id: str | None = None) -> str:
        """Return the state of an entity."""
        state = self.hass.states.get(self.entity_id(platform, key, subentry_id))
        assert state is not None
        return state.state

    def attributes(
        self, platform: str, key: str, subentry_id: str | None = None
    ) -> Mapping[str, Any]:
        """Return the attributes of an entity."""
        state = self.hass.states.get(self.entity_id(platform, key, subentry_id))
        assert state is not None
        return state.attributes

    def device(self, subentry_id: str | None = None) -> dr.DeviceEntry:
        """Return the device of a subentry, or of the site."""
        device = dr.async_get(self.hass).async_get_device_by_identifier(
            (DOMAIN, subentry_id or self.entry.entry_id), self.entry.entry_id
        )
        assert device is not None
        return device

    async def act(
        self, platform: str, action: str, key: str, subentry_id: str | None = None, **data: Any
    ) -> None:
        """Do something with an entity, as a user would."""
        entity_id = self.entity_id(platform, key, subentry_id)
        await self.hass.services.async_call(
            platform, action, {"entity_id": entity_id, **data}, blocking=True
        )
        await self.hass.async_block_till_done()


def report_meters(hass: HomeAssistant, **changed: str) -> None:
    """Let every meter report; ``changed`` gives other values by object id."""
    for entity_id, (value, unit) in METERS.items():
        hass.states.async_set(
            entity_id,
            changed.get(entity_id.removeprefix("sensor."), value),
            {"unit_of_measurement": unit},
        )


def make_entry(
    subentries: Iterable[ConfigSubentryDataWithId] = EVERYTHING, **changes: Any
) -> MockConfigEntry:
    """Return a site that is not set up yet."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        entry_id="home",
        data={name: value for name, value in (SITE | changes).items() if value is not None},
        subentries_data=tuple(subentries),
    )


@asynccontextmanager
async def running(
    hass: HomeAssistant,
    subentries: Iterable[ConfigSubentryDataWithId] = EVERYTHING,
    controller: type[ScriptedController | SetpointController] = ScriptedController,
    *,
    learns: bool = False,
    **changes: Any,
) -> AsyncIterator[Home]:
    """Run a site until the end of the block; it ``learns`` from history at its start if told to."""
    report_meters(hass)
    entry = make_entry(subentries, **changes)
    entry.add_to_hass(hass)
    with (
        patch("custom_components.loadstar.central.CentralSystem", FakeCentralSystem),
        patch("custom_components.loadstar.coordinator.SetpointController", controller),
        nullcontext() if learns else patch(AT_STARTED, return_value=lambda: None),
    ):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        system: Any = hass.data[CENTRAL_SYSTEMS].system(OCPP_PORT)
        yield Home(hass, entry, system)
        await hass.async_block_till_done()
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
