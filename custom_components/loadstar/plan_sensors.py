"""What is planned, why, and what it is worth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    MATCH_ALL,
    EntityCategory,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTime,
)

from .coordinator import LoadstarCoordinator
from .engine.planner.output.reason_kinds import ReasonKind
from .engine.planner.output.types import SlotAction
from .engine.planner.solver.types import SolveStatus
from .entity import LoadstarEntity, each_of
from .models import ChargerPlan, PlanSnapshot
from .plan_entity import (
    BatteryPlanEntity,
    ChargerPlanEntity,
    LoadPlanEntity,
    SitePlanEntity,
    is_planned,
)
from .planning_wiring import LoadConfig
from .sensor_kinds import LoadstarSensor, LoadstarSensorDescription, PowerDescription
from .wiring import BatteryConfig, ChargerConfig, SiteConfig

# Of a slot; the rest are of cars, heaters and loads.
SLOT_REASONS: Final = [
    kind for kind in ReasonKind if not kind.startswith(("car_", "water_", "load_"))
]

type _PlanDescription = LoadstarSensorDescription[SiteConfig, PlanSnapshot]


@dataclass(frozen=True, kw_only=True)
class MoneyDescription(LoadstarSensorDescription[SiteConfig, PlanSnapshot]):
    """Money in the plan's currency, or that per ``per``."""

    per: str | None = None
    suggested_display_precision: int | None = 2


def _price(key: str, value: Callable[[PlanSnapshot], float | None]) -> MoneyDescription:
    return MoneyDescription(
        key=key,
        per="kWh",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=4,
        value=value,
        attributes=lambda plan: {"estimated": plan.price_is_estimated},
    )


def _next_action(plan: PlanSnapshot) -> dict[str, Any]:
    return {
        "at": _iso(plan.next_action_at),
        "current_action": plan.action,
        "reason": plan.reason,
        "reason_data": dict(plan.reason_data),
    }


def _has_batteries(config: SiteConfig) -> bool:
    return bool(config.batteries)


def _has_peak_tariff(config: SiteConfig) -> bool:
    return config.planning.peak_tariff is not None


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


SITE_PLAN: Final[tuple[_PlanDescription, ...]] = (
    _price("import_price", lambda plan: plan.import_price),
    _price("export_price", lambda plan: plan.export_price),
    LoadstarSensorDescription(
        key="next_action",
        device_class=SensorDeviceClass.ENUM,
        options=list(SlotAction),
        value=lambda plan: plan.next_action,
        attributes=_next_action,
    ),
    LoadstarSensorDescription(
        key="plan_reason",
        device_class=SensorDeviceClass.ENUM,
        options=[str(kind) for kind in SLOT_REASONS],
        value=lambda plan: plan.reason,
        attributes=lambda plan: plan.reason_data,
    ),
    PowerDescription(
        key="planned_battery_power",
        exists=_has_batteries,
        value=lambda plan: plan.battery_power_w,
    ),
    MoneyDescription(
        key="plan_cost",
        device_class=SensorDeviceClass.MONETARY,
        value=lambda plan: plan.cost,
    ),
    MoneyDescription(
        key="plan_saving",
        device_class=SensorDeviceClass.MONETARY,
        value=lambda plan: plan.saving,
    ),
    LoadstarSensorDescription(
        key="s_index",
        exists=_has_batteries,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        value=lambda plan: plan.s_index,
    ),
    LoadstarSensorDescription(
        key="target_soc",
        exists=_has_batteries,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda plan: plan.target_soc_percent,
    ),
    LoadstarSensorDescription(
        key="month_peak",
        exists=_has_peak_tariff,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        value=lambda plan: plan.month_peak_kw,
    ),
    LoadstarSensorDescription(
        key="last_plan",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda plan: plan.created_at,
        attributes=lambda plan: {"warnings": sorted({each.code for each in plan.warnings})},
    ),
    LoadstarSensorDescription(
        key="solver_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(SolveStatus),
        value=lambda plan: plan.status,
    ),
    LoadstarSensorDescription(
        key="solve_time",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda plan: plan.solve_time_ms,
    ),
    LoadstarSensorDescription(
        key="solver_gap",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=3,
        value=lambda plan: None if plan.gap is None else plan.gap * 100,
    ),
)

CHARGER_PLAN: Final[tuple[LoadstarSensorDescription[ChargerConfig, ChargerPlan], ...]] = (
    PowerDescription(key="planned_power", value=lambda charger: charger.power_w),
    LoadstarSensorDescription(
        key="finish_time",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=lambda charger: charger.finish,
        attributes=lambda charger: {
            "goal_by": _iso(charger.goal_by),
            "goal_energy_kwh": charger.goal_energy_kwh,
            "missing_kwh": charger.missing_kwh,
        },
    ),
)

BATTERY_PLAN: Final[tuple[LoadstarSensorDescription[BatteryConfig, float | None], ...]] = (
    PowerDescription(key="planned_power", value=lambda power_w: power_w),
)

LOAD_PLAN: Final[tuple[LoadstarSensorDescription[LoadConfig, float | None], ...]] = (
    PowerDescription(key="planned_power", value=lambda power_w: power_w),
)


class SitePlanSensor(SitePlanEntity, LoadstarSensor[SiteConfig, PlanSnapshot]):
    """A sensor of the site's plan."""

    # a plan's figures change every quarter of an hour; its states are what history needs
    _unrecorded_attributes = frozenset({MATCH_ALL})

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        description = self.entity_description
        if not isinstance(description, MoneyDescription):
            return description.native_unit_of_measurement
        return self.currency if description.per is None else f"{self.currency}/{description.per}"


class ChargerPlanSensor(ChargerPlanEntity, LoadstarSensor[ChargerConfig, ChargerPlan]):
    """A sensor of what is planned for a charger."""

    _unrecorded_attributes = frozenset({MATCH_ALL})


class BatteryPlanSensor(BatteryPlanEntity, LoadstarSensor[BatteryConfig, float | None]):
    """A sensor of what is planned for a battery."""


class LoadPlanSensor(LoadPlanEntity, LoadstarSensor[LoadConfig, float | None]):
    """A sensor of what is planned for a load."""


def plan_sensors(coordinator: LoadstarCoordinator) -> Iterator[LoadstarEntity[Any, Any]]:
    """Yield the sensors of the plan, where there can be one."""
    config = coordinator.config
    if not is_planned(config):
        return
    site = each_of({None: config}, SITE_PLAN)
    chargers = each_of(config.chargers, CHARGER_PLAN)
    batteries = each_of(config.batteries, BATTERY_PLAN)
    loads = each_of(config.planning.loads, LOAD_PLAN)
    yield from (SitePlanSensor(coordinator, *each) for each in site)
    yield from (ChargerPlanSensor(coordinator, *each) for each in chargers)
    yield from (BatteryPlanSensor(coordinator, *each) for each in batteries)
    yield from (LoadPlanSensor(coordinator, *each) for each in loads)
