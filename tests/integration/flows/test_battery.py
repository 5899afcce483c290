"""Adding and changing batteries, with what the energy dashboard knows of them."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import BATTERY, battery, site

GOOD = {"name": "Cellar"} | BATTERY
PLANNING = {"round_trip_efficiency": 90, "min_soc": 0, "max_soc": 100}


async def test_a_battery_is_added(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "battery")
    result = await user.submits(**GOOD)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.data) == ("Cellar", BATTERY | PLANNING)


async def test_a_battery_is_changed(hass: HomeAssistant) -> None:
    entry = await site(hass, battery())
    user = await User.changes(hass, entry, entry.subentries["battery"])
    assert user.shown == {"name": "Battery"} | BATTERY | PLANNING
    result = await user.submits(power_invert=True, capacity=12.5)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    changed = entry.subentries["battery"]
    assert changed.data == BATTERY | PLANNING | {"power_invert": True, "capacity": 12.5}


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
    assert user.shown == nobody_knows | PLANNING | {"power_invert": False} | offered


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


CURVE = [
    {"soc": 90, "charge_power": 2000},
    {"soc": 10, "charge_power": 5000, "discharge_power": 1500.0},
]


async def test_what_planning_needs_of_a_battery_is_kept(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "battery")
    await user.submits(**GOOD, round_trip_efficiency=81, min_soc=5, max_soc=95, power_curve=CURVE)
    (cellar,) = SiteConfig.from_entry(entry).batteries.values()
    assert cellar.round_trip_efficiency == pytest.approx(0.81)
    assert (cellar.min_soc_percent, cellar.max_soc_percent) == (5.0, 95.0)
    assert cellar.charge_curve == ((10.0, 5000.0), (90.0, 2000.0))
    assert cellar.discharge_curve == ((10.0, 1500.0),)


async def test_a_battery_from_before_planning_has_usual_values(hass: HomeAssistant) -> None:
    (cellar,) = SiteConfig.from_entry(await site(hass, battery())).batteries.values()
    assert cellar.round_trip_efficiency == pytest.approx(0.9)
    assert (cellar.min_soc_percent, cellar.max_soc_percent) == (0.0, 100.0)
    assert cellar.charge_curve == cellar.discharge_curve == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"round_trip_efficiency": 20}, "between 50 and 100 %"),
        ({"min_soc": -5}, "between 0 and 90 %"),
        ({"max_soc": 110}, "between 10 and 100 %"),
        ({"min_soc": 80, "max_soc": 80}, "lowest charge of 80 % must be below the highest of 80 %"),
        ({"power_curve": [{"soc": 50}]}, "Row 1"),
        ({"power_curve": [{"soc": 101, "charge_power": 1}]}, "Row 1"),
        ({"power_curve": [{"soc": "nan", "charge_power": 1}]}, "Row 1"),
        ({"power_curve": [CURVE[0], {"soc": 5, "discharge_power": -1}]}, "Row 2"),
        ({"power_curve": [CURVE[0], CURVE[0]]}, "Row 2"),
    ],
)
async def test_a_battery_that_cannot_be_planned_with(
    hass: HomeAssistant, changes: dict[str, Any], words: str
) -> None:
    user = await User.adds(hass, await site(hass), "battery")
    await user.submits(**(GOOD | changes))
    assert set(user.errors) == {"planning"}
    assert words in user.reads("planning")
    result = await user.submits(**(PLANNING | {"power_curve": CURVE}))
    assert result["type"] is FlowResultType.CREATE_ENTRY
