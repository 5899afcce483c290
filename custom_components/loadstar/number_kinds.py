"""Kinds of numbers: whose they are, and how they are read and written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode

from .entity import ChargerEntity, LoadstarDescription, SiteEntity
from .settings import ChargerSettings, SettingsStore, SiteSettings
from .wiring import ChargerConfig, SiteConfig


@dataclass(frozen=True, kw_only=True)
class LoadstarNumberDescription[WiringT, SettingsT](
    LoadstarDescription[WiringT], NumberEntityDescription
):
    """A number among the settings, and how far the wiring lets it go."""

    mode: NumberMode | None = NumberMode.BOX
    value: Callable[[SettingsT], float]
    most: Callable[[WiringT], float]


@dataclass(frozen=True, kw_only=True)
class SiteNumberDescription(LoadstarNumberDescription[SiteConfig, SiteSettings]):
    """A number of the site."""

    write: Callable[[SettingsStore, float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class ChargerNumberDescription(LoadstarNumberDescription[ChargerConfig, ChargerSettings]):
    """A number of a charger."""

    write: Callable[[SettingsStore, str, float], Awaitable[None]]


class SiteNumber(SiteEntity, NumberEntity):
    """A number of the site."""

    entity_description: SiteNumberDescription

    @property
    @override
    def native_max_value(self) -> float:
        return self.entity_description.most(self.coordinator.config)

    @property
    @override
    def native_value(self) -> float:
        return self.entity_description.value(self.settings)

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.entity_description.write(self.coordinator.settings, value)


class ChargerNumber(ChargerEntity, NumberEntity):
    """A number of a charger."""

    entity_description: ChargerNumberDescription

    @property
    @override
    def native_max_value(self) -> float:
        return self.entity_description.most(self.coordinator.config.chargers[self.subentry_id])

    @property
    @override
    def native_value(self) -> float:
        return self.entity_description.value(self.settings)

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.entity_description.write(self.coordinator.settings, self.subentry_id, value)
