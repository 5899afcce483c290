"""Settings have one owner, survive restarts, and never contradict each other."""

from datetime import UTC, datetime, time, timedelta
import math
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.models import ChargingMode, DistributionMode
from custom_components.loadstar.goals import GoalSettings, goal_key
from custom_components.loadstar.limits import Observed
from custom_components.loadstar.models import ChargerPlan, PlannerMode, PlanSnapshot
from custom_components.loadstar.planning_wiring import PlanningConfig, VehicleConfig
from custom_components.loadstar.settings import SettingsStore, async_remove_settings
from custom_components.loadstar.settings_error import SettingsError, whole
from custom_components.loadstar.wiring import ChargerConfig, SiteConfig
from tests.integration.wiring import site

ENTRY = "entry"
KEY = f"loadstar.{ENTRY}.settings"


async def loaded(hass: HomeAssistant, config: SiteConfig | None = None) -> SettingsStore:
    """Return the settings as they are after a restart."""
    store = SettingsStore(hass, ENTRY, config or site())
    await store.async_load()
    return store


async def test_settings_start_from_what_the_flows_asked_for(hass: HomeAssistant) -> None:
    settings = await loaded(hass, site(import_limit_w=11_000.0))
    assert settings.site.import_limit_w == 11_000.0
    assert settings.site.export_threshold_w == 500.0
    assert settings.chargers["garage"].max_current == 16.0
    assert settings.chargers["garage"].priority == 2


async def test_without_an_import_limit_the_breaker_is_the_limit(hass: HomeAssistant) -> None:
    assert (await loaded(hass)).site.import_limit_w == 3 * 25.0 * 230.0


async def test_changes_survive_a_restart(hass: HomeAssistant) -> None:
    settings = await loaded(hass)
    await settings.async_update_site(
        charging_mode=ChargingMode.SOLAR, distribution_mode=DistributionMode.SHARED
    )
    await settings.async_update_control(start_delay_s=30.0, neutral_guard=False)
    await settings.async_update_charger(
        "garage", charging_mode=ChargingMode.ECO, max_current=10.0, enabled=False
    )
    again = await loaded(hass)
    assert again.site == settings.site
    assert again.chargers == settings.chargers


async def test_listeners_hear_of_every_change_until_they_leave(hass: HomeAssistant) -> None:
    settings = await loaded(hass)
    heard: list[float] = []
    leave = settings.async_on_change(lambda: heard.append(settings.chargers["garage"].priority))
    await settings.async_update_charger("garage", priority=3)
    leave()
    await settings.async_update_charger("garage", priority=4)
    assert heard == [3]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"min_current": 12.0, "max_current": 10.0}, "min_above_max"),
        ({"max_current": 20.0}, "max_above_rated"),
        ({"fallback_current": 11.0, "max_current": 10.0}, "fallback_above_max"),
    ],
)
async def test_a_charger_that_contradicts_itself_is_refused(
    hass: HomeAssistant, changes: dict[str, float], key: str
) -> None:
    settings = await loaded(hass)
    before = settings.chargers["garage"]
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_charger("garage", **changes)
    assert refused.value.translation_key == key
    assert settings.chargers["garage"] == before


async def test_a_minimum_above_the_breaker_is_refused(hass: HomeAssistant) -> None:
    settings = await loaded(hass, site(main_breaker=8.0))
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_charger("garage", min_current=7.5)
    assert refused.value.translation_key == "breaker_below_min"
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_site(safety_margin_a=3.0)
    assert refused.value.translation_key == "breaker_below_min"


async def test_a_battery_minimum_above_the_target_is_refused(hass: HomeAssistant) -> None:
    settings = await loaded(hass)
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_site(battery_soc_min=90.0)
    assert refused.value.translation_placeholders == {"min": "90", "target": "80"}


@pytest.mark.parametrize(
    "kept",
    [
        [],
        {"site": "all wrong"},
        {"site": {"charging_mode": "sometimes", "unheard_of": 1, "control": 7}},
        {"site": {"battery_soc_min": "high", "grid_charging": "yes", "safety_margin_a": True}},
        {"site": {"import_limit_w": float("nan"), "control": {"start_delay_s": float("inf")}}},
        {"site": {"import_limit_w": None}},
        {"site": {"battery_soc_min": 95.0}},
        {"chargers": 3},
        {"chargers": {"garage": None}},
        {"chargers": {"garage": {"priority": float("inf"), "min_current": "x"}}},
        {"chargers": {"garage": {"min_current": 15.0, "max_current": 10.0}, "gone": {}}},
        {"site": {"risk_appetite": 6}},
        {"site": {"wear_cost_per_kwh": -0.1}},
        {"site": {"battery_export_threshold_per_kwh": 1e6, "planner_mode": "fast"}},
        {"goals": "many"},
        {"goals": {"car": None, "gone": {"soc_percent": 80.0}}},
        {"goals": {"car": {"soc_percent": "full", "departure": 7}}},
        {"goals": {"car": {"soc_percent": 140.0}, "garage": {"energy_kwh": -1.0}}},
        {"goals": {"car": {"departure": "7 am"}, "garage": {"by": "2026-11-20T07:00:00"}}},
    ],
)
async def test_kept_values_that_make_no_sense_fall_back_to_the_first_ones(
    hass: HomeAssistant, hass_storage: dict[str, Any], kept: Any
) -> None:
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    first = SettingsStore(hass, ENTRY, with_car())
    settings = await loaded(hass, with_car())
    assert settings.site == first.site
    assert settings.chargers == first.chargers
    assert settings.goals == first.goals


