"""What plans weigh, and how much a car is to have."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfRatio

from .coordinator import LoadstarCoordinator
from .entity import LoadstarDescription, LoadstarEntity, each_of
from .goals import MOST_GOAL_KWH
from .number_kinds import SiteNumber, SiteNumberDescription
from .plan_entity import ChargerPlanEntity, is_planned
from .settings import MOST_COST_PER_KWH
from .wiring import ChargerConfig, SiteConfig


@dataclass(frozen=True, kw_only=True)
class CostNumberDescription(SiteNumberDescription):
    """A price per kWh that plans weigh."""

    entity_category: EntityCategory | None = EntityCategory.CONFIG
    native_min_value: float | None = 0
    native_step: float | None = 0.001


@dataclass(frozen=True, kw_only=True)
class GoalNumberDescription(LoadstarDescription[ChargerConfig], NumberEntityDescription):
    """How much the car at a charger is to have; ``field`` and ``other`` are of GoalSettings.

    A goal is either a SoC or an energy: setting one lets go of the other, and 0 of both.
    """

    mode: NumberMode | None = NumberMode.BOX
    native_min_value: float | None = 0
    field: str
    other: str


def _has_batteries(config: SiteConfig) -> bool:
    return bool(config.batteries)


SITE_PLAN: Final = (
    CostNumberDescription(
        key="wear_cost",
        exists=_has_batteries,
        most=lambda _config: MOST_COST_PER_KWH,
        value=lambda site: site.wear_cost_per_kwh,
        write=lambda settings, value: settings.async_update_site(wear_cost_per_kwh=value),
    ),
    CostNumberDescription(
        key="battery_export_threshold",
        exists=_has_batteries,
        most=lambda _config: MOST_COST_PER_KWH,
        value=lambda site: site.battery_export_threshold_per_kwh,
        write=lambda settings, value: settings.async_update_site(
            battery_export_threshold_per_kwh=value
        ),
    ),
)

CHARGER_GOAL: Final = (
    GoalNumberDescription(
        key="goal_energy",
        device_class=NumberDeviceClass.ENERGY,
        native_max_value=MOST_GOAL_KWH,
        native_step=0.1,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        field="energy_kwh",
        other="soc_percent",
    ),
    GoalNumberDescription(
        key="goal_soc",
        native_max_value=100,
        native_step=1,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        field="soc_percent",
        other="energy_kwh",
    ),
)


class CostNumber(SiteNumber):
    """A price per kWh among the settings."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        return f"{self.coordinator.hass.config.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"


class GoalNumber(ChargerPlanEntity, NumberEntity):
    """How much the car that is at a charger, or usually there, is to have."""

    entity_description: GoalNumberDescription

    @property
    @override
    def native_value(self) -> float:
        return getattr(self.goal, self.entity_description.field) or 0.0

    @override
    async def async_set_native_value(self, value: float) -> None:
        description = self.entity_description
        changes: dict[str, float | None] = {description.field: value or None}
        if value:
            changes[description.other] = None
        await self.coordinator.settings.async_update_goal(self.goal_key, **changes)


def plan_numbers(coordinator: LoadstarCoordinator) -> Iterator[LoadstarEntity[Any, Any]]:
    """Yield the numbers that plans are made by, where there can be plans."""
    config = coordinator.config
    if not is_planned(config):
        return
    yield from (CostNumber(coordinator, *each) for each in each_of({None: config}, SITE_PLAN))
    for each in each_of(config.chargers, CHARGER_GOAL):
        yield GoalNumber(coordinator, *each)
