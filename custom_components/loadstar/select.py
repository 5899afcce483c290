"""How chargers charge and how they share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .buffering import has_buffer
from .coordinator import LoadstarConfigEntry
from .engine.buffer.types import BufferFormula
from .engine.models import ChargingMode, DistributionMode
from .entity import ChargerEntity, LoadstarDescription, SiteEntity, async_add_all, each_of
from .models import PlannerMode
from .plan_entity import is_planned
from .settings import RISK_APPETITES, ChargerSettings, SettingsStore, SiteSettings
from .wiring import ChargerConfig, SiteConfig

PARALLEL_UPDATES = 0

AS_THE_SITE: Final = "site"
# Planned is not offered before there is something that plans.
CHARGING_MODES: Final = [
    ChargingMode.STANDARD,
    ChargingMode.ECO,
    ChargingMode.SOLAR,
    ChargingMode.EXCESS,
]
RISK_WORDS: Final = dict(
    zip(("very_careful", "careful", "balanced", "bold", "very_bold"), RISK_APPETITES, strict=True)
)


@dataclass(frozen=True, kw_only=True)
class SiteSelectDescription(LoadstarDescription[SiteConfig], SelectEntityDescription):
    """A choice for the site."""

    value: Callable[[SiteSettings], str]
    write: Callable[[SettingsStore, str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class ChargerSelectDescription(LoadstarDescription[ChargerConfig], SelectEntityDescription):
    """A choice for a charger."""

    value: Callable[[ChargerSettings], str]
    write: Callable[[SettingsStore, str, str], Awaitable[None]]


SITE: Final = (
    SiteSelectDescription(
        key="charging_mode",
        options=list(CHARGING_MODES),
        value=lambda site: site.charging_mode,
        write=lambda settings, option: settings.async_update_site(
            charging_mode=ChargingMode(option)
        ),
    ),
    SiteSelectDescription(
        key="distribution_mode",
        options=list(DistributionMode),
        value=lambda site: site.distribution_mode,
        write=lambda settings, option: settings.async_update_site(
            distribution_mode=DistributionMode(option)
        ),
    ),
    SiteSelectDescription(
        key="planner_mode",
        exists=is_planned,
        options=list(PlannerMode),
        value=lambda site: site.planner_mode,
        write=lambda settings, option: settings.async_update_site(planner_mode=PlannerMode(option)),
    ),
    SiteSelectDescription(
        key="risk_appetite",
        exists=lambda config: is_planned(config) and bool(config.batteries),
        options=list(RISK_WORDS),
        value=lambda site: next(
            word for word, level in RISK_WORDS.items() if level == site.risk_appetite
        ),
        write=lambda settings, option: settings.async_update_site(risk_appetite=RISK_WORDS[option]),
    ),
    SiteSelectDescription(
        key="buffer_formula",
        entity_category=EntityCategory.CONFIG,
        exists=has_buffer,
        options=list(BufferFormula),
        value=lambda site: site.buffer_formula,
        write=lambda settings, option: settings.async_update_site(
            buffer_formula=BufferFormula(option)
        ),
    ),
)

CHARGER: Final = (
    ChargerSelectDescription(
        key="charging_mode",
        options=[AS_THE_SITE, *CHARGING_MODES],
        value=lambda charger: charger.charging_mode or AS_THE_SITE,
        write=lambda settings, key, option: settings.async_update_charger(
            key, charging_mode=None if option == AS_THE_SITE else ChargingMode(option)
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the selects of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    async_add_all(
        hass,
        Platform.SELECT,
        coordinator,
        async_add_entities,
        [
            *(SiteSelect(coordinator, *each) for each in each_of({None: config}, SITE)),
            *(ChargerSelect(coordinator, *each) for each in each_of(config.chargers, CHARGER)),
        ],
    )


class SiteSelect(SiteEntity, SelectEntity):
    """A choice for the site."""

    entity_description: SiteSelectDescription

    @property
    @override
    def current_option(self) -> str:
        return self.entity_description.value(self.settings)

    @override
    async def async_select_option(self, option: str) -> None:
        await self.entity_description.write(self.coordinator.settings, option)


class ChargerSelect(ChargerEntity, SelectEntity):
    """A choice for a charger."""

    entity_description: ChargerSelectDescription

    @property
    @override
    def current_option(self) -> str:
        return self.entity_description.value(self.settings)

    @override
    async def async_select_option(self, option: str) -> None:
        await self.entity_description.write(self.coordinator.settings, self.subentry_id, option)
