"""Kinds of sensors: what a value is measured in, and how it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfPower,
    UnitOfRatio,
)
from homeassistant.helpers.typing import StateType

from .entity import LoadstarDescription, LoadstarEntity
from .models import ChargerSnapshot, CommissioningState, SiteSnapshot


@dataclass(frozen=True, kw_only=True)
class LoadstarSensorDescription[WiringT, SectionT](
    LoadstarDescription[WiringT], SensorEntityDescription
):
    """A value of a section; a missing one makes the entity unavailable."""

    value: Callable[[SectionT], StateType | datetime]
    attributes: Callable[[SectionT], Mapping[str, Any] | None] = lambda _section: None


class LoadstarSensor[WiringT, SectionT](LoadstarEntity[WiringT, SectionT], SensorEntity):
    """A sensor of any section."""

    entity_description: LoadstarSensorDescription[WiringT, SectionT]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.native_value is not None

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value(self.section)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        return self.entity_description.attributes(self.section)


@dataclass(frozen=True, kw_only=True)
class CurrentDescription[WiringT, SectionT](LoadstarSensorDescription[WiringT, SectionT]):
    """A current in A."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.CURRENT
    native_unit_of_measurement: str | None = UnitOfElectricCurrent.AMPERE
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class PowerDescription[WiringT, SectionT](LoadstarSensorDescription[WiringT, SectionT]):
    """A power in W."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.POWER
    native_unit_of_measurement: str | None = UnitOfPower.WATT
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class SocDescription[WiringT, SectionT](LoadstarSensorDescription[WiringT, SectionT]):
    """A state of charge in percent."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.BATTERY
    native_unit_of_measurement: str | None = UnitOfRatio.PERCENTAGE
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 0


@dataclass(frozen=True, kw_only=True)
class CommissioningDescription[WiringT, SectionT: (SiteSnapshot, ChargerSnapshot)](
    LoadstarSensorDescription[WiringT, SectionT]
):
    """What commissioning has proved."""

    key: str = "commissioning"
    device_class: SensorDeviceClass | None = SensorDeviceClass.ENUM
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    options: list[str] | None = field(
        default_factory=lambda: [str(state) for state in CommissioningState]
    )
    value: Callable[[SectionT], StateType | datetime] = lambda section: section.commissioning
    attributes: Callable[[SectionT], Mapping[str, Any] | None] = lambda section: (
        section.commissioning_data
    )
