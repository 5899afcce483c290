"""What users tune goes into the settings and is acted on, or is refused in words."""

from dataclasses import fields
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.engine.control.types import ControlSettings
from custom_components.loadstar.engine.models import ChargingMode, DistributionMode
from tests.integration.common import Home, running

NUMBERS = [
    ("battery_soc_min", None, 35.0),
    ("battery_soc_target", None, 95.0),
    ("import_limit", None, 11_000.0),
    ("export_threshold", None, 250.0),
    ("safety_margin", None, 2.5),
    ("min_current", "garage", 7.5),
    ("max_current", "garage", 14.0),
    ("fallback_current", "garage", 0.0),
    ("priority", "garage", 5.0),
]
STORED_AS = {
    "import_limit": "import_limit_w",
    "export_threshold": "export_threshold_w",
    "safety_margin": "safety_margin_a",
}


def tuned(home: Home, key: str, subentry_id: str | None) -> Any:
    """Return a setting from its owner."""
    settings = home.coordinator.settings
    owner = settings.site if subentry_id is None else settings.chargers[subentry_id]
    return getattr(owner, STORED_AS.get(key, key))


async def set_number(home: Home, key: str, value: float, subentry_id: str | None = None) -> None:
    await home.act("number", "set_value", key, subentry_id, value=value)


@pytest.mark.parametrize(("key", "subentry_id", "value"), NUMBERS)
async def test_a_number_is_set_and_shown(
    home: Home, key: str, subentry_id: str | None, value: float
) -> None:
    assert tuned(home, key, subentry_id) != value
    await set_number(home, key, value, subentry_id)
    assert tuned(home, key, subentry_id) == value
    assert float(home.state("number", key, subentry_id)) == value


async def test_a_number_of_one_charger_leaves_the_others_alone(home: Home) -> None:
    await set_number(home, "max_current", 10, "garage")
    assert home.state("number", "max_current", "carport") == "32.0"


async def test_a_priority_is_a_whole_number(home: Home) -> None:
    await set_number(home, "priority", 3.7, "garage")
    assert home.coordinator.settings.chargers["garage"].priority == 3


# a switch; and what only simulations wait for, since in a home it is the user who ends it
NO_NUMBERS = {"neutral_guard", "out_of_service_s"}


@pytest.mark.parametrize(
    "name", [field.name for field in fields(ControlSettings) if field.name not in NO_NUMBERS]
)
async def test_every_setting_of_the_guards_is_a_number_that_is_off_by_default(
    home: Home, entity_registry: er.EntityRegistry, name: str
) -> None:
    entry = entity_registry.async_get(home.entity_id("number", name))
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION


@pytest.mark.usefixtures("all_enabled")
async def test_every_setting_of_the_guards_can_be_set_over_its_whole_range(
    hass: HomeAssistant,
) -> None:
    async with running(hass) as home:
        for field in fields(ControlSettings):
            if field.name in NO_NUMBERS | {"stale_min_s"}:
                continue
            limits = home.attributes("number", field.name)
            for value in (limits["min"], limits["max"]):
                await set_number(home, field.name, value)
                assert getattr(home.coordinator.settings.site.control, field.name) == value
            assert home.controller.settings is home.coordinator.settings.site.control


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("platform", ["number", "switch"])
async def test_what_is_tuned_of_the_guards_is_within_the_range_from_the_start(
    hass: HomeAssistant, platform: str
) -> None:
    async with running(hass) as home:
        for state in hass.states.async_all(platform):
            if platform == "number":
                least, most = state.attributes["min"], state.attributes["max"]
                assert least <= float(state.state) <= most, state.entity_id
        assert home.coordinator.settings.site.control == ControlSettings()


REFUSED = [
    # key, value, set before, what is said
    ("min_current", 12, {"max_current": 10}, "minimum current of 12 A is above the maximum"),
    ("max_current", 7, {"min_current": 8}, "minimum current of 8 A is above the maximum"),
    ("max_current", 7, {}, "fallback current of 8 A is above the maximum current of 7 A"),
    ("fallback_current", 11, {"max_current": 10}, "fallback current of 11 A is above the maximum"),
    ("fallback_current", 5.5, {}, "do not charge with less than 6 A"),
    ("fallback_current", 0.5, {}, "do not charge with less than 6 A"),
    ("fallback_current", 13, {}, "fall back to 13 A. With 12.5 A kept for the household"),
]


@pytest.mark.parametrize(("key", "value", "before", "words"), REFUSED)
async def test_contradictions_of_a_charger_are_refused_in_words(
    home: Home, key: str, value: float, before: dict[str, float], words: str
) -> None:
    for earlier, number in before.items():
        await set_number(home, earlier, number, "garage")
    shown = home.state("number", key, "garage")
    with pytest.raises(ServiceValidationError, match=words):
        await set_number(home, key, value, "garage")
    assert home.state("number", key, "garage") == shown


