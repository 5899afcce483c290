"""Adding and changing vehicles."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import VEHICLE, battery, charger, site, vehicle

GOOD: dict[str, Any] = {"name": "Van", **VEHICLE, "car_phases": "3", "soc": "sensor.other_car_soc"}


async def test_a_vehicle_is_added_and_planned_with(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    user = await User.adds(hass, entry, "vehicle")
    result = await user.submits(**GOOD)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (added,) = (sub for sub in entry.subentries.values() if sub.subentry_type == "vehicle")
    assert (added.title, added.data) == ("Van", VEHICLE | {"soc": "sensor.other_car_soc"})
    (van,) = SiteConfig.from_entry(entry).planning.vehicles.values()
    assert (van.name, van.charger, van.phases) == ("Van", "garage", 3)
    assert van.efficiency == pytest.approx(0.92)


async def test_a_name_and_a_capacity_are_enough(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "vehicle")
    assert "charger" not in user.fields
    await user.submits(name="Van", capacity=40)
    (added,) = entry.subentries.values()
    assert added.data == {"capacity": 40, "efficiency": 90}


async def test_on_a_single_phase_site_nobody_asks_for_phases(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass, phases=1), "vehicle")
    assert "car_phases" not in user.fields


async def test_a_vehicle_is_changed_with_its_values_in_the_fields(hass: HomeAssistant) -> None:
    entry = await site(hass, charger(), vehicle())
    user = await User.changes(hass, entry, entry.subentries["beetle"])
    assert user.shown == {"name": "Beetle"} | VEHICLE | {"car_phases": "3"}
    result = await user.submits(name="Herbie", departure=None, charger=None, capacity=58)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    changed = entry.subentries["beetle"]
    assert changed.title == "Herbie"
    assert changed.data == {
        "capacity": 58,
        "soc": "sensor.car_soc",
        "car_phases": 3,
        "efficiency": 92.0,
    }


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Enter a name"),
        ({"name": "BEETLE"}, "name", "already used"),
        ({"capacity": 0}, "capacity", "between 0.1 and 1000 kWh"),
        ({"capacity": "nan"}, "capacity", "between 0.1 and 1000 kWh"),
        ({"efficiency": 9}, "efficiency", "between 50 and 100 %"),
        ({"soc": "sensor.gone"}, "soc", "Not found in Home Assistant"),
        ({"soc": "sensor.grid_power"}, "soc", "Not a percentage"),
        ({"soc": "sensor.car_soc"}, "soc", "more than once: sensor.car_soc"),
        ({"soc": "sensor.battery_soc"}, "soc", "more than once: sensor.battery_soc"),
    ],
)
async def test_a_vehicle_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.adds(hass, await site(hass, charger(), battery(), vehicle()), "vehicle")
    await user.submits(**(GOOD | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    assert (await user.submits(**GOOD))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_charger_that_was_removed_meanwhile_is_chosen_no_more(hass: HomeAssistant) -> None:
    entry = await site(hass, charger(), charger("drive", "Driveway", station_id="DRIVE-1"))
    user = await User.adds(hass, entry, "vehicle")
    hass.config_entries.async_remove_subentry(entry, "garage")
    await user.submits(**GOOD)
    assert "removed in the meantime" in user.reads("charger")
    assert "charger" not in user.shown
    assert (await user.submits())["type"] is FlowResultType.CREATE_ENTRY


async def test_where_the_only_charger_is_gone_the_form_itself_says_so(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    user = await User.adds(hass, entry, "vehicle")
    hass.config_entries.async_remove_subentry(entry, "garage")
    await user.submits(**GOOD)
    assert "removed in the meantime" in user.reads("base")
    assert (await user.submits())["type"] is FlowResultType.CREATE_ENTRY


async def test_the_charger_of_long_ago_is_not_shown(hass: HomeAssistant) -> None:
    entry = await site(hass, charger("drive", "Driveway"), vehicle())
    user = await User.changes(hass, entry, entry.subentries["beetle"])
    assert "charger" not in user.shown


async def test_a_vehicle_that_was_removed_meanwhile_is_changed_no_more(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, charger(), vehicle())
    user = await User.changes(hass, entry, entry.subentries["beetle"])
    hass.config_entries.async_remove_subentry(entry, "beetle")
    assert (await user.submits())["reason"] == "removed"
