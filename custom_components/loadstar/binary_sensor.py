"""What is so or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import LoadstarConfigEntry
from .engine.models import Remedy
from .entity import (
    ChargerEntity,
    LoadstarDescription,
    LoadstarEntity,
    SiteEntity,
    async_add_all,
    each_of,
)
from .models import ChargerSnapshot, PlanSnapshot, SiteSnapshot
from .plan_entity import SitePlanEntity, is_planned
from .wiring import ChargerConfig, SiteConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class LoadstarBinarySensorDescription[WiringT, SectionT](
    LoadstarDescription[WiringT], BinarySensorEntityDescription
):
    """A fact of a section."""

    value: Callable[[SectionT], bool]
    attributes: Callable[[SectionT], Mapping[str, Any] | None] = lambda _section: None


def _has_problem(charger: ChargerSnapshot) -> bool:
    """Whether a charger cannot be held to its current, or had to be stopped for that."""
    wrong = charger.problem is not None or charger.proof == "failed"
    return wrong or charger.out_of_service or charger.remedy is not Remedy.NONE


def _problems(charger: ChargerSnapshot) -> dict[str, Any]:
    return {
        "problem": charger.problem,
        "remedy": charger.remedy,
        "out_of_service": charger.out_of_service,
    }


SITE: Final[tuple[LoadstarBinarySensorDescription[SiteConfig, SiteSnapshot], ...]] = (
    LoadstarBinarySensorDescription(
        key="overload",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value=lambda site: site.overload,
        attributes=lambda site: {"phases": list(site.overloaded_phases)},
    ),
    LoadstarBinarySensorDescription(
        key="meter_stale",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda site: site.meter_stale,
        attributes=lambda site: {"frozen": site.meter_frozen},
    ),
    LoadstarBinarySensorDescription(
        key="phases_assumed",
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=lambda config: config.meter.total is not None and config.phases > 1,
        value=lambda site: site.total_only,
    ),
)

PLAN: Final[tuple[LoadstarBinarySensorDescription[SiteConfig, PlanSnapshot], ...]] = (
    LoadstarBinarySensorDescription(
        key="plan_stale",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        exists=is_planned,
        value=lambda plan: plan.stale,
        attributes=lambda plan: {"problem": plan.problem},
    ),
)

CHARGER: Final[tuple[LoadstarBinarySensorDescription[ChargerConfig, ChargerSnapshot], ...]] = (
    LoadstarBinarySensorDescription(
        key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda charger: charger.connected,
    ),
    LoadstarBinarySensorDescription(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=_has_problem,
        attributes=_problems,
    ),
    LoadstarBinarySensorDescription(
        key="plugged",
        device_class=BinarySensorDeviceClass.PLUG,
        value=lambda charger: charger.plugged,
        needs_connection=True,
    ),
    LoadstarBinarySensorDescription(
        key="charging",
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        value=lambda charger: charger.charging,
        needs_connection=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    async_add_all(
        hass,
        Platform.BINARY_SENSOR,
        coordinator,
        async_add_entities,
        [
            *(SiteBinarySensor(coordinator, *each) for each in each_of({None: config}, SITE)),
            *(PlanBinarySensor(coordinator, *each) for each in each_of({None: config}, PLAN)),
            *(
                ChargerBinarySensor(coordinator, *each)
                for each in each_of(config.chargers, CHARGER)
            ),
        ],
    )


class LoadstarBinarySensor[WiringT, SectionT](
    LoadstarEntity[WiringT, SectionT], BinarySensorEntity
):
    """A binary sensor of any section."""

    entity_description: LoadstarBinarySensorDescription[WiringT, SectionT]

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.value(self.section)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        return self.entity_description.attributes(self.section)


class SiteBinarySensor(SiteEntity, LoadstarBinarySensor[SiteConfig, SiteSnapshot]):
    """A binary sensor of the site."""


class PlanBinarySensor(SitePlanEntity, LoadstarBinarySensor[SiteConfig, PlanSnapshot]):
    """A binary sensor of the site's plan."""


class ChargerBinarySensor(ChargerEntity, LoadstarBinarySensor[ChargerConfig, ChargerSnapshot]):
    """A binary sensor of a charger."""
