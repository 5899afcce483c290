"""Meters to choose from, and sites that exist already."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.const import DOMAIN

METERS = {
    "sensor.grid_a": ("3.2", "A"),
    "sensor.grid_b": ("-1.5", "A"),
    "sensor.grid_c": ("unavailable", "A"),
    "sensor.grid_c_ma": ("900", "mA"),
    "sensor.import_a": ("700", "W"),
    "sensor.import_b": ("0", "W"),
    "sensor.import_c": ("0.5", "kW"),
    "sensor.export_a": ("0", "W"),
    "sensor.export_b": ("unknown", "W"),
    "sensor.export_c": ("0.1", "kW"),
    "sensor.other_a": ("1", "A"),
    "sensor.grid_power": ("1200", "W"),
    "sensor.grid_export": ("0", "W"),
    "sensor.pv_south": ("2300", "W"),
    "sensor.pv_west": ("0.8", "kW"),
    "sensor.battery_soc": ("55", "%"),
    "sensor.battery_power": ("-300", "W"),
    "sensor.garage_a": ("1", "A"),
    "sensor.garage_b": ("1", "A"),
    "sensor.garage_c": ("1", "A"),
    "sensor.temperature": ("21", "°C"),
    "sensor.words": ("much", "W"),
    "sensor.endless": ("inf", "W"),
    "binary_sensor.meter_alive": ("on", None),
    "sensor.car_soc": ("70", "%"),
    "sensor.other_car_soc": ("unavailable", "%"),
    "sensor.boiler_power": ("0", "W"),
    "switch.boiler": ("off", None),
    "switch.pump": ("off", None),
}

SITE: dict[str, Any] = {
    "phases": 3,
    "voltage": 230.0,
    "main_breaker": 25.0,
    "import_limit": 11000.0,
    "meter_layout": "per_phase",
    "grid_a": "sensor.grid_a",
    "grid_b": "sensor.grid_b",
    "grid_c": "sensor.grid_c",
    "grid_invert": False,
    "phase_netting": False,
    "pv_power": ["sensor.pv_south"],
    "export_threshold": 500.0,
    "inverter_kind": "symmetric",
    "inverter_phase": "A",
    "ocpp_port": 9016,
    "ocpp_host": "0.0.0.0",  # noqa: S104
}

CHARGER: dict[str, Any] = {
    "station_id": "GARAGE-1",
    "connector_id": 1,
    "security": "basic",
    "password": "k9FbC2mWq7TzR4xLn8Yp",
    "phases": 3,
    "phase_rotation": "ABC",
    "rated_current": 16.0,
    "min_current": 6.0,
    "fallback_current": 6.0,
    "priority": 1,
}

CIRCUIT: dict[str, Any] = {"limit": 20.0}

BATTERY: dict[str, Any] = {
    "soc": "sensor.battery_soc",
    "power": "sensor.battery_power",
    "power_invert": False,
    "capacity": 10.0,
    "max_charge_power": 5000.0,
    "max_discharge_power": 5000.0,
}


VEHICLE: dict[str, Any] = {
    "capacity": 60.0,
    "soc": "sensor.car_soc",
    "charger": "garage",
    "car_phases": 3,
    "efficiency": 92.0,
    "departure": "07:15:00",
}

PV_ARRAY: dict[str, Any] = {"peak_power": 8.4, "tilt": 35.0, "azimuth": 180.0}

LOAD: dict[str, Any] = {
    "load_kind": "water_heater",
    "rated_power": 2.0,
    "load_phases": "B",
    "switch": "switch.boiler",
    "power": "sensor.boiler_power",
    "energy_per_day": 6.0,
    "block": 60,
    "continuous": False,
    "longest_gap": 16.0,
    "allowed": [{"from": "22:00:00", "until": "06:00:00"}],
}


def add_meters(hass: HomeAssistant) -> None:
    """Let every meter have reported."""
    for entity_id, (value, unit) in METERS.items():
        hass.states.async_set(entity_id, value, {"unit_of_measurement": unit} if unit else {})


def charger(key: str = "garage", title: str = "Garage", **changes: Any) -> ConfigSubentryDataWithId:
    """Return a charger's subentry."""
    data = CHARGER | changes
    unique_id = f"{data['station_id']}_{data['connector_id']}"
    return _subentry(key, "charger", title, data, unique_id)


def circuit(key: str, title: str, **changes: Any) -> ConfigSubentryDataWithId:
    """Return a circuit's subentry."""
    return _subentry(key, "circuit", title, CIRCUIT | changes, None)


def battery(
    key: str = "battery", title: str = "Battery", **changes: Any
) -> ConfigSubentryDataWithId:
    """Return a battery's subentry."""
    return _subentry(key, "battery", title, BATTERY | changes, None)


def vehicle(key: str = "beetle", title: str = "Beetle", **changes: Any) -> ConfigSubentryDataWithId:
    """Return a vehicle's subentry."""
    return _subentry(key, "vehicle", title, VEHICLE | changes, None)


def pv_array(key: str = "roof", title: str = "Roof", **changes: Any) -> ConfigSubentryDataWithId:
    """Return a PV array's subentry."""
    return _subentry(key, "pv_array", title, PV_ARRAY | changes, None)


def load(key: str = "boiler", title: str = "Boiler", **changes: Any) -> ConfigSubentryDataWithId:
    """Return a load's subentry."""
    data = {name: value for name, value in (LOAD | changes).items() if value is not None}
    return _subentry(key, "load", title, data, None)


async def site(
    hass: HomeAssistant,
    *subentries: ConfigSubentryDataWithId,
    title: str = "Home",
    set_up: bool = True,
    **changes: Any,
) -> MockConfigEntry:
    """Add a site that exists already."""
    data = {name: value for name, value in (SITE | changes).items() if value is not None}
    entry = MockConfigEntry(domain=DOMAIN, title=title, data=data, subentries_data=subentries)
    entry.add_to_hass(hass)
    if set_up:
        assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


def _subentry(
    key: str, kind: str, title: str, data: dict[str, Any], unique_id: str | None
) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        subentry_id=key, subentry_type=kind, title=title, data=data, unique_id=unique_id
    )