async def test_what_no_longer_fits_the_wiring_starts_over_and_the_rest_stays(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    settings = await loaded(hass)
    await settings.async_update_site(charging_mode=ChargingMode.EXCESS)
    await settings.async_update_charger("garage", max_current=14.0)
    garage = site().chargers["garage"]
    smaller = site(chargers={"garage": ChargerConfig(**{**_fields(garage), "rated_current": 10.0})})
    again = await loaded(hass, smaller)
    assert again.site.charging_mode is ChargingMode.EXCESS
    assert again.chargers["garage"].max_current == 10.0
    assert "no longer fit" in caplog.text


@pytest.mark.parametrize(("kept", "now"), [(0.5, 0.0), (5.9, 0.0), (0.0, 0.0), (6.0, 6.0)])
async def test_a_kept_fallback_with_which_no_car_charges_is_a_pause(
    hass: HomeAssistant, hass_storage: dict[str, Any], kept: float, now: float
) -> None:
    data = {"chargers": {"garage": {"fallback_current": kept, "priority": 7}}}
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": data}
    settings = await loaded(hass)
    assert settings.chargers["garage"].fallback_current == now
    assert settings.chargers["garage"].priority == 7


@pytest.mark.parametrize("fallback", [0.1, 3.0, 5.9])
async def test_a_fallback_with_which_no_car_charges_is_refused(
    hass: HomeAssistant, fallback: float
) -> None:
    settings = await loaded(hass)
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_charger("garage", fallback_current=fallback)
    assert refused.value.translation_key == "fallback_too_low"
    assert refused.value.translation_placeholders == {"lowest": "6"}
    await settings.async_update_charger("garage", fallback_current=0.0)


async def test_what_running_the_site_has_shown_counts_for_its_fallbacks(
    hass: HomeAssistant,
) -> None:
    settings = await loaded(hass)
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_charger("garage", fallback_current=13.0)
    assert refused.value.translation_key == "fallback_over_breaker"
    settings.observed = Observed(reserve=(3.0, 4.0, 12.0))
    await settings.async_update_charger("garage", fallback_current=13.0)
    settings.observed = Observed(reserve=(3.0, 4.0, 12.0), unattended={"garage": 16.0})
    assert settings.wiring.chargers["garage"].alone_current == 16.0


async def test_removing_an_entry_deletes_its_settings(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    settings = await loaded(hass)
    await settings.async_update_charger("garage", priority=5)
    assert KEY in hass_storage
    await async_remove_settings(hass, ENTRY)
    assert KEY not in hass_storage


def _fields(config: ChargerConfig) -> dict[str, Any]:
    return {name: getattr(config, name) for name in ChargerConfig.__dataclass_fields__}


NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def with_car(departure: time | None = time(7, 30)) -> SiteConfig:
    """Return a site with a car that usually charges in the garage."""
    car = VehicleConfig(
        subentry_id="car",
        name="Blue car",
        capacity_kwh=60.0,
        charger="garage",
        usual_departure=departure,
    )
    return site(planning=PlanningConfig(vehicles={"car": car}))


async def test_goals_start_from_the_usual_departure(hass: HomeAssistant) -> None:
    settings = await loaded(hass, with_car())
    assert settings.goals == {"car": GoalSettings(departure="07:30"), "garage": GoalSettings()}
    assert settings.goals["car"].departure_time == time(7, 30)
    assert (await loaded(hass, with_car(None))).goals["car"] == GoalSettings()


@pytest.mark.freeze_time(NOW)
async def test_goals_survive_a_restart_and_a_cleared_one_stays_cleared(
    hass: HomeAssistant,
) -> None:
    settings = await loaded(hass, with_car())
    by = (NOW + timedelta(days=1)).isoformat()
    await settings.async_update_goal("garage", energy_kwh=12.0, by=by)
    await settings.async_clear_goal("car")
    again = await loaded(hass, with_car())
    assert again.goals == {"car": GoalSettings(), "garage": settings.goals["garage"]}
    assert again.goals["garage"].by_time == NOW + timedelta(days=1)


async def test_listeners_hear_of_goals(hass: HomeAssistant) -> None:
    settings = await loaded(hass, with_car())
    heard: list[GoalSettings] = []
    settings.async_on_change(lambda: heard.append(settings.goals["car"]))
    await settings.async_update_goal("car", soc_percent=80.0)
    await settings.async_clear_goal("car")
    assert heard == [GoalSettings(soc_percent=80.0, departure="07:30"), GoalSettings()]


@pytest.mark.freeze_time(NOW)
@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"soc_percent": -0.1}, "goal_soc_out_of_range"),
        ({"soc_percent": 100.1}, "goal_soc_out_of_range"),
        ({"soc_percent": math.nan}, "not_a_number"),
        ({"energy_kwh": -0.1}, "goal_energy_out_of_range"),
        ({"energy_kwh": 500.1}, "goal_energy_out_of_range"),
        ({"energy_kwh": math.inf}, "not_a_number"),
        ({"departure": "24:00"}, "departure_not_a_time"),
        ({"departure": "7:30"}, "departure_not_a_time"),
        ({"departure": "07:30:15"}, "departure_not_a_time"),
        ({"departure": "07:30+01:00"}, "departure_not_a_time"),
        ({"departure": ""}, "departure_not_a_time"),
        ({"by": "soon"}, "goal_time_invalid"),
        ({"by": "2026-11-21T07:00:00"}, "goal_time_invalid"),
        ({"by": "2026-11-20T11:00:00+01:00"}, "goal_time_past"),
        ({"by": NOW.isoformat()}, "goal_time_past"),
    ],
)
async def test_a_goal_that_nobody_can_have_is_refused(
    hass: HomeAssistant, changes: dict[str, Any], key: str
) -> None:
    settings = await loaded(hass, with_car())
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_goal("car", **changes)
    assert refused.value.translation_key == key
    assert settings.goals["car"] == GoalSettings(departure="07:30")


