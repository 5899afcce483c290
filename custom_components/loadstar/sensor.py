"""What is measured and what has been decided."""

from collections.abc import Callable
from typing import Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.const import (
    MATCH_ALL,
    EntityCategory,
    Platform,
    UnitOfEnergy,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .buffer_sensors import buffer_sensors
from .const import SITE_PHASES
from .coordinator import LoadstarConfigEntry
from .engine.models import ConnectorStatus, ReasonCode
from .entity import (
    BatteryEntity,
    ChargerEntity,
    CircuitEntity,
    SiteEntity,
    async_add_all,
    each_of,
)
from .forecast_sensors import forecast_sensors
from .models import (
    METHODS,
    PROOFS,
    BatterySnapshot,
    ChargerSnapshot,
    CircuitSnapshot,
    SiteSnapshot,
    Triple,
)
from .plan_sensors import plan_sensors
from .sensor_kinds import (
    CommissioningDescription,
    CurrentDescription,
    LoadstarSensor,
    LoadstarSensorDescription,
    PowerDescription,
    SocDescription,
)
from .wiring import BatteryConfig, ChargerConfig, CircuitConfig, SiteConfig

PARALLEL_UPDATES = 0

# An unknown status is a missing one.
STATUS_OPTIONS: Final[dict[ConnectorStatus, str]] = {
    status: status.name.lower()
    for status in ConnectorStatus
    if status is not ConnectorStatus.UNKNOWN
}


type _SiteDescription = LoadstarSensorDescription[SiteConfig, SiteSnapshot]
type _ChargerDescription = LoadstarSensorDescription[ChargerConfig, ChargerSnapshot]
type _BatteryDescription = LoadstarSensorDescription[BatteryConfig, BatterySnapshot]
type _CircuitDescription = LoadstarSensorDescription[CircuitConfig, CircuitSnapshot]


def _site_current(key: str, read: Callable[[SiteSnapshot], Triple], index: int) -> _SiteDescription:
    return CurrentDescription(
        key=f"{key}_{SITE_PHASES[index].lower()}",
        exists=lambda config: index < config.phases,
        value=lambda site: read(site)[index],
    )


def _household_reserve(index: int) -> _SiteDescription:
    return CurrentDescription(
        key=f"household_reserve_{SITE_PHASES[index].lower()}",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        exists=lambda config: index < config.phases,
        value=lambda site: site.household_reserve[index],
        attributes=lambda site: {"observed_days": round(site.reserve_observed_days, 1)},
    )


def _charger_current(index: int) -> _ChargerDescription:
    return CurrentDescription(
        key=f"current_l{index + 1}",
        exists=lambda charger: index < charger.phases,
        value=lambda charger: charger.currents[index],
        needs_connection=True,
    )


def _circuit_current(
    key: str, read: Callable[[CircuitSnapshot], Triple], index: int, *, enabled: bool
) -> _CircuitDescription:
    return CurrentDescription(
        key=f"{key}_{SITE_PHASES[index].lower()}",
        exists=lambda circuit: _is_metered(circuit, index),
        value=lambda circuit: read(circuit)[index],
        entity_registry_enabled_default=enabled,
    )


def _is_metered(circuit: CircuitConfig, index: int) -> bool:
    return circuit.meter is not None and circuit.meter.imports[index] is not None


def _reason_data(charger: ChargerSnapshot) -> dict[str, float | str]:
    return {
        name: value if isinstance(value, str) else round(value, 1)
        for name, value in charger.reason_data.items()
    }


SITE: Final[tuple[_SiteDescription, ...]] = (
    CommissioningDescription(),
    *(_site_current("grid_current", lambda site: site.grid_current, index) for index in range(3)),
    *(
        _site_current("available_current", lambda site: site.available_current, index)
        for index in range(3)
    ),
    PowerDescription(
        key="household_power",
        value=lambda site: site.household_power_w,
    ),
    PowerDescription(
        key="pv_power",
        exists=lambda config: bool(config.pv_power),
        value=lambda site: site.pv_power_w,
    ),
    PowerDescription(
        key="battery_power",
        exists=lambda config: bool(config.batteries),
        value=lambda site: site.battery_power_w,
    ),
    SocDescription(
        key="battery_soc",
        exists=lambda config: bool(config.batteries),
        value=lambda site: site.battery_soc_percent,
    ),
    *(_household_reserve(index) for index in range(3)),
)

CHARGER: Final[tuple[_ChargerDescription, ...]] = (
    CommissioningDescription(),
    LoadstarSensorDescription(
        key="status",
        device_class=SensorDeviceClass.ENUM,
        options=list(STATUS_OPTIONS.values()),
        value=lambda charger: STATUS_OPTIONS.get(charger.status),
        needs_connection=True,
    ),
    LoadstarSensorDescription(
        key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=list(ReasonCode),
        value=lambda charger: charger.reason,
        attributes=_reason_data,
    ),
    CurrentDescription(
        key="setpoint",
        value=lambda charger: charger.setpoint,
    ),
    CurrentDescription(
        key="offered_current",
        value=lambda charger: charger.offered,
        needs_connection=True,
    ),
    *(_charger_current(index) for index in range(3)),
    PowerDescription(
        key="power",
        value=lambda charger: charger.power_w,
        needs_connection=True,
    ),
    LoadstarSensorDescription(
        key="fallback_proof",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(PROOFS),
        value=lambda charger: charger.proof,
        attributes=lambda charger: {"obstacle": charger.proof_obstacle},
    ),
    LoadstarSensorDescription(
        key="control_method",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        options=list(METHODS),
        value=lambda charger: charger.method,
    ),
    LoadstarSensorDescription(
        key="clock_offset",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda charger: charger.clock_offset_s,
        needs_connection=True,
    ),
    LoadstarSensorDescription(
        key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=2,
        value=lambda charger: charger.session_energy_kwh,
        needs_connection=True,
    ),
)

BATTERY: Final[tuple[_BatteryDescription, ...]] = (
    SocDescription(key="soc", value=lambda battery: battery.soc_percent),
    PowerDescription(key="power", value=lambda battery: battery.power_w),
)

CIRCUIT: Final[tuple[_CircuitDescription, ...]] = (
    *(
        _circuit_current("current", lambda circuit: circuit.current, index, enabled=True)
        for index in range(3)
    ),
    *(
        _circuit_current(
            "available_current", lambda circuit: circuit.available_current, index, enabled=False
        )
        for index in range(3)
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    async_add_all(
        hass,
        Platform.SENSOR,
        coordinator,
        async_add_entities,
        [
            *(SiteSensor(coordinator, *each) for each in each_of({None: config}, SITE)),
            *(ChargerSensor(coordinator, *each) for each in each_of(config.chargers, CHARGER)),
            *(BatterySensor(coordinator, *each) for each in each_of(config.batteries, BATTERY)),
            *(CircuitSensor(coordinator, *each) for each in each_of(config.circuits, CIRCUIT)),
            *plan_sensors(coordinator),
            *buffer_sensors(coordinator),
            *forecast_sensors(coordinator),
        ],
    )


class SiteSensor(SiteEntity, LoadstarSensor[SiteConfig, SiteSnapshot]):
    """A sensor of the site."""


class ChargerSensor(ChargerEntity, LoadstarSensor[ChargerConfig, ChargerSnapshot]):
    """A sensor of a charger."""

    # the figures behind a reason change with every meter value; its code is what history needs
    _unrecorded_attributes = frozenset({MATCH_ALL})


class BatterySensor(BatteryEntity, LoadstarSensor[BatteryConfig, BatterySnapshot]):
    """A sensor of a battery."""


class CircuitSensor(CircuitEntity, LoadstarSensor[CircuitConfig, CircuitSnapshot]):
    """A sensor of a circuit."""
