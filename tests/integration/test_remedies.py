"""A charger that had to be taken out of service, and the user who puts it back."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.loadstar.coordinator import forget_controller
from custom_components.loadstar.engine.models import Remedy
from custom_components.loadstar.ocpp.types import FallbackProof
from custom_components.loadstar.repairs import async_create_fix_flow
from tests.integration.common import CARPORT, CHARGING, GARAGE, Home, running

KEY = "loadstar.home.out_of_service"
ISSUE = "charger_out_of_service_garage"
FIX = "/api/repairs/issues/fix"
OUT = ("available", False)
BACK = ("available", True)

pytestmark = [
    pytest.mark.usefixtures("enable_custom_integrations"),
    # said of Home Assistant's own web server
    pytest.mark.filterwarnings("ignore:It is recommended to use web"),
]


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    assert await async_setup_component(hass, "repairs", {})
    async with running(hass) as home:
        home.garage.say(CHARGING)
        await home.decide()
        home.garage.asked.clear()
        yield home


async def take_out(home: Home) -> None:
    """Let control find no other way with the garage's charger."""
    home.controller.remedies["garage"] = Remedy.OUT_OF_SERVICE
    await home.decide()


def issue(home: Home, issue_id: str = ISSUE) -> ir.IssueEntry | None:
    return ir.async_get(home.hass).async_get_issue("loadstar", issue_id)


def stored(hass_storage: dict[str, Any]) -> Any:
    return hass_storage[KEY]["data"]


class Fixing:
    """A user in the repairs of Home Assistant."""

    def __init__(self, hass_client: ClientSessionGenerator) -> None:
        self._client = hass_client

    async def open(self, issue_id: str = ISSUE) -> dict[str, Any]:
        client = await self._client()
        answer = await client.post(FIX, json={"handler": "loadstar", "issue_id": issue_id})
        assert answer.status == HTTPStatus.OK
        step: dict[str, Any] = await answer.json()
        return step

    async def confirm(self, step: dict[str, Any]) -> dict[str, Any]:
        client = await self._client()
        answer = await client.post(f"{FIX}/{step['flow_id']}", json={})
        assert answer.status == HTTPStatus.OK
        after: dict[str, Any] = await answer.json()
        return after


@pytest.fixture
def fixing(hass_client: ClientSessionGenerator) -> Fixing:
    return Fixing(hass_client)


async def test_it_is_remembered_before_it_is_told(home: Home, hass_storage: dict[str, Any]) -> None:
    await take_out(home)
    assert home.garage.asked == [OUT, "stop", 0.0]
    assert stored(hass_storage) == {"garage": {"station_id": "CP-4711", "connector_id": 1}}
    assert issue(home)
    assert home.state("binary_sensor", "problem", "garage") == "on"
    assert home.attributes("binary_sensor", "problem", "garage")["out_of_service"] is True
    assert home.state("binary_sensor", "problem", "carport") == "off"


async def test_it_stays_out_of_service_whatever_control_says_later(home: Home) -> None:
    await take_out(home)
    home.controller.remedies.clear()
    home.garage.asked.clear()
    home.garage.say(status="Preparing", transaction_id=None, accepted_current=None)
    await home.decide()
    assert home.garage.asked == [], "no session, and no set-point above 0 A"
    assert issue(home)
    reading = home.controller.readings[-1].chargers[0]
    assert (reading.charger_id, reading.enabled) == ("garage", False)


async def test_nobody_starts_a_session_before_it_is_put_back(home: Home) -> None:
    await take_out(home)
    home.garage.say(status="Preparing", transaction_id=None)
    with pytest.raises(HomeAssistantError, match="out of service"):
        await home.act("button", "press", "start_session", "garage")


