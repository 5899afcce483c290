"""A site comes, changes, is disabled, fails, and goes; with the real OCPP server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import socket
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.loadstar.central import CENTRAL_SYSTEMS
from custom_components.loadstar.chargers import RETRY_PORT_S
from custom_components.loadstar.control_clock import MAX_INTERVAL_S
from custom_components.loadstar.coordinator import LoadstarCoordinator
from custom_components.loadstar.engine.control import SetpointController
from custom_components.loadstar.ocpp import CentralSystem
from tests.integration.common import CARPORT, GARAGE, OUTBUILDING, make_entry, report_meters


@pytest.fixture
def port(socket_enabled: None) -> int:  # noqa: ARG001  the server listens for real
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    port: int,
    enable_custom_integrations: None,  # noqa: ARG001
) -> AsyncIterator[MockConfigEntry]:
    """Return a site that has not been set up yet; whatever it became ends with the test."""
    report_meters(hass)
    entry = make_entry((GARAGE, CARPORT, OUTBUILDING), ocpp_port=port)
    entry.add_to_hass(hass)
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id) is not None:
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the site up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def is_taken(port: int) -> bool:
    """Whether somebody listens on ``port``."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_the_port_is_served_over_a_reload_and_freed_with_the_last_site(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    systems = hass.data[CENTRAL_SYSTEMS]
    system = systems.system(port)
    await hass.config_entries.async_reload(entry.entry_id)
    assert systems.system(port) is system
    assert is_taken(port)
    await hass.config_entries.async_remove(entry.entry_id)
    assert systems.ports == ()
    assert not is_taken(port)


