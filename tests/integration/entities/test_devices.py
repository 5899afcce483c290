"""Devices follow the wiring and what chargers say of themselves."""

from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.const import DOMAIN
from tests.integration.common import CARPORT, CHARGING, GARAGE, Home, running


def garage_of(home: Home) -> ConfigSubentry:
    subentry: ConfigSubentry = home.entry.subentries["garage"]
    return subentry


async def edit_garage(home: Home, **changes: object) -> None:
    """Change the garage's wiring, which reloads the site."""
    subentry = garage_of(home)
    home.hass.config_entries.async_update_subentry(
        home.entry, subentry, data={**subentry.data, **changes}
    )
    await home.hass.async_block_till_done()


@pytest.mark.parametrize("subentry_id", ["garage", "carport", "outbuilding", "cellar"])
async def test_everything_hangs_on_the_site(home: Home, subentry_id: str) -> None:
    assert home.device(subentry_id).via_device_id == home.device().id
    assert home.device(subentry_id).config_subentry_id == subentry_id


async def test_a_charger_that_boots_tells_its_make(home: Home) -> None:
    assert home.device("garage").manufacturer is None
    home.garage.say(CHARGING)
    await home.decide()
    garage = home.device("garage")
    assert (garage.manufacturer, garage.model) == ("Ampere Works", "Box 11")
    assert (garage.sw_version, garage.serial_number) == ("1.4.2", "SN-0815")


async def test_a_new_firmware_is_shown_and_other_facts_stay(home: Home) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    home.garage.say(firmware="1.5.0", vendor=None)
    await home.decide()
    assert home.device("garage").sw_version == "1.5.0"
    assert home.device("garage").manufacturer == "Ampere Works"


async def test_renaming_a_charger_renames_its_device(home: Home) -> None:
    home.hass.config_entries.async_update_subentry(home.entry, garage_of(home), title="North wall")
    await home.hass.async_block_till_done()
    assert home.device("garage").name == "North wall"


async def test_a_charger_on_one_phase_has_no_other_currents(
    home: Home, entity_registry: er.EntityRegistry
) -> None:
    assert home.entity_id("sensor", "current_l3", "garage")
    await edit_garage(home, phases=1, phase_rotation="A")
    assert home.entity_id("sensor", "current_l1", "garage")
    for key in ("current_l2", "current_l3"):
        unique_id = f"{home.entry.entry_id}_garage_{key}"
        assert entity_registry.async_get_entity_id("sensor", DOMAIN, unique_id) is None


async def test_what_a_user_made_of_an_entity_survives_editing(
    home: Home, entity_registry: er.EntityRegistry
) -> None:
    entity_id = home.entity_id("sensor", "power", "garage")
    entity_registry.async_update_entity(entity_id, name="Car", new_entity_id="sensor.car")
    await edit_garage(home, rated_current=20)
    assert home.entity_id("sensor", "power", "garage") == "sensor.car"
    assert home.attributes("number", "max_current", "garage")["max"] == 20


async def test_removing_a_charger_removes_its_device_and_entities(
    home: Home, device_registry: dr.DeviceRegistry, entity_registry: er.EntityRegistry
) -> None:
    home.hass.config_entries.async_remove_subentry(home.entry, "garage")
    await home.hass.async_block_till_done()
    devices = dr.async_entries_for_config_entry(device_registry, home.entry.entry_id)
    assert {device.name for device in devices} == {"Home", "Carport", "Outbuilding", "Cellar"}
    entries = er.async_entries_for_config_entry(entity_registry, home.entry.entry_id)
    assert not [entry for entry in entries if "garage" in entry.unique_id]


async def test_a_site_has_only_what_it_has(hass: HomeAssistant) -> None:
    async with running(hass, [CARPORT], phases=1, pv_power=None) as home:
        registry = er.async_get(hass)
        entries = er.async_entries_for_config_entry(registry, home.entry.entry_id)
        keys = {e.unique_id.removeprefix("home_") for e in entries if e.config_subentry_id is None}
    assert {"grid_current_a", "available_current_a", "household_power"} <= keys
    missing = {"grid_current_b", "available_current_c", "pv_power", "battery_power", "battery_soc"}
    missing |= {"battery_soc_min", "battery_soc_target", "neutral_guard", "phases_assumed"}
    assert not missing & keys


async def test_a_site_with_a_total_meter_says_that_it_assumes_the_worst(
    hass: HomeAssistant,
) -> None:
    meter: dict[str, Any] = {"meter_layout": "total", "grid_total": "sensor.grid_a"}
    async with running(hass, [GARAGE], **meter) as home:
        assert home.state("binary_sensor", "phases_assumed") == "on"
        assert home.state("sensor", "grid_current_c") == "4.2"


async def test_entities_of_a_renamed_site_keep_their_ids(home: Home) -> None:
    before = home.entity_id("sensor", "household_power")
    home.hass.config_entries.async_update_entry(home.entry, title="Cottage")
    await home.hass.async_block_till_done()
    assert home.entity_id("sensor", "household_power") == before
    assert home.device().name == "Cottage"
