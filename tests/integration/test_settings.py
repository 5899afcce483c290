"""Settings have one owner, survive restarts, and never contradict each other."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.models import ChargingMode, DistributionMode
from custom_components.loadstar.limits import Observed
from custom_components.loadstar.settings import (
    SettingsError,
    SettingsStore,
    async_remove_settings,
)
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
    ],
)
async def test_kept_values_that_make_no_sense_fall_back_to_the_first_ones(
    hass: HomeAssistant, hass_storage: dict[str, Any], kept: Any
) -> None:
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    first = SettingsStore(hass, ENTRY, site())
    settings = await loaded(hass)
    assert settings.site == first.site
    assert settings.chargers == first.chargers


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
