"""What users switch on and off."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import LoadstarConfigEntry
from .entity import ChargerEntity, LoadstarDescription, SiteEntity, async_add_all, each_of
from .plan_entity import is_planned
from .settings import ChargerSettings, SettingsStore, SiteSettings
from .wiring import ChargerConfig, SiteConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SiteSwitchDescription(LoadstarDescription[SiteConfig], SwitchEntityDescription):
    """A switch of the site."""

    value: Callable[[SiteSettings], bool]
    write: Callable[[SettingsStore, bool], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class ChargerSwitchDescription(LoadstarDescription[ChargerConfig], SwitchEntityDescription):
    """A switch of a charger."""

    value: Callable[[ChargerSettings], bool]
    write: Callable[[SettingsStore, str, bool], Awaitable[None]]


SITE: Final = (
    SiteSwitchDescription(
        key="grid_charging",
        value=lambda site: site.grid_charging,
        write=lambda settings, on: settings.async_update_site(grid_charging=on),
    ),
    SiteSwitchDescription(
        key="vacation",
        exists=is_planned,
        value=lambda site: site.vacation,
        write=lambda settings, on: settings.async_update_site(vacation=on),
    ),
    SiteSwitchDescription(
        key="neutral_guard",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        exists=lambda config: config.phases > 1,
        value=lambda site: site.control.neutral_guard,
        write=lambda settings, on: settings.async_update_control(neutral_guard=on),
    ),
)

CHARGER: Final = (
    ChargerSwitchDescription(
        key="enabled",
        value=lambda charger: charger.enabled,
        write=lambda settings, key, on: settings.async_update_charger(key, enabled=on),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    async_add_all(
        hass,
        Platform.SWITCH,
        coordinator,
        async_add_entities,
        [
            *(SiteSwitch(coordinator, *each) for each in each_of({None: config}, SITE)),
            *(ChargerSwitch(coordinator, *each) for each in each_of(config.chargers, CHARGER)),
        ],
    )


class SiteSwitch(SiteEntity, SwitchEntity):
    """A switch of the site."""

    entity_description: SiteSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.value(self.settings)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.entity_description.write(self.coordinator.settings, True)  # noqa: FBT003

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.entity_description.write(self.coordinator.settings, False)  # noqa: FBT003


class ChargerSwitch(ChargerEntity, SwitchEntity):
    """A switch of a charger."""

    entity_description: ChargerSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.value(self.settings)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_write(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_write(on=False)

    async def _async_write(self, *, on: bool) -> None:
        await self.entity_description.write(self.coordinator.settings, self.subentry_id, on)
