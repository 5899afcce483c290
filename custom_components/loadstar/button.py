"""What users set off by hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chargers import Chargers
from .coordinator import LoadstarConfigEntry
from .entity import ChargerEntity, LoadstarDescription, async_add_all, each_of
from .wiring import ChargerConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ChargerButtonDescription(LoadstarDescription[ChargerConfig], ButtonEntityDescription):
    """Something that a charger can be asked for."""

    needs_connection: bool = True
    press: Callable[[Chargers, str], Awaitable[None]]


CHARGER: Final = (
    ChargerButtonDescription(key="start_session", press=Chargers.async_start_session),
    ChargerButtonDescription(key="stop_session", press=Chargers.async_stop_session),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a site."""
    coordinator = entry.runtime_data
    async_add_all(
        hass,
        Platform.BUTTON,
        coordinator,
        async_add_entities,
        [
            ChargerButton(coordinator, *each)
            for each in each_of(coordinator.config.chargers, CHARGER)
        ],
    )


class ChargerButton(ChargerEntity, ButtonEntity):
    """A button of a charger."""

    entity_description: ChargerButtonDescription

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.coordinator.chargers, self.subentry_id)
