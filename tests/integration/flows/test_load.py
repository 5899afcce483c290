"""Adding and changing loads that may wait."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import LOAD, battery, load, site

LOAD_STEP = ("load_kind", "rated_power", "load_phases", "switch", "power")
COMMON: dict[str, Any] = {name: LOAD[name] for name in LOAD_STEP}
WATER: dict[str, Any] = {name: LOAD[name] for name in LOAD if name not in LOAD_STEP}
PUMP: dict[str, Any] = {
    "name": "Pump",
    "load_kind": "deferrable",
    "rated_power": 0.8,
    "switch": "switch.pump",
}


async def at_water(hass: HomeAssistant) -> User:
    """Return a user who has said what the water heater is."""
    user = await User.adds(hass, await site(hass), "load")
    await user.submits(name="Boiler", **COMMON)
    assert user.step == "water_heater"
    return user


async def test_a_water_heater_is_added(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "load")
    await user.submits(name="Boiler", **COMMON)
    assert user.step == "water_heater"
    result = await user.submits(**WATER)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (added,) = entry.subentries.values()
    assert (added.title, added.data) == ("Boiler", LOAD)


async def test_a_run_that_can_wait_is_added(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "load")
    await user.submits(**PUMP)
    assert user.step == "deferrable"
    result = await user.submits(duration=240, earliest="08:00:00", latest_end="20:00:00")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (pump,) = SiteConfig.from_entry(entry).planning.loads.values()
    assert (pump.kind, pump.duration_minutes, pump.phases) == ("deferrable", 240, "A")


async def test_on_a_single_phase_site_nobody_asks_for_phases(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass, phases=1), "load")
    assert "load_phases" not in user.fields


async def test_a_load_is_changed_with_its_values_in_the_fields(hass: HomeAssistant) -> None:
    entry = await site(hass, load())
    user = await User.changes(hass, entry, entry.subentries["boiler"])
    assert user.shown == {"name": "Boiler"} | COMMON
    await user.submits(power=None)
    assert user.shown == WATER
    result = await user.submits(energy_per_day=8, longest_gap=None, allowed=None)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    kept = {name: LOAD[name] for name in LOAD if name not in ("power", "longest_gap", "allowed")}
    assert entry.subentries["boiler"].data == kept | {"energy_per_day": 8}


async def test_a_load_of_another_kind_keeps_nothing_of_the_old_one(hass: HomeAssistant) -> None:
    entry = await site(hass, load())
    user = await User.changes(hass, entry, entry.subentries["boiler"])
    await user.submits(load_kind="deferrable")
    await user.submits(duration=60)
    run = {"duration": 60, "earliest": "00:00:00", "latest_end": "00:00:00"}
    assert entry.subentries["boiler"].data == COMMON | {"load_kind": "deferrable"} | run


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "Enter a name"),
        ({"name": "boiler"}, "name", "already used"),
        ({"rated_power": 0}, "rated_power", "between 0.05 and 100 kW"),
        ({"rated_power": "inf"}, "rated_power", "between 0.05 and 100 kW"),
        ({"switch": "switch.gone"}, "switch", "Not found in Home Assistant"),
        ({"switch": "switch.boiler"}, "switch", "more than once: switch.boiler"),
        ({"switch": "switch.own"}, "switch", "Loadstar's own values"),
        ({"power": "sensor.gone"}, "power", "Not found"),
        ({"power": "sensor.grid_a"}, "power", "Not a power"),
        ({"power": "sensor.words"}, "power", "not a number"),
        ({"power": "sensor.boiler_power"}, "power", "more than once"),
        ({"power": "sensor.pv_south"}, "power", "more than once"),
        ({"power": "sensor.battery_power"}, "power", "more than once"),
    ],
)
async def test_a_load_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    own = er.async_get(hass).async_get_or_create("switch", DOMAIN, "own", suggested_object_id="own")
    hass.states.async_set(own.entity_id, "off")
    user = await User.adds(hass, await site(hass, load(), battery()), "load")
    await user.submits(**(PUMP | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(**(PUMP | {"power": None}))
    assert user.step == "deferrable"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"energy_per_day": 0}, "energy_per_day", "between 0.1 and 1000 kWh"),
        ({"block": 5}, "block", "between 15 and 240 min"),
        ({"block": "nan"}, "block", "between 15 and 240 min"),
        ({"longest_gap": 72}, "longest_gap", "between 1 and 48 h"),
        (
            {"allowed": [{"from": "12:00:00", "until": "12:45:00"}], "energy_per_day": 1},
            "allowed",
            "The longest allowed time is 45 min, and a block takes 60 min",
        ),
        (
            {"energy_per_day": 17},
            "energy_per_day",
            "It cannot give 17 kWh a day: in 8 h it makes 16 kWh at most.",
        ),
        (
            {"energy_per_day": 50, "allowed": None},
            "energy_per_day",
            "It cannot give 50 kWh a day: in 24 h it makes 48 kWh at most.",
        ),
    ],
)
async def test_hot_water_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await at_water(hass)
    await user.submits(**(WATER | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    assert (await user.submits(**WATER))["type"] is FlowResultType.CREATE_ENTRY


async def test_without_blocks_a_short_time_is_enough(hass: HomeAssistant) -> None:
    user = await at_water(hass)
    short = [{"from": "12:00:00", "until": "12:45:00"}]
    result = await user.submits(energy_per_day=1, continuous=True, allowed=short)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"duration": 0}, "duration", "between 15 and 1440 min"),
        (
            {"duration": 120, "earliest": "22:00:00", "latest_end": "23:30:00"},
            "latest_end",
            "The run takes 120 min, and there are 90 min",
        ),
        (
            {"duration": 600, "earliest": "20:00:00", "latest_end": "05:00:00"},
            "latest_end",
            "there are 540 min",
        ),
    ],
)
async def test_a_run_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.adds(hass, await site(hass), "load")
    await user.submits(**PUMP)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    result = await user.submits(duration=60)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_run_of_a_whole_day_fits_a_whole_day(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass), "load")
    await user.submits(**PUMP)
    assert (await user.submits(duration=1440))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_load_that_was_removed_meanwhile_is_changed_no_more(hass: HomeAssistant) -> None:
    entry = await site(hass, load())
    user = await User.changes(hass, entry, entry.subentries["boiler"])
    await user.submits()
    hass.config_entries.async_remove_subentry(entry, "boiler")
    assert (await user.submits())["reason"] == "removed"