async def test_a_disabled_site_hands_its_chargers_back(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert not is_taken(port)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert is_taken(port)


async def test_a_removed_charger_is_let_go_and_the_other_one_is_kept(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    system = hass.data[CENTRAL_SYSTEMS].system(port)
    assert system is not None
    carport = system.connector("CP-4712", 1)
    hass.config_entries.async_remove_subentry(entry, "garage")
    await hass.async_block_till_done()
    assert set(system.stations) == {"CP-4712"}
    assert system.connector("CP-4712", 1) is carport


async def test_a_charger_that_is_removed_while_the_site_is_set_up_is_gone_afterwards(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    forward = hass.config_entries.async_forward_entry_setups

    async def meanwhile(*what: Any) -> None:
        await forward(*what)
        if "garage" in entry.subentries:
            hass.config_entries.async_remove_subentry(entry, "garage")

    with patch.object(hass.config_entries, "async_forward_entry_setups", meanwhile):
        # it may be on its way down again for the reload when this returns
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    system = hass.data[CENTRAL_SYSTEMS].system(port)
    assert system is not None
    assert set(system.stations) == {"CP-4712"}


async def test_a_removed_charger_that_does_not_answer_keeps_nobody_waiting(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    answered = asyncio.Event()
    released: list[str] = []

    async def release(_system: CentralSystem, station_id: str) -> None:
        await answered.wait()
        released.append(station_id)

    with patch.object(CentralSystem, "release", release):
        hass.config_entries.async_remove_subentry(entry, "garage")
        await hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        assert set(entry.runtime_data.data.chargers) == {"carport"}
        assert released == []
        answered.set()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert released == ["CP-4711"]


async def test_another_port_is_moved_to_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = int(probe.getsockname()[1])
    hass.config_entries.async_update_entry(entry, data={**entry.data, "ocpp_port": other})
    await hass.async_block_till_done()
    assert (is_taken(port), is_taken(other)) == (False, True)


async def test_a_taken_port_is_said_and_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, port: int, freezer: FrozenDateTimeFactory
) -> None:
    issue = f"port_taken_{entry.entry_id}"
    with socket.create_server(("127.0.0.1", port)):
        await set_up(hass, entry)
        assert entry.state is ConfigEntryState.LOADED, "all but OCPP works"
        assert ir.async_get(hass).async_get_issue("loadstar", issue)
    freezer.tick(timedelta(seconds=RETRY_PORT_S + 1))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    assert is_taken(port)
    assert not ir.async_get(hass).async_get_issue("loadstar", issue)


async def test_a_site_that_goes_while_its_port_is_taken_leaves_nothing_behind(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        await set_up(hass, entry)
        await hass.config_entries.async_remove(entry.entry_id)
    assert not ir.async_get(hass).issues


async def test_the_server_stops_with_home_assistant(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert not is_taken(port)


@pytest.mark.parametrize("kept", [[], {"CP-4711": "nonsense"}, {"CP-4711": {"transactions": 5}}])
async def test_what_cannot_be_read_of_the_stations_is_left_behind(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], kept: Any
) -> None:
    key = "loadstar.ocpp"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": kept}
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_what_a_station_is_known_for_is_kept_and_forgotten_with_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    await set_up(hass, entry)
    storage = hass.data[CENTRAL_SYSTEMS]._storage
    storage.save("CP-4711", {"identity": {"vendor": "Ampere Works"}})
    assert storage.load("CP-4711") == {"identity": {"vendor": "Ampere Works"}}
    freezer.tick(timedelta(seconds=2))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    assert "CP-4711" in hass_storage["loadstar.ocpp"]["data"]
    await hass.config_entries.async_remove(entry.entry_id)
    assert "CP-4711" not in hass_storage["loadstar.ocpp"]["data"]


async def test_what_a_charger_has_been_answered_is_on_disk_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await set_up(hass, entry)
    storage = hass.data[CENTRAL_SYSTEMS]._storage
    storage.save("CP-4711", {"identity": {"vendor": "Ampere Works"}})
    assert "loadstar.ocpp" not in hass_storage
    await asyncio.gather(storage.flush(), storage.flush())
    assert "CP-4711" in hass_storage["loadstar.ocpp"]["data"]
    del hass_storage["loadstar.ocpp"]
    await storage.flush()
    assert "loadstar.ocpp" not in hass_storage, "nothing was left to write"


async def test_a_later_version_is_not_touched(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, version=2)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_a_cycle_that_fails_is_logged_and_the_next_one_runs(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await set_up(hass, entry)
    before = entry.runtime_data.data

    def cycle() -> None:
        freezer.tick(timedelta(seconds=MAX_INTERVAL_S + 1))
        async_fire_time_changed(hass, dt_util.utcnow())

    with patch.object(SetpointController, "step", side_effect=ZeroDivisionError):
        cycle()
    assert entry.runtime_data.data is before
    assert "the control cycle failed; it runs again" in caplog.text
    cycle()
    assert entry.runtime_data.data is not before


async def test_entities_come_back_after_a_refresh_that_failed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    coordinator = entry.runtime_data
    with patch.object(SetpointController, "step", side_effect=ZeroDivisionError):
        await coordinator.async_refresh()
    assert hass.states.get("sensor.home_household_power").state == "unavailable"  # type: ignore[union-attr]
    coordinator.clock.run_now()
    assert hass.states.get("sensor.home_household_power").state != "unavailable"  # type: ignore[union-attr]


async def test_control_remembers_over_a_reload_and_forgets_with_the_site(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    controller = entry.runtime_data._controller
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data._controller is controller
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert entry.runtime_data._controller is not controller


@pytest.mark.parametrize(
    ("reported", "at_once"),
    [
        ({"grid_b": "24.9"}, True),
        ({"grid_b": "24.5"}, False),  # noise at the limit
        ({"grid_b": "unavailable"}, False),
        ({"out_b": "20.9"}, True),  # the circuit's own limit
        ({"out_b": "20.5"}, False),
        ({"grid_a": "24", "grid_b": "23", "grid_c": "22"}, True),  # the import limit
        ({"grid_a": "24", "grid_b": "23", "grid_c": "18"}, False),
        ({"battery_power": "-9000"}, False),
    ],
)
async def test_only_what_is_over_a_limit_does_not_wait_for_the_next_cycle(
    hass: HomeAssistant, entry: MockConfigEntry, reported: dict[str, str], *, at_once: bool
) -> None:
    await set_up(hass, entry)
    coordinator = entry.runtime_data
    coordinator.clock.run_now()
    runs: list[LoadstarCoordinator] = []
    coordinator.clock._run = lambda: runs.append(coordinator)
    for name, state in reported.items():
        hass.states.async_set(f"sensor.{name}", state, {"unit_of_measurement": "A"})
    await hass.async_block_till_done()
    assert bool(runs) is at_once


async def test_two_sites_that_start_side_by_side_share_a_server(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    other = MockConfigEntry(
        domain="loadstar", title="Cottage", data=entry.data | {"pv_power": []}, entry_id="cottage"
    )
    other.add_to_hass(hass)
    await set_up(hass, entry)  # both: they are of one integration
    assert other.state is ConfigEntryState.LOADED
    assert hass.data[CENTRAL_SYSTEMS].ports == (port,)
    assert not ir.async_get(hass).issues
    await hass.config_entries.async_remove(other.entry_id)
    assert is_taken(port)


async def test_another_address_is_moved_to_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await set_up(hass, entry)
    storage = hass.data[CENTRAL_SYSTEMS]._storage
    storage.save("CP-4711", {"identity": {"vendor": "Ampere Works"}})
    hass.config_entries.async_update_entry(entry, data={**entry.data, "ocpp_host": "127.0.0.2"})
    await hass.async_block_till_done()
    assert not is_taken(port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", port)) == 0
    assert storage.load("CP-4711"), "a charger that dials the new address is known"
    system = hass.data[CENTRAL_SYSTEMS].system(port)
    assert system is not None
    assert set(system.stations) == {"CP-4711", "CP-4712"}


async def test_an_address_that_this_machine_has_lost_stops_ocpp_alone(
    hass: HomeAssistant, entry: MockConfigEntry, port: int, freezer: FrozenDateTimeFactory
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "ocpp_host": "192.0.2.1"})
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    issue = ir.async_get(hass).async_get_issue("loadstar", f"address_missing_{entry.entry_id}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["host"] == "192.0.2.1"
    hass.config_entries.async_update_entry(entry, data={**entry.data, "ocpp_host": "127.0.0.1"})
    freezer.tick(timedelta(seconds=RETRY_PORT_S + 1))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    assert is_taken(port)
    assert not ir.async_get(hass).issues


async def test_a_charger_that_has_something_to_keep_all_the_time_is_written_all_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await set_up(hass, entry)
    storage = hass.data[CENTRAL_SYSTEMS]._storage
    with patch("custom_components.loadstar.central.SAVE_DELAY_S", 0.05):
        for number in range(20):
            storage.save("CP-4711", {"number": number})
            await asyncio.sleep(0.01)
        assert hass_storage["loadstar.ocpp"]["data"]["CP-4711"]
        await storage.async_forget("CP-4711")
        storage.save("CP-4712", {"number": 1})
        await asyncio.sleep(0.1)
    await hass.async_block_till_done()
    assert hass_storage["loadstar.ocpp"]["data"] == {"CP-4712": {"number": 1}}
