"""Limits and goals that users tune, and the fine print of the guards."""

from typing import Final

from homeassistant.components.number import NumberDeviceClass
from homeassistant.const import (
    EntityCategory,
    Platform,
    UnitOfElectricCurrent,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import LoadstarConfigEntry
from .entity import async_add_all, each_of
from .limits import LEAST_CURRENT_A
from .number_kinds import (
    ChargerNumber,
    ChargerNumberDescription,
    SiteNumber,
    SiteNumberDescription,
)
from .plan_numbers import plan_numbers
from .settings_error import whole

PARALLEL_UPDATES = 0


def _control(
    name: str,
    bounds: tuple[float, float, float],
    unit: str | None = None,
    device_class: NumberDeviceClass | None = None,
) -> SiteNumberDescription:
    """Return the number of a field of ``ControlSettings``; bounds are least, most and step."""
    least, most, step = bounds
    return SiteNumberDescription(
        key=name,
        device_class=device_class,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        native_min_value=least,
        native_step=step,
        native_unit_of_measurement=unit,
        most=lambda _config: most,
        value=lambda site: float(getattr(site.control, name)),
        write=lambda settings, value: settings.async_update_control(**{name: value}),
    )


_DURATION: Final = (UnitOfTime.SECONDS, NumberDeviceClass.DURATION)
_CURRENT: Final = (UnitOfElectricCurrent.AMPERE, NumberDeviceClass.CURRENT)

SITE: Final = (
    SiteNumberDescription(
        key="battery_soc_min",
        native_min_value=0,
        native_step=1,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        exists=lambda config: bool(config.batteries),
        most=lambda _config: 100,
        value=lambda site: site.battery_soc_min,
        write=lambda settings, value: settings.async_update_site(battery_soc_min=value),
    ),
    SiteNumberDescription(
        key="battery_soc_target",
        native_min_value=0,
        native_step=1,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        exists=lambda config: bool(config.batteries),
        most=lambda _config: 100,
        value=lambda site: site.battery_soc_target,
        write=lambda settings, value: settings.async_update_site(battery_soc_target=value),
    ),
    SiteNumberDescription(
        key="import_limit",
        device_class=NumberDeviceClass.POWER,
        native_min_value=0,
        native_step=1,
        native_unit_of_measurement=UnitOfPower.WATT,
        most=lambda config: config.phases * config.main_breaker * config.voltage,
        value=lambda site: site.import_limit_w,
        write=lambda settings, value: settings.async_update_site(import_limit_w=value),
    ),
    SiteNumberDescription(
        key="export_threshold",
        device_class=NumberDeviceClass.POWER,
        native_min_value=0,
        native_step=1,
        native_unit_of_measurement=UnitOfPower.WATT,
        most=lambda _config: 250_000,
        value=lambda site: site.export_threshold_w,
        write=lambda settings, value: settings.async_update_site(export_threshold_w=value),
    ),
    SiteNumberDescription(
        key="safety_margin",
        device_class=NumberDeviceClass.CURRENT,
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_step=0.5,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        most=lambda _config: 5,
        value=lambda site: site.safety_margin_a,
        write=lambda settings, value: settings.async_update_site(safety_margin_a=value),
    ),
    _control("overload_tolerance_a", (0, 5, 0.1), *_CURRENT),
    _control("overload_hold_s", (0, 600, 1), *_DURATION),
    _control("overload_extra_a", (0, 10, 0.5), *_CURRENT),
    _control("reaction_s", (5, 120, 1), *_DURATION),
    _control("attribution_s", (0, 120, 1), *_DURATION),
    _control("charger_noise_a", (0, 5, 0.05), *_CURRENT),
    _control("solar_smoothing_s", (0, 300, 1), *_DURATION),
    _control("raise_a_per_s", (0.1, 20, 0.1), "A/s"),
    _control("raise_after_cut_s", (0, 300, 1), *_DURATION),
    _control("raise_periods", (0, 20, 0.5)),
    _control("dead_band_a", (0, 5, 0.1), *_CURRENT),
    _control("step_hysteresis_a", (0, 2, 0.05), *_CURRENT),
    _control("setpoint_interval_s", (1, 120, 1), *_DURATION),
    _control("start_delay_s", (0, 900, 1), *_DURATION),
    _control("stop_delay_s", (0, 1800, 1), *_DURATION),
    _control("stop_delay_no_grid_s", (0, 900, 1), *_DURATION),
    _control("pause_s", (0, 1800, 1), *_DURATION),
    _control("soc_hysteresis_percent", (0, 20, 0.5), UnitOfRatio.PERCENTAGE),
    _control("stale_min_s", (2, 300, 1), *_DURATION),
    _control("stale_max_s", (10, 600, 1), *_DURATION),
    _control("stale_periods", (1, 20, 0.5)),
    _control("phase_in_use_a", (0.1, 6, 0.1), *_CURRENT),
    _control("phase_in_use_s", (1, 300, 1), *_DURATION),
    _control("phases_proven_s", (1, 600, 1), *_DURATION),
    _control("suspended_a", (0, 6, 0.1), *_CURRENT),
    _control("suspended_s", (5, 1800, 1), *_DURATION),
    _control("asleep_keep_s", (0, 14_400, 60), *_DURATION),
    _control("probe_every_s", (60, 14_400, 60), *_DURATION),
    _control("probe_s", (10, 900, 1), *_DURATION),
    _control("disobedience_a", (0.5, 10, 0.1), *_CURRENT),
    _control("disobedience_s", (10, 300, 1), *_DURATION),
    _control("again_s", (10, 3600, 1), *_DURATION),
    _control("stops_s", (30, 900, 1), *_DURATION),
    _control("frozen_step_a", (1, 20, 0.5), *_CURRENT),
    _control("frozen_s", (10, 300, 1), *_DURATION),
)

CHARGER: Final = (
    ChargerNumberDescription(
        key="min_current",
        device_class=NumberDeviceClass.CURRENT,
        native_min_value=LEAST_CURRENT_A,
        native_step=0.5,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        most=lambda charger: charger.rated_current,
        value=lambda charger: charger.min_current,
        write=lambda settings, key, value: settings.async_update_charger(key, min_current=value),
    ),
    ChargerNumberDescription(
        key="max_current",
        device_class=NumberDeviceClass.CURRENT,
        native_min_value=LEAST_CURRENT_A,
        native_step=0.5,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        most=lambda charger: charger.rated_current,
        value=lambda charger: charger.max_current,
        write=lambda settings, key, value: settings.async_update_charger(key, max_current=value),
    ),
    ChargerNumberDescription(
        key="fallback_current",
        device_class=NumberDeviceClass.CURRENT,
        entity_category=EntityCategory.CONFIG,
        native_min_value=0,
        native_step=0.5,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        most=lambda charger: charger.rated_current,
        value=lambda charger: charger.fallback_current,
        write=lambda settings, key, value: settings.async_update_charger(
            key, fallback_current=value
        ),
    ),
    ChargerNumberDescription(
        key="priority",
        native_min_value=1,
        native_step=1,
        most=lambda _charger: 100,
        value=lambda charger: charger.priority,
        write=lambda settings, key, value: settings.async_update_charger(
            key, priority=whole(value)
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the numbers of a site."""
    coordinator = entry.runtime_data
    config = coordinator.config
    async_add_all(
        hass,
        Platform.NUMBER,
        coordinator,
        async_add_entities,
        [
            *(SiteNumber(coordinator, *each) for each in each_of({None: config}, SITE)),
            *(ChargerNumber(coordinator, *each) for each in each_of(config.chargers, CHARGER)),
            *plan_numbers(coordinator),
        ],
    )