async def test_a_minimum_above_the_breaker_is_refused(hass: HomeAssistant) -> None:
    async with running(hass, main_breaker=16) as home:
        with pytest.raises(
            ServiceValidationError, match=r"allows 15 A, which is below .* minimum current of 16 A"
        ):
            await set_number(home, "min_current", 16, "garage")
        await set_number(home, "min_current", 15, "garage")
        with pytest.raises(ServiceValidationError, match=r"allows 13 A, .* of 15 A"):
            await set_number(home, "safety_margin", 3)


@pytest.mark.parametrize(("key", "value"), [("battery_soc_min", 81), ("battery_soc_target", 19)])
async def test_a_battery_minimum_above_its_target_is_refused(
    home: Home, key: str, value: float
) -> None:
    with pytest.raises(ServiceValidationError, match=r"minimum charge of .* is above its target"):
        await set_number(home, key, value)


@pytest.mark.usefixtures("all_enabled")
async def test_a_meter_that_is_stale_earlier_than_at_the_earliest_is_refused(
    hass: HomeAssistant,
) -> None:
    async with running(hass) as home:
        with pytest.raises(ServiceValidationError, match="after 61 s at the earliest and 60 s"):
            await set_number(home, "stale_min_s", 61)


@pytest.mark.parametrize(("key", "subentry_id", "_value"), NUMBERS)
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0, 1e9])
async def test_what_is_no_sensible_number_is_refused(
    home: Home, key: str, subentry_id: str | None, _value: float, wrong: float
) -> None:
    before = tuned(home, key, subentry_id)
    with pytest.raises(ServiceValidationError):
        await set_number(home, key, wrong, subentry_id)
    assert tuned(home, key, subentry_id) == before


async def test_the_wiring_limits_the_numbers(home: Home) -> None:
    assert home.attributes("number", "max_current", "carport")["max"] == 32
    assert home.attributes("number", "min_current", "garage")["max"] == 16
    assert home.attributes("number", "import_limit")["max"] == 3 * 25 * 230


@pytest.mark.parametrize("mode", ["standard", "eco", "solar", "excess"])
async def test_the_sites_charging_mode_is_chosen(home: Home, mode: str) -> None:
    await home.act("select", "select_option", "charging_mode", option=mode)
    assert home.state("select", "charging_mode") == mode
    assert home.controller.sites[-1].charging_mode is ChargingMode(mode)


@pytest.mark.parametrize("mode", list(DistributionMode))
async def test_the_distribution_mode_is_chosen(home: Home, mode: DistributionMode) -> None:
    await home.act("select", "select_option", "distribution_mode", option=mode.value)
    assert home.state("select", "distribution_mode") == mode.value
    assert home.controller.sites[-1].distribution_mode is mode


async def test_a_charger_has_a_mode_of_its_own_or_the_sites(home: Home) -> None:
    assert home.state("select", "charging_mode", "garage") == "site"
    await home.act("select", "select_option", "charging_mode", "garage", option="solar")
    assert home.state("select", "charging_mode", "garage") == "solar"
    modes = {each.charger_id: each.charging_mode for each in home.controller.sites[-1].chargers}
    assert modes == {"garage": ChargingMode.SOLAR, "carport": None}
    await home.act("select", "select_option", "charging_mode", "garage", option="site")
    assert home.coordinator.settings.chargers["garage"].charging_mode is None


@pytest.mark.parametrize("option", ["planned", "site", "fast", ""])
async def test_a_mode_that_is_not_offered_is_refused(home: Home, option: str) -> None:
    with pytest.raises(ServiceValidationError):
        await home.act("select", "select_option", "charging_mode", option=option)
    assert home.state("select", "charging_mode") == "standard"


async def test_grid_charging_is_switched(home: Home) -> None:
    await home.act("switch", "turn_off", "grid_charging")
    assert home.state("switch", "grid_charging") == "off"
    assert home.controller.sites[-1].allow_grid_charging is False
    await home.act("switch", "turn_on", "grid_charging")
    assert home.state("switch", "grid_charging") == "on"


@pytest.mark.usefixtures("all_enabled")
async def test_the_neutral_guard_is_switched(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await home.act("switch", "turn_off", "neutral_guard")
        assert home.controller.settings.neutral_guard is False
        assert home.state("switch", "neutral_guard") == "off"


async def test_a_charger_is_disabled_and_enabled(home: Home) -> None:
    await home.act("switch", "turn_off", "enabled", "garage")
    assert home.state("switch", "enabled", "garage") == "off"
    assert home.state("switch", "enabled", "carport") == "on"
    assert home.coordinator.settings.chargers["garage"].enabled is False
    await home.act("switch", "turn_on", "enabled", "garage")
    assert home.coordinator.settings.chargers["garage"].enabled is True


async def test_what_was_tuned_survives_a_reload(home: Home) -> None:
    await set_number(home, "max_current", 11, "garage")
    await home.act("select", "select_option", "charging_mode", option="eco")
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert home.state("number", "max_current", "garage") == "11.0"
    assert home.state("select", "charging_mode") == "eco"
