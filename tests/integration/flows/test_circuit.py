"""Adding and changing circuits: a tree without loops that can carry what hangs on it."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.integration.flows.driver import User
from tests.integration.flows.sites import charger, circuit, site

METERED = {f"meter_{phase}": f"sensor.garage_{phase}" for phase in "abc"}


def parents(user: User) -> set[str]:
    """Return the circuits that are offered as parents."""
    field = user.result["data_schema"].schema["parent"]
    return {option["value"] for option in field.config["options"]}


async def test_a_circuit_is_added(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "circuit")
    assert user.fields == {"name", "limit", *METERED}
    result = await user.submits(name="Garage", limit=20, **METERED)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.data) == ("Garage", {"limit": 20, **METERED})


async def test_a_single_phase_site_has_circuits_of_one_phase(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass, phases=1), "circuit")
    assert user.fields == {"name", "limit", "meter_a"}


async def test_a_circuit_may_hang_on_another_but_not_on_itself(hass: HomeAssistant) -> None:
    entry = await site(
        hass,
        circuit("top", "Top"),
        circuit("middle", "Middle", parent="top"),
        circuit("leaf", "Leaf", parent="middle"),
        circuit("other", "Other"),
    )
    assert parents(await User.adds(hass, entry, "circuit")) == {"top", "middle", "leaf", "other"}
    user = await User.changes(hass, entry, entry.subentries["middle"])
    assert parents(user) == {"top", "other"}
    assert user.shown["parent"] == "top"
    await user.submits(parent="other")
    assert entry.subentries["middle"].data["parent"] == "other"


async def test_a_parent_that_has_been_removed_is_not_offered(hass: HomeAssistant) -> None:
    entry = await site(hass, circuit("leaf", "Leaf", parent="gone"), circuit("other", "Other"))
    user = await User.changes(hass, entry, entry.subentries["leaf"])
    assert user.shown == {"name": "Leaf", "limit": 20.0}


async def test_circuits_in_a_loop_are_survived(hass: HomeAssistant) -> None:
    entry = await site(
        hass, circuit("a", "A", parent="b"), circuit("b", "B", parent="a"), charger(circuit="a")
    )
    user = await User.changes(hass, entry, entry.subentries["a"])
    assert user.fields == {"name", "limit", *METERED}


async def test_a_circuit_is_changed(hass: HomeAssistant) -> None:
    entry = await site(hass, circuit("shed", "Shed", **METERED), charger(circuit="shed"))
    user = await User.changes(hass, entry, entry.subentries["shed"])
    assert user.shown == {"name": "Shed", "limit": 20.0, **METERED}
    result = await user.submits(name="Garage", limit=16)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    changed = entry.subentries["shed"]
    assert (changed.title, changed.data) == ("Garage", {"limit": 16, **METERED})


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Enter a name"),
        ({"name": "SHED"}, "name", "already used"),
        ({"limit": 5}, "limit", "between 6 and 125 A"),
        ({"limit": 126}, "limit", "between 6 and 125 A"),
        ({"meter_a": "sensor.none"}, "meter_a", "Not found"),
        ({"meter_a": "sensor.temperature"}, "meter_a", "Neither a current"),
        ({"meter_b": "sensor.garage_a"}, "meter_b", "more than once"),
        ({"meter_b": "sensor.import_b"}, "meter_b", "either current or power"),
        ({"meter_b": None}, "meter_b", "for each phase"),
    ],
)
async def test_a_circuit_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.adds(hass, await site(hass, circuit("shed", "Shed")), "circuit")
    await user.submits(**({"name": "Garage", "limit": 20} | METERED | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)


@pytest.mark.parametrize(
    ("tuned", "limit", "words"),
    [
        ({"min_current": 10.0}, 8, "Garage needs at least 10 A, and the circuit Shed gives 8 A"),
        ({"fallback_current": 12.0}, 10, "circuit Shed together fall back to 12 A on phase A"),
    ],
)
async def test_a_limit_must_carry_the_chargers_behind_it(
    hass: HomeAssistant, tuned: dict[str, float], limit: float, words: str
) -> None:
    entry = await site(hass, circuit("shed", "Shed"), charger(circuit="shed"))
    await entry.runtime_data.settings.async_update_charger("garage", **tuned)
    user = await User.changes(hass, entry, entry.subentries["shed"])
    await user.submits(limit=limit)
    assert words in user.reads("limit")


async def test_a_circuit_that_was_removed_meanwhile_is_changed_no_more(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, circuit("shed", "Shed"))
    user = await User.changes(hass, entry, entry.subentries["shed"])
    hass.config_entries.async_remove_subentry(entry, "shed")
    assert (await user.submits())["reason"] == "removed"
