"""What all entities have in common: a section of the Snapshot, and a device."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import LoadstarCoordinator
from .devices import device_identifier
from .models import BatterySnapshot, ChargerSnapshot, CircuitSnapshot, SiteSnapshot
from .settings import ChargerSettings, SiteSettings
from .wiring import BatteryConfig, ChargerConfig, CircuitConfig, SiteConfig


@dataclass(frozen=True, kw_only=True)
class LoadstarDescription[WiringT](EntityDescription):
    """When there is such an entity, and when it has something to say."""

    exists: Callable[[WiringT], bool] = lambda _wiring: True
    needs_connection: bool = False  # unavailable while the charger is offline


class LoadstarEntity[WiringT, SectionT](CoordinatorEntity[LoadstarCoordinator]):
    """An entity of one section of a site."""

    entity_description: LoadstarDescription[WiringT]
    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: LoadstarCoordinator,
        description: LoadstarDescription[WiringT],
        subentry_id: str | None = None,
    ) -> None:
        """Belong to a subentry, or to the site."""
        super().__init__(coordinator, context=subentry_id)
        entry_id = coordinator.config_entry.entry_id
        self.entity_description = description
        self.subentry_id = subentry_id
        self._attr_translation_key = description.key
        self._attr_unique_id = "_".join(filter(None, (entry_id, subentry_id, description.key)))
        self._attr_device_info = DeviceInfo(identifiers={device_identifier(entry_id, subentry_id)})

    @property
    @abstractmethod
    def section(self) -> SectionT:
        """Return what is shown."""

    @property
    def connected(self) -> bool:
        """Whether what is shown can be heard of."""
        return True

    @property
    @override
    def available(self) -> bool:
        """Whether there is something to show."""
        return super().available and (
            self.connected or not self.entity_description.needs_connection
        )


class SiteEntity(LoadstarEntity[SiteConfig, SiteSnapshot]):
    """An entity of the whole site."""

    @property
    @override
    def section(self) -> SiteSnapshot:
        return self.coordinator.data.site

    @property
    def settings(self) -> SiteSettings:
        """Return what is tuned for the site."""
        return self.coordinator.settings.site


class SubentryEntity[WiringT, SectionT](LoadstarEntity[WiringT, SectionT]):
    """An entity of something that is wired to the site."""

    subentry_id: str

    def __init__(
        self,
        coordinator: LoadstarCoordinator,
        description: LoadstarDescription[WiringT],
        subentry_id: str,
    ) -> None:
        """Belong to a subentry."""
        super().__init__(coordinator, description, subentry_id)


class ChargerEntity(SubentryEntity[ChargerConfig, ChargerSnapshot]):
    """An entity of one charger."""

    @property
    @override
    def section(self) -> ChargerSnapshot:
        return self.coordinator.data.chargers[self.subentry_id]

    @property
    @override
    def connected(self) -> bool:
        return self.section.connected

    @property
    def settings(self) -> ChargerSettings:
        """Return what is tuned for the charger."""
        return self.coordinator.settings.chargers[self.subentry_id]


class BatteryEntity(SubentryEntity[BatteryConfig, BatterySnapshot]):
    """An entity of one battery."""

    @property
    @override
    def section(self) -> BatterySnapshot:
        return self.coordinator.data.batteries[self.subentry_id]


class CircuitEntity(SubentryEntity[CircuitConfig, CircuitSnapshot]):
    """An entity of one circuit."""

    @property
    @override
    def section(self) -> CircuitSnapshot:
        return self.coordinator.data.circuits[self.subentry_id]


def each_of[KeyT: str | None, WiringT, DescriptionT: LoadstarDescription[Any]](
    wired: Mapping[KeyT, WiringT], descriptions: Iterable[DescriptionT]
) -> Iterator[tuple[DescriptionT, KeyT]]:
    """Yield every description with every key whose wiring it applies to."""
    for key, wiring in wired.items():
        for description in descriptions:
            if description.exists(wiring):
                yield description, key


@callback
def async_add_all(
    hass: HomeAssistant,
    platform: Platform,
    coordinator: LoadstarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities: Iterable[LoadstarEntity[Any, Any]],
) -> None:
    """Add entities to their subentries, and forget those that the wiring has no more."""
    by_subentry: dict[str | None, list[LoadstarEntity[Any, Any]]] = {}
    for entity in entities:
        by_subentry.setdefault(entity.subentry_id, []).append(entity)
    wanted = {entity.unique_id for group in by_subentry.values() for entity in group}
    registry = er.async_get(hass)
    entry_id = coordinator.config_entry.entry_id
    for known in er.async_entries_for_config_entry(registry, entry_id):
        if known.domain == platform and known.unique_id not in wanted:
            registry.async_remove(known.entity_id)
    for subentry_id, group in by_subentry.items():
        async_add_entities(group, config_subentry_id=subentry_id)
