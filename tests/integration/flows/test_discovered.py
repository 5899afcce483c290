"""A charger that has knocked is added by the forms of any other charger."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.loadstar.const import DOMAIN
from tests.integration.flows.driver import ENGLISH, User
from tests.integration.flows.sites import charger, circuit, site

BARN_METER: dict[str, Any] = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}


async def knocked(
    hass: HomeAssistant, station_id: str = "CARPORT-1", port: int = 9016
) -> dict[str, Any]:
    """Let a charger have knocked; return what its flow begins with."""
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": "integration_discovery"},
        data={"station_id": station_id, "ocpp_port": port, "address": "192.168.1.77"},
    )
    begun: dict[str, Any] = result
    return begun


async def test_a_charger_that_has_knocked_is_added_to_its_site(hass: HomeAssistant) -> None:
    entry = await site(hass, circuit("shed", "Shed"), main_breaker=63.0)
    assert (await knocked(hass))["type"] is FlowResultType.FORM
    user = await User.meets(hass, "CARPORT-1")
    words = user.result["description_placeholders"]
    assert words == {"station_id": "CARPORT-1", "address": "192.168.1.77"}
    assert user.fields == set()
    await user.submits()
    assert user.step == "identity"
    assert user.shown["station_id"] == "CARPORT-1"
    key = user.shown["password"]
    assert len(key) == 20
    await user.submits(name="Carport")
    assert user.step == "wiring"
    await user.submits(phase_rotation="BCA", circuit="shed")
    assert user.step == "connect"
    assert user.result["description_placeholders"]["url"].endswith(":9016/CARPORT-1")
    result = await user.submits()
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "charger_added")
    text = ENGLISH["config"]["abort"]["charger_added"]
    assert "Carport was added to Home" in text.format(**result["description_placeholders"])
    added = next(sub for sub in entry.subentries.values() if sub.subentry_type == "charger")
    assert (added.title, added.unique_id) == ("Carport", "CARPORT-1_1")
    assert added.data == {
        "station_id": "CARPORT-1",
        "connector_id": 1,
        "security": "basic",
        "password": key,
        "hand_over_key": False,
        "phases": 3,
        "rated_current": 16,
        "phase_rotation": "BCA",
        "circuit": "shed",
        "min_current": 6,
        "fallback_current": 6,
        "priority": 1,
    }
    assert hass.config_entries.async_entries(DOMAIN) == [entry]


async def test_its_card_says_who_it_is_and_where(hass: HomeAssistant) -> None:
    await site(hass)
    await knocked(hass)
    (flow,) = hass.config_entries.flow.async_progress()
    title = ENGLISH["config"]["flow_title"].format(**flow["context"]["title_placeholders"])
    assert title == "New charger CARPORT-1 at 192.168.1.77"


async def test_of_several_sites_with_the_port_one_is_chosen(hass: HomeAssistant) -> None:
    home = await site(hass)
    barn = await site(hass, title="Barn", phases=1, **BARN_METER)
    await site(hass, title="Far", ocpp_port=9020, grid_a="sensor.other_a")
    await knocked(hass)
    user = await User.meets(hass, "CARPORT-1")
    (options,) = [field.config["options"] for field in user.result["data_schema"].schema.values()]
    assert [option["label"] for option in options] == ["Home", "Barn"]
    assert user.shown == {"site": home.entry_id}
    await user.submits(site=barn.entry_id)
    assert "phases" not in user.fields  # the barn has one
    await user.submits(name="Carport")
    await user.submits()
    assert (await user.submits())["reason"] == "charger_added"
    assert len(barn.subentries) == 1
    assert not home.subentries


async def test_a_charger_is_discovered_once(hass: HomeAssistant) -> None:
    await site(hass)
    await knocked(hass)
    assert (await knocked(hass))["reason"] == "already_in_progress"
    await knocked(hass, "OTHER-1")
    assert len(hass.config_entries.flow.async_progress()) == 2


async def test_an_ignored_charger_stays_ignored(hass: HomeAssistant) -> None:
    await site(hass)
    await knocked(hass)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": "CARPORT-1", "title": "New charger"},
    )
    assert (await knocked(hass))["reason"] == "already_configured"
    assert hass.config_entries.flow.async_progress() == []


@pytest.mark.parametrize("port", [9016, 9020])
async def test_a_charger_that_is_set_up_anywhere_is_not_new(hass: HomeAssistant, port: int) -> None:
    await site(hass, charger(station_id="CARPORT-1"), ocpp_port=port)
    assert (await knocked(hass))["reason"] == "already_configured"


async def test_a_port_without_a_site_has_no_chargers(hass: HomeAssistant) -> None:
    await site(hass, ocpp_port=9020)
    assert (await knocked(hass))["reason"] == "removed"


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_a_site_that_was_removed_meanwhile_gets_no_charger(
    hass: HomeAssistant, steps: int
) -> None:
    entry = await site(hass)
    await knocked(hass)
    user = await User.meets(hass, "CARPORT-1")
    for step in range(steps):
        await user.submits(**({"name": "Carport"} if step == 1 else {}))
    await hass.config_entries.async_remove(entry.entry_id)
    name = {"name": "Carport"} if steps == 1 else {}
    assert (await user.submits(**name))["reason"] == "removed"


async def test_a_charger_that_was_added_by_hand_meanwhile_is_told(hass: HomeAssistant) -> None:
    entry = await site(hass)
    await knocked(hass)
    user = await User.meets(hass, "CARPORT-1")
    await user.submits()
    by_hand = await User.adds(hass, entry, "charger")
    await by_hand.submits(name="Carport", station_id="CARPORT-1")
    await by_hand.submits()
    await by_hand.submits()
    await user.submits(name="Carport")
    assert user.errors == {"name": "name_used", "connector_id": "connector_used"}


async def test_a_disabled_site_is_not_offered(hass: HomeAssistant) -> None:
    entry = await site(hass, set_up=False)
    hass.config_entries._entries[entry.entry_id].disabled_by = None
    await knocked(hass)
    assert len(hass.config_entries.flow.async_progress()) == 1
