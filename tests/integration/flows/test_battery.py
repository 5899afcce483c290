"""Adding and changing batteries, with what the energy dashboard knows of them."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.integration.flows.driver import User
from tests.integration.flows.sites import BATTERY, battery, site

GOOD = {"name": "Cellar"} | BATTERY


async def test_a_battery_is_added(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "battery")
    result = await user.submits(**GOOD)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.data) == ("Cellar", BATTERY)


async def test_a_battery_is_changed(hass: HomeAssistant) -> None:
    entry = await site(hass, battery())
    user = await User.changes(hass, entry, entry.subentries["battery"])
    assert user.shown == {"name": "Battery"} | BATTERY
    result = await user.submits(power_invert=True, capacity=12.5)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    changed = entry.subentries["battery"]
    assert changed.data == BATTERY | {"power_invert": True, "capacity": 12.5}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "Enter a name"),
        ({"name": "battery"}, "name", "already used"),
        ({"soc": "sensor.none"}, "soc", "Not found"),
        ({"soc": "sensor.grid_power"}, "soc", "Not a percentage"),
        ({"power": "sensor.grid_a"}, "power", "Not a power"),
        ({"power": "sensor.words"}, "power", "not a number"),
        ({"power": "sensor.battery_power"}, "power", "more than once"),
        ({"power": "sensor.pv_south"}, "power", "more than once"),
        ({"capacity": 0}, "capacity", "between 0.1 and 1000 kWh"),
        ({"max_charge_power": -1}, "max_charge_power", "between 100 and 100000 W"),
        ({"max_discharge_power": 1e6}, "max_discharge_power", "between 100 and 100000 W"),
    ],
)
async def test_a_battery_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.adds(hass, await site(hass, battery()), "battery")
    await user.submits(**(GOOD | {"power": "sensor.grid_power"} | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)


@pytest.mark.parametrize(
    ("source", "offered"),
    [
        (
            {"stat_rate": "sensor.battery_power"},
            {"power": "sensor.battery_power", "power_invert": True},
        ),
        (
            {
                "stat_rate": "sensor.energy_battery_inverted",
                "power_config": {"stat_rate_inverted": "sensor.battery_power"},
                "stat_soc": "sensor.battery_soc",
                "capacity": 9.6,
            },
            {
                "power": "sensor.battery_power",
                "power_invert": False,
                "soc": "sensor.battery_soc",
                "capacity": 9.6,
            },
        ),
        ({"stat_rate": "inverter:battery", "stat_soc": "sensor.grid_a"}, {}),
    ],
)
async def test_the_battery_of_the_energy_dashboard_is_offered(
    hass: HomeAssistant, source: dict[str, Any], offered: dict[str, Any]
) -> None:
    await _energy(hass, source)
    user = await User.adds(hass, await site(hass), "battery")
    nobody_knows = {"capacity": 0, "max_charge_power": 0, "max_discharge_power": 0}
    assert user.shown == nobody_knows | {"power_invert": False} | offered


async def test_the_second_battery_is_offered_for_the_second_time(hass: HomeAssistant) -> None:
    await _energy(hass, {"stat_rate": "sensor.battery_power"}, {"stat_rate": "sensor.grid_power"})
    user = await User.adds(hass, await site(hass, battery()), "battery")
    assert user.shown["power"] == "sensor.grid_power"


async def _energy(hass: HomeAssistant, *sources: dict[str, Any]) -> None:
    energy = {"type": "battery", "stat_energy_from": "sensor.out", "stat_energy_to": "sensor.in"}
    manager = await async_get_manager(hass)
    preferences: Any = {"energy_sources": [energy | source for source in sources]}
    await manager.async_update(preferences)


async def test_a_battery_that_was_removed_meanwhile_is_changed_no_more(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, battery())
    user = await User.changes(hass, entry, entry.subentries["battery"])
    hass.config_entries.async_remove_subentry(entry, "battery")
    assert (await user.submits())["reason"] == "removed"
