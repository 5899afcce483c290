"""Entities of the plan: of the whole site's, or of what it has for one device."""

from typing import Any, override

from .coordinator import LoadstarCoordinator
from .entity import LoadstarDescription, LoadstarEntity
from .goals import GoalSettings, goal_key
from .models import PLAN_SECTION, ChargerPlan, PlanSnapshot
from .planning_wiring import LoadConfig
from .wiring import BatteryConfig, ChargerConfig, SiteConfig

NOTHING_PLANNED = ChargerPlan()


def is_planned(config: SiteConfig) -> bool:
    """Whether there can be plans at all: without any price there is nothing to plan by."""
    return config.planning.has_prices


class PlanEntity[WiringT, SectionT](LoadstarEntity[WiringT, SectionT]):
    """An entity that follows the plan, whatever its device is."""

    def __init__(
        self,
        coordinator: LoadstarCoordinator,
        description: LoadstarDescription[WiringT],
        subentry_id: str | None = None,
    ) -> None:
        """Belong to a subentry, or to the site."""
        super().__init__(coordinator, description, subentry_id)
        self.coordinator_context: Any = PLAN_SECTION

    @property
    def plan(self) -> PlanSnapshot:
        """Return the newest plan."""
        return self.coordinator.data.plan

    @property
    def currency(self) -> str:
        """Return what money is counted in."""
        return self.plan.currency or self.coordinator.hass.config.currency


class SitePlanEntity(PlanEntity[SiteConfig, PlanSnapshot]):
    """An entity of the site's plan."""

    @property
    @override
    def section(self) -> PlanSnapshot:
        return self.plan


class ChargerPlanEntity(PlanEntity[ChargerConfig, ChargerPlan]):
    """An entity of what the plan has for a charger."""

    subentry_id: str

    @property
    @override
    def section(self) -> ChargerPlan:
        return self.plan.chargers.get(self.subentry_id, NOTHING_PLANNED)

    @property
    def goal_key(self) -> str:
        """Return whose goal counts here: the vehicle's, or the charger's guest's."""
        return goal_key(self.coordinator.config, self.plan, self.subentry_id)

    @property
    def goal(self) -> GoalSettings:
        """Return the goal that counts here."""
        return self.coordinator.settings.goals[self.goal_key]


class BatteryPlanEntity(PlanEntity[BatteryConfig, float | None]):
    """An entity of what the plan has for a battery, in W."""

    subentry_id: str

    @property
    @override
    def section(self) -> float | None:
        return self.plan.batteries.get(self.subentry_id)


class LoadPlanEntity(PlanEntity[LoadConfig, float | None]):
    """An entity of what the plan has for a load, in W."""

    subentry_id: str

    @property
    @override
    def section(self) -> float | None:
        return self.plan.loads.get(self.subentry_id)
