"""The commissioning report as a picture."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .commissioning import async_load_words, draw
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator
from .entity import LoadstarDescription, SiteEntity, async_add_all
from .wiring import SiteConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SiteImageDescription(LoadstarDescription[SiteConfig], ImageEntityDescription):
    """A picture of something about the site."""


REPORT: Final = SiteImageDescription(
    key="commissioning_report", entity_category=EntityCategory.DIAGNOSTIC
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the pictures of a site."""
    coordinator = entry.runtime_data
    picture = CommissioningReport(hass, coordinator, REPORT)
    async_add_all(hass, Platform.IMAGE, coordinator, async_add_entities, [picture])


class CommissioningReport(SiteEntity, ImageEntity):
    """What the last commissioning found, drawn when somebody looks."""

    entity_description: SiteImageDescription
    _attr_content_type = "image/svg+xml"

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: LoadstarCoordinator,
        description: SiteImageDescription,
    ) -> None:
        """Show the last report, if there is one."""
        SiteEntity.__init__(self, coordinator, description)
        ImageEntity.__init__(self, hass)
        self._take()

    @property
    @override
    def available(self) -> bool:
        """Whether there is a report."""
        return super().available and self.coordinator.commissioning.last is not None

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return where the picture is, if there is one."""
        return super().entity_picture if self.available else None

    @override
    async def async_image(self) -> bytes | None:
        kept = self.coordinator.commissioning.last
        if kept is None:
            return None
        return draw(kept, self.coordinator.config, await async_load_words(self.hass))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._take()
        super()._handle_coordinator_update()

    def _take(self) -> None:
        kept = self.coordinator.commissioning.last
        self._attr_image_last_updated = None if kept is None else kept.at
