"""Entities of the site's dynamic buffer."""

from typing import Any, override

from .coordinator import LoadstarCoordinator
from .entity import LoadstarDescription, LoadstarEntity
from .models import BUFFER_SECTION, BufferSnapshot
from .wiring import SiteConfig


class BufferEntity(LoadstarEntity[SiteConfig, BufferSnapshot]):
    """An entity that follows the buffer."""

    def __init__(
        self,
        coordinator: LoadstarCoordinator,
        description: LoadstarDescription[SiteConfig],
        subentry_id: str | None = None,
    ) -> None:
        """Belong to the site."""
        super().__init__(coordinator, description, subentry_id)
        self.coordinator_context: Any = BUFFER_SECTION

    @property
    @override
    def section(self) -> BufferSnapshot:
        return self.coordinator.data.buffer
