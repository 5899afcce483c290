"""What the simulated home's meters show, once a second."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import SimulatedHomeEntry
from .day_ahead import DayAheadPrice
from .device import device_info
from .home import PARKINGS, VOLTAGE, HomeState, SimulatedHome

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SimulatedSensorDescription(SensorEntityDescription):
    """A sensor and where it reads."""

    read: Callable[[HomeState], float | datetime | None]


def _current(phase: int, name: str) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=f"grid_current_{name}",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        read=lambda state: round(state.grid_a[phase], 2),
    )


def _power(key: str, read: Callable[[HomeState], float]) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=key,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        read=lambda state: round(read(state)),
    )


def _grid_power(phase: int, name: str) -> SimulatedSensorDescription:
    return _power(f"grid_power_{name}", lambda state: state.grid_a[phase] * VOLTAGE)


def _percent(key: str, read: Callable[[HomeState], float | None]) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=key,
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        read=lambda state: None if (value := read(state)) is None else round(value, 2),
    )


def _temperature(key: str, read: Callable[[HomeState], float]) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=key,
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        read=lambda state: round(read(state), 2),
    )


def _departure(car: str) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=f"{car}_departure",
        device_class=SensorDeviceClass.TIMESTAMP,
        read=lambda state: datetime.fromtimestamp(state.departure[car], UTC),
    )


def _energy(name: str) -> SimulatedSensorDescription:
    return SimulatedSensorDescription(
        key=f"{name}_energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=2,
        read=lambda state: round(state.energy_kwh[name], 3),
    )


SENSORS = (
    *(_current(phase, name) for phase, name in enumerate("abc")),
    *(_grid_power(phase, name) for phase, name in enumerate("abc")),
    _power("grid_power", lambda state: sum(state.grid_a) * VOLTAGE),
    _power("pv_power", lambda state: state.house.pv_w),
    _power("battery_power", lambda state: state.house.battery_power_w),
    _percent("battery_soc", lambda state: state.house.battery_soc_percent),
    _percent("garage_car_soc", lambda state: state.car_soc_percent["garage"]),
    _percent("driveway_car_soc", lambda state: state.car_soc_percent["driveway"]),
    *(_departure(parking.key) for parking in PARKINGS),
    _power("water_heater_power", lambda state: sum(state.house.water_heater_w.values())),
    _temperature("water_temperature", lambda state: state.water_c),
    _temperature("outdoor_temperature", lambda state: state.outdoor_c),
    _power("pv_forecast_power", lambda state: state.pv_forecast_w),
    *(
        _energy(name)
        for name in ("grid_import", "grid_export", "pv", "battery_charge", "battery_discharge")
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001  the platform's signature
    entry: SimulatedHomeEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Hang up the meters."""
    async_add_entities(
        [
            *(
                SimulatedSensor(entry.entry_id, entry.runtime_data, description)
                for description in SENSORS
            ),
            DayAheadPrice(entry.entry_id, entry.runtime_data.seed),
        ]
    )


class SimulatedSensor(SensorEntity):
    """One value of the home."""

    entity_description: SimulatedSensorDescription
    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry_id: str, home: SimulatedHome, description: SimulatedSensorDescription
    ) -> None:
        """Read ``home``."""
        self.entity_description = description
        self._home = home
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{entry_id}_{description.key}"
        self._attr_device_info = device_info(entry_id)

    @property
    @override
    def native_value(self) -> float | datetime | None:
        """Return the newest value."""
        return self.entity_description.read(self._home.state)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the home."""
        self.async_on_remove(self._home.listen(self.async_write_ha_state))