@pytest.mark.parametrize("goal", [0.0, 100.0])
async def test_a_goal_may_be_empty_or_full(hass: HomeAssistant, goal: float) -> None:
    settings = await loaded(hass, with_car())
    await settings.async_update_goal("car", soc_percent=goal)
    assert settings.goals["car"].soc_percent == goal


async def test_a_one_off_that_is_over_does_not_stand_in_the_way(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    settings = await loaded(hass, with_car())
    await settings.async_update_goal("car", by=(NOW + timedelta(hours=1)).isoformat())
    freezer.move_to(NOW + timedelta(hours=2))
    again = await loaded(hass, with_car())
    assert again.goals["car"].by_time == NOW + timedelta(hours=1)
    await again.async_update_goal("car", soc_percent=70.0)
    assert again.goals["car"] == GoalSettings(soc_percent=70.0, departure="07:30")


@pytest.mark.parametrize(
    ("chargers", "key"),
    [
        ({}, "car"),  # usually there
        ({"garage": ChargerPlan(vehicle="car")}, "car"),
        ({"garage": ChargerPlan(vehicle="sold")}, "car"),
        ({"garage": ChargerPlan()}, "garage"),  # a guest
        ({"carport": ChargerPlan(vehicle="car")}, "car"),
    ],
)
def test_the_goal_at_a_charger_is_its_cars(chargers: dict[str, ChargerPlan], key: str) -> None:
    assert goal_key(with_car(), PlanSnapshot(chargers=chargers), "garage") == key


def test_the_goal_at_a_charger_without_a_car_of_its_own_is_the_guests() -> None:
    assert goal_key(site(), PlanSnapshot(), "garage") == "garage"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"risk_appetite": 0}, "risk_out_of_range"),
        ({"risk_appetite": 6}, "risk_out_of_range"),
        ({"wear_cost_per_kwh": -0.01}, "cost_out_of_range"),
        ({"wear_cost_per_kwh": 1000.1}, "cost_out_of_range"),
        ({"wear_cost_per_kwh": math.nan}, "not_a_number"),
        ({"battery_export_threshold_per_kwh": -1.0}, "cost_out_of_range"),
        ({"battery_export_threshold_per_kwh": math.inf}, "not_a_number"),
    ],
)
async def test_what_no_plan_can_weigh_is_refused(
    hass: HomeAssistant, changes: dict[str, Any], key: str
) -> None:
    settings = await loaded(hass)
    before = settings.site
    with pytest.raises(SettingsError) as refused:
        await settings.async_update_site(**changes)
    assert refused.value.translation_key == key
    assert settings.site == before


async def test_what_plans_weigh_survives_a_restart(hass: HomeAssistant) -> None:
    settings = await loaded(hass)
    await settings.async_update_site(
        planner_mode=PlannerMode.OFF,
        risk_appetite=5,
        wear_cost_per_kwh=0.07,
        battery_export_threshold_per_kwh=0.1,
        vacation=True,
    )
    assert (await loaded(hass)).site == settings.site


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_has_no_whole_part(value: float) -> None:
    with pytest.raises(SettingsError):
        whole(value)
