"""What users set off by hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .buffer_actions import EXTENSION_DAYS
from .buffer_entity import BufferEntity
from .buffering import Buffering, has_buffer
from .chargers import Chargers
from .commissioning import Commissioning
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator
from .engine.buffer.types import BufferMode
from .entity import ChargerEntity, LoadstarDescription, SiteEntity, async_add_all, each_of
from .plan_entity import is_planned
from .wiring import ChargerConfig, SiteConfig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ChargerButtonDescription(LoadstarDescription[ChargerConfig], ButtonEntityDescription):
    """Something that a charger can be asked for."""

    needs_connection: bool = True
    press: Callable[[Chargers, str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class CommissioningButtonDescription(LoadstarDescription[SiteConfig], ButtonEntityDescription):
    """Something about commissioning that a site can be asked for."""

    entity_category: EntityCategory | None = EntityCategory.CONFIG
    press: Callable[[Commissioning], Awaitable[None]]
    while_running: bool


@dataclass(frozen=True, kw_only=True)
class PlanningButtonDescription(LoadstarDescription[SiteConfig], ButtonEntityDescription):
    """Something about its plan, or its forecasts, that a site can be asked for."""

    press: Callable[[LoadstarCoordinator], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class BufferButtonDescription(LoadstarDescription[SiteConfig], ButtonEntityDescription):
    """Something that the buffer can be told."""

    entity_category: EntityCategory | None = EntityCategory.CONFIG
    exists: Callable[[SiteConfig], bool] = has_buffer
    press: Callable[[Buffering], Awaitable[None]]
    while_live: bool = True


SITE: Final = (
    CommissioningButtonDescription(
        key="commission", press=Commissioning.async_begin, while_running=False
    ),
    CommissioningButtonDescription(
        key="stop_commissioning", press=Commissioning.async_stop, while_running=True
    ),
)

PLAN: Final = (
    PlanningButtonDescription(
        key="plan_now",
        exists=is_planned,
        press=lambda coordinator: coordinator.planning.async_plan(),
    ),
    PlanningButtonDescription(
        key="retrain",
        entity_category=EntityCategory.CONFIG,
        press=lambda coordinator: coordinator.forecasting.async_retrain(),
    ),
)

BUFFER: Final = (
    BufferButtonDescription(
        key="activate_buffer", press=Buffering.async_activate, while_live=False
    ),
    BufferButtonDescription(
        key="extend_observation",
        press=lambda buffering: buffering.async_extend(EXTENSION_DAYS),
    ),
)

CHARGER: Final = (
    ChargerButtonDescription(key="start_session", press=Chargers.async_start_session),
    ChargerButtonDescription(key="stop_session", press=Chargers.async_stop_session),
    ChargerButtonDescription(
        key="prove_fallback",
        entity_category=EntityCategory.CONFIG,
        press=Chargers.async_prove_fallback,
    ),
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
            *(
                CommissioningButton(coordinator, *each)
                for each in each_of({None: coordinator.config}, SITE)
            ),
            *(
                PlanningButton(coordinator, *each)
                for each in each_of({None: coordinator.config}, PLAN)
            ),
            *(
                BufferButton(coordinator, *each)
                for each in each_of({None: coordinator.config}, BUFFER)
            ),
            *(
                ChargerButton(coordinator, *each)
                for each in each_of(coordinator.config.chargers, CHARGER)
            ),
        ],
    )


class CommissioningButton(SiteEntity, ButtonEntity):
    """A button that begins or ends commissioning."""

    entity_description: CommissioningButtonDescription

    @property
    @override
    def available(self) -> bool:
        running = self.coordinator.commissioning.is_running
        return super().available and running is self.entity_description.while_running

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.coordinator.commissioning)


class PlanningButton(SiteEntity, ButtonEntity):
    """A button that asks for a plan, or for new forecasts."""

    entity_description: PlanningButtonDescription

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.coordinator)


class BufferButton(BufferEntity, ButtonEntity):
    """A button of the buffer."""

    entity_description: BufferButtonDescription

    @property
    @override
    def available(self) -> bool:
        is_live = self.section.mode is BufferMode.LIVE
        return super().available and (self.entity_description.while_live or not is_live)

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.coordinator.buffering)


class ChargerButton(ChargerEntity, ButtonEntity):
    """A button of a charger."""

    entity_description: ChargerButtonDescription

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.coordinator.chargers, self.subentry_id)
