"""A diagnostics download tells everything but secrets."""

from collections.abc import AsyncIterator
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from custom_components.loadstar.diagnostics import async_get_config_entry_diagnostics
from tests.integration.common import CHARGING, Home, running

SECRETS = ("correct-horse-battery", "CP-4711", "CP-4712", "CP-STRANGER", "SN-0815", "127.0.0.1")


pytestmark = pytest.mark.usefixtures("enable_custom_integrations")


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    async with running(hass) as home:
        home.garage.say(CHARGING, id_tag="04E7A1B2")
        await home.decide()
        yield home


async def download(home: Home) -> dict[str, Any]:
    """Return what a user would send, as it is written to the file."""
    data = await async_get_config_entry_diagnostics(home.hass, home.entry)
    written: dict[str, Any] = json.loads(json.dumps(data, cls=ExtendedJSONEncoder))
    return written


@pytest.mark.freeze_time("2026-06-21 10:00:00+00:00")
async def test_a_whole_site(home: Home, snapshot: SnapshotAssertion) -> None:
    assert await download(home) == snapshot(
        extension_class=HomeAssistantSnapshotExtension,
        exclude=props("created_at", "modified_at", "version"),
    )


async def test_a_site_that_is_not_set_up_is_told_as_wired(home: Home) -> None:
    """When something does not start, a download is what is asked for."""
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert set(await download(home)) == {"version", "entry"}


async def test_no_secret_is_told(home: Home) -> None:
    written = json.dumps(await download(home))
    for secret in (*SECRETS, "04E7A1B2"):
        assert secret not in written


async def test_the_secrets_are_there_to_be_told(home: Home) -> None:
    """Otherwise the test above could not fail."""
    known = repr((home.entry.as_dict(), home.system.stations, home.system.unknown_ids))
    for secret in SECRETS:
        assert secret in known or secret in repr(home.garage.state)


async def test_what_the_site_decided_is_told(home: Home) -> None:
    told = await download(home)
    garage = told["snapshot"]["chargers"]["garage"]
    assert garage["setpoint"] == 10.0
    assert garage["reason"] == "limited_by_phase"
    assert told["settings"]["chargers"]["garage"]["fallback_current"] == 8.0
    assert told["connectors"]["garage"]["accepted_current"] == 10.0
    assert told["connectors"]["garage"]["proof"] == "unproved"
    assert told["connectors"]["garage"]["method"] is None
    assert told["central_system"]["stations"]["garage"]["quirks"] == {"max_periods": "1"}
    assert told["central_system"]["stations"]["garage"]["frames_received"] == 12
    assert told["central_system"]["unknown_stations"] == 1


async def test_without_a_port_the_rest_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.loadstar.central.CentralSystems.system", lambda *_: None)
    told = await download(home)
    assert told["central_system"] is None
    assert told["snapshot"]["site"]["grid_current"] == [4.2, -1.5, 7.0]