async def test_it_stays_out_of_service_over_a_restart(
    home: Home, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    forget_controller(home.hass, home.entry.entry_id)
    home.garage.asked.clear()
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.decide()
    assert issue(home)
    assert OUT in home.garage.asked, "it has not been seen to obey"
    assert stored(hass_storage)


async def test_the_user_puts_it_back(
    home: Home, fixing: Fixing, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    step = await fixing.open()
    assert (step["type"], step["step_id"]) == ("form", "confirm")
    assert step["description_placeholders"] == {"charger": "Garage", "station": "CP-4711"}
    home.garage.asked.clear()
    after = await fixing.confirm(step)
    assert after["type"] == "create_entry"
    assert home.garage.asked[0] == BACK
    await home.decide()
    assert OUT not in home.garage.asked
    assert issue(home) is None
    assert stored(hass_storage) == {}
    assert home.controller.readings[-1].chargers[0].enabled
    assert home.attributes("binary_sensor", "problem", "garage")["out_of_service"] is False


async def test_a_charger_that_does_it_again_is_taken_out_again(home: Home, fixing: Fixing) -> None:
    await take_out(home)
    await fixing.confirm(await fixing.open())
    await home.decide()
    assert issue(home) is None
    await take_out(home)
    assert issue(home)


async def test_a_charger_that_refuses_stays_out_and_may_be_asked_again(
    home: Home, fixing: Fixing, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    step = await fixing.open()
    home.garage.answer = False
    refused = await fixing.confirm(step)
    assert (refused["type"], refused["errors"]) == ("form", {"base": "put_back_refused"})
    await home.decide()
    assert issue(home)
    assert stored(hass_storage)
    home.garage.answer = True
    assert (await fixing.confirm(refused))["type"] == "create_entry"


async def test_a_charger_that_is_away_cannot_be_put_back_yet(home: Home, fixing: Fixing) -> None:
    await take_out(home)
    home.garage.say(connected=False)
    refused = await fixing.confirm(await fixing.open())
    assert refused["errors"] == {"base": "charger_offline"}
    assert issue(home)


async def test_a_site_that_has_stopped_meanwhile_ends_the_flow(home: Home, fixing: Fixing) -> None:
    await take_out(home)
    step = await fixing.open()
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    after = await fixing.confirm(step)
    assert (after["type"], after["reason"]) == ("abort", "not_running")


async def test_a_removed_charger_is_put_back_and_forgotten(
    home: Home, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    connector = home.garage
    connector.asked.clear()
    home.hass.config_entries.async_remove_subentry(home.entry, "garage")
    await home.hass.async_block_till_done(wait_background_tasks=True)
    assert connector.asked == [BACK]
    assert stored(hass_storage) == {}
    assert issue(home) is None


async def test_a_disabled_site_leaves_its_chargers_in_service(
    home: Home, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    connector = home.garage
    connector.asked.clear()
    await home.hass.config_entries.async_set_disabled_by(
        home.entry.entry_id, ConfigEntryDisabler.USER
    )
    assert connector.asked == [BACK]
    assert stored(hass_storage) == {}
    assert issue(home) is None


async def test_a_removed_site_leaves_nothing_behind(
    home: Home, hass_storage: dict[str, Any]
) -> None:
    await take_out(home)
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    assert KEY not in hass_storage
    assert issue(home) is None


@pytest.mark.parametrize("gone", [{"connected": False}, {}])
async def test_a_charger_that_leaves_and_cannot_be_put_back_is_named_in_the_log(
    home: Home, caplog: pytest.LogCaptureFixture, gone: dict[str, Any]
) -> None:
    await take_out(home)
    home.garage.answer = False
    home.garage.say(**gone)
    home.hass.config_entries.async_remove_subentry(home.entry, "garage")
    await home.hass.async_block_till_done(wait_background_tasks=True)
    assert "CP-4711 was taken out of service and could not be put back" in caplog.text


PLACE = {"station_id": "CP-4711", "connector_id": 1}


@pytest.mark.parametrize(
    "kept",
    [
        [],
        "garage",
        {"garage": None},
        {"garage": "CP-4711"},
        {"garage": {"station_id": 4711, "connector_id": 1}},
        {"garage": {"station_id": "CP-4711", "connector_id": "one"}},
        {"garage": {"station_id": "CP-4711"}},
    ],
)
async def test_what_was_kept_and_makes_no_sense_is_left_behind(
    hass: HomeAssistant, hass_storage: dict[str, Any], kept: Any
) -> None:
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    async with running(hass) as home:
        home.garage.say(CHARGING)
        await home.decide()
        assert OUT not in home.garage.asked
        assert issue(home) is None


async def test_of_what_was_kept_the_part_that_makes_sense_counts(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    kept = {"garage": PLACE, "carport": 5}
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    async with running(hass, (GARAGE, CARPORT)) as home:
        home.garage.say(CHARGING)
        await home.decide()
        assert OUT in home.garage.asked


async def test_a_charger_with_another_connector_now_is_not_out_of_service(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    kept = {"garage": {"station_id": "CP-4711", "connector_id": 2}}
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    async with running(hass) as home:
        assert issue(home) is None
        assert "could not be put back; set its connector 2 to operative" in caplog.text


async def test_a_mended_fallback_is_proved_again(home: Home, fixing: Fixing) -> None:
    home.garage.say(proof=FallbackProof.FAILED)
    await home.decide()
    step = await fixing.open("charger_unproved_garage")
    home.garage.asked.clear()
    assert (await fixing.confirm(step))["type"] == "create_entry"
    assert "prove" in home.garage.asked
    home.garage.say(proof=FallbackProof.UNPROVED)
    await home.decide()
    assert issue(home, "charger_unproved_garage") is None
    assert home.state("sensor", "fallback_proof", "garage") == "unproved"


async def test_a_button_proves_the_fallback_again(home: Home) -> None:
    await home.act("button", "press", "prove_fallback", "garage")
    assert home.garage.asked == ["prove"]


async def test_an_issue_without_a_fix_has_but_a_confirmation(hass: HomeAssistant) -> None:
    unknown: list[dict[str, str | int | float | None] | None] = [None, {}, {"fix": "another"}]
    for data in unknown:
        flow = await async_create_fix_flow(hass, "any", data)
        assert type(flow).__name__ == "ConfirmRepairFlow"


async def test_a_charger_that_does_not_answer_keeps_no_removal_waiting(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await take_out(home)
    monkeypatch.setattr("custom_components.loadstar.putting_back.PATIENCE_S", 0.01)

    async def never(*, available: bool) -> bool:
        await asyncio.Event().wait()
        return available

    monkeypatch.setattr(home.garage, "async_set_available", never)
    home.hass.config_entries.async_remove_subentry(home.entry, "garage")
    await home.hass.async_block_till_done(wait_background_tasks=True)
    assert set(home.coordinator.data.chargers) == {"carport"}
    assert "could not be put back" in caplog.text


async def test_a_connector_that_its_station_no_longer_has_is_forgotten(
    home: Home, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    kept = {"garage": {"station_id": "CP-4711", "connector_id": 9}}
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": kept}
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert stored(hass_storage) == {}
    assert "set its connector 9 to operative" in caplog.text
    assert issue(home) is None
