"""Changing a site that exists, and what is offered for a new one."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.integration.flows.driver import User
from tests.integration.flows.sites import SITE, charger, circuit, site


async def energy(hass: HomeAssistant, *sources: dict[str, Any]) -> None:
    """Let the user have set the energy dashboard up."""
    manager = await async_get_manager(hass)
    preferences: Any = {"energy_sources": list(sources)}
    await manager.async_update(preferences)


def grid(**power: Any) -> dict[str, Any]:
    """Return a grid of the energy dashboard."""
    return {"type": "grid", "stat_energy_from": "sensor.kwh", "cost_adjustment_day": 0} | power


def solar(**power: Any) -> dict[str, Any]:
    """Return a PV system of the energy dashboard."""
    return {"type": "solar", "stat_energy_from": "sensor.pv_kwh"} | power


async def test_a_site_is_changed_with_its_values_in_the_fields(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    user = await User.changes_site(hass, entry)
    assert user.shown == {
        "name": "Home",
        "phases": "3",
        "meter_layout": "per_phase",
        "main_breaker": 25.0,
        "voltage": 230.0,
    }
    await user.submits(name="Villa", main_breaker=20)
    await user.submits()
    result = await user.submits(pv_power=None)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.title == "Villa"
    assert entry.data == {name: SITE[name] for name in SITE if name != "pv_power"} | {
        "main_breaker": 20.0
    }


async def test_tuned_values_are_not_asked_for_again_and_keep_their_first_ones(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass)
    user = await User.changes_site(hass, entry)
    assert "import_limit" not in user.fields
    await user.submits()
    await user.submits()
    assert "export_threshold" not in user.fields
    await user.submits()
    assert (entry.data["import_limit"], entry.data["export_threshold"]) == (11000.0, 500.0)


async def test_another_meter_leaves_nothing_of_the_old_one(hass: HomeAssistant) -> None:
    entry = await site(hass, grid_heartbeat="binary_sensor.meter_alive")
    user = await User.changes_site(hass, entry)
    await user.submits(meter_layout="total")
    await user.submits(grid_total="sensor.grid_power", grid_heartbeat=None)
    await user.submits()
    assert entry.data["grid_total"] == "sensor.grid_power"
    assert {"grid_a", "grid_b", "grid_c", "grid_heartbeat"}.isdisjoint(entry.data)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"phases": "1"}, "phases", "the phases of these chargers: Garage"),
        ({"main_breaker": 6}, "main_breaker", "Garage needs at least 6 A"),
        ({"main_breaker": 10}, "main_breaker", "fall back to 6 A. With 5 A kept"),
    ],
)
async def test_a_supply_must_carry_the_chargers_that_are_there(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.changes_site(hass, await site(hass, charger()))
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)


async def test_what_is_in_force_counts_not_what_was_asked_first(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    await entry.runtime_data.settings.async_update_charger(
        "garage", min_current=10.0, fallback_current=0.0
    )
    user = await User.changes_site(hass, entry)
    await user.submits(main_breaker=10)
    assert "Garage needs at least 10 A" in user.reads("main_breaker")
    await user.submits(main_breaker=11)
    assert user.step == "meter"


async def test_a_site_that_is_not_running_is_checked_with_its_first_values(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, charger(), set_up=False)
    user = await User.changes_site(hass, entry)
    await user.submits(main_breaker=8)
    assert "fall back to 6 A" in user.reads("main_breaker")


async def test_a_circuit_that_is_too_small_is_told_with_the_supply_too(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, circuit("shed", "Shed", limit=8.0), charger(circuit="shed"))
    await entry.runtime_data.settings.async_update_charger("garage", min_current=9.0)
    user = await User.changes_site(hass, entry)
    await user.submits()
    assert "the circuit Shed gives 8 A at most" in user.reads("main_breaker")


async def test_without_an_energy_dashboard_nothing_is_offered(hass: HomeAssistant) -> None:
    user = await User.adds_site(hass)
    await user.submits(main_breaker=25, phases="1")
    assert user.shown == {"grid_invert": False}


@pytest.mark.parametrize(
    ("power", "offered"),
    [
        ({"stat_rate": "sensor.grid_power"}, {"grid_total": "sensor.grid_power"}),
        (
            {"power_config": {"stat_rate_inverted": "sensor.grid_power"}},
            {"grid_total": "sensor.grid_power", "grid_invert": True},
        ),
        (
            {
                "power_config": {
                    "stat_rate_from": "sensor.grid_power",
                    "stat_rate_to": "sensor.grid_export",
                }
            },
            {"grid_total": "sensor.grid_power", "grid_export_total": "sensor.grid_export"},
        ),
        ({"stat_rate": "sensor.other_a"}, {}),
        ({"stat_rate": "tibber:home"}, {}),
        ({}, {}),
    ],
)
async def test_the_grid_of_the_energy_dashboard_is_offered(
    hass: HomeAssistant, power: dict[str, Any], offered: dict[str, Any]
) -> None:
    await energy(hass, grid(**power))
    nothing = {"grid_invert": False}
    total = await User.adds_site(hass)
    await total.submits(main_breaker=25, meter_layout="total")
    assert total.shown == nothing | {"phase_netting": False} | offered
    single = await User.adds_site(hass)
    await single.submits(main_breaker=25, phases="1")
    assert single.shown == nothing | {
        name.replace("total", "a"): value for name, value in offered.items()
    }
    phases = await User.adds_site(hass)
    await phases.submits(main_breaker=25)
    assert phases.shown == nothing | {"phase_netting": False}


async def test_of_two_grids_none_is_offered(hass: HomeAssistant) -> None:
    await energy(hass, grid(stat_rate="sensor.grid_power"), grid(stat_rate="sensor.grid_export"))
    user = await User.adds_site(hass)
    await user.submits(main_breaker=25, meter_layout="total")
    assert "grid_total" not in user.shown


async def test_all_pv_of_the_energy_dashboard_is_offered(hass: HomeAssistant) -> None:
    await energy(
        hass,
        solar(stat_rate="sensor.pv_south"),
        solar(stat_rate="sensor.pv_west"),
        solar(stat_rate="sensor.gone"),
        solar(),
    )
    user = await User.adds_site(hass)
    await user.submits(main_breaker=25, phases="1")
    await user.submits(grid_a="sensor.grid_a")
    assert user.shown["pv_power"] == ["sensor.pv_south", "sensor.pv_west"]


async def test_a_site_that_was_removed_meanwhile_is_changed_no_more(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.changes_site(hass, entry)
    await user.submits()
    await user.submits()
    await hass.config_entries.async_remove(entry.entry_id)
    result = await user.submits()
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "removed")


async def test_of_those_who_add_the_same_site_all_but_the_first_are_told(
    hass: HomeAssistant,
) -> None:
    meter = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}
    first, second, third = [await User.adds_site(hass) for _ in range(3)]
    for user, name in ((first, "Cottage"), (second, "Cottage"), (third, "Hut")):
        await user.submits(name=name, main_breaker=20)
        await user.submits(**meter)
    assert (await first.finishes())["type"] is FlowResultType.CREATE_ENTRY
    await second.finishes()
    assert (second.step, second.errors) == ("supply", {"name": "name_used"})
    await third.finishes()
    assert third.step == "meter"
    assert set(third.errors.values()) == {"meter_used"}


async def test_sites_with_the_same_port_have_the_same_address(hass: HomeAssistant) -> None:
    await site(hass, title="Cottage", ocpp_host="127.0.0.1")
    entry = await site(hass, title="Home", ocpp_port=9017)
    user = await User.changes_site(hass, entry)
    await user.submits()
    await user.submits(grid_a="sensor.garage_a", grid_b="sensor.garage_b", grid_c="sensor.garage_c")
    await user.submits(ocpp_port=9016)
    assert "The site Cottage already listens on this port at the address 127.0.0.1" in user.reads(
        "ocpp"
    )
    await user.submits(ocpp_port=9016, ocpp_host="127.0.0.1")
    assert user.result["reason"] == "reconfigure_successful"


async def test_an_address_is_checked_though_the_port_is_ours(hass: HomeAssistant) -> None:
    user = await User.changes_site(hass, await site(hass))
    await user.submits()
    await user.submits()
    await user.submits(ocpp_host="192.0.2.1")
    assert "This machine does not have this address" in user.reads("ocpp")
