"""When cars leave."""

from dataclasses import dataclass
from datetime import time
from typing import Final, override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import LoadstarConfigEntry
from .entity import LoadstarDescription, async_add_all, each_of
from .goals import TIME_OF_DAY
from .plan_entity import ChargerPlanEntity, is_planned
from .wiring import ChargerConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class DepartureDescription(LoadstarDescription[ChargerConfig], TimeEntityDescription):
    """When the car at a charger leaves, every day."""


CHARGER: Final = (DepartureDescription(key="departure"),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the times of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    chargers = config.chargers if is_planned(config) else {}
    async_add_all(
        hass,
        Platform.TIME,
        coordinator,
        async_add_entities,
        [DepartureTime(coordinator, *each) for each in each_of(chargers, CHARGER)],
    )


class DepartureTime(ChargerPlanEntity, TimeEntity):
    """When the car that is at a charger, or usually there, leaves; unknown: it need not."""

    entity_description: DepartureDescription

    @property
    @override
    def native_value(self) -> time | None:
        return self.goal.departure_time

    @override
    async def async_set_value(self, value: time) -> None:
        departure = value.strftime(TIME_OF_DAY)
        await self.coordinator.settings.async_update_goal(self.goal_key, departure=departure)
