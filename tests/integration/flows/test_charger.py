"""Adding and changing chargers: identity, wiring, and what would contradict them."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import CHARGER, charger, circuit, site

IDENTITY = {"name": "Carport", "station_id": "CARPORT-1"}


async def at_wiring(hass: HomeAssistant, entry: Any, **identity: Any) -> User:
    """Return a user who has said who a new charger is."""
    user = await User.adds(hass, entry, "charger")
    await user.submits(**(IDENTITY | identity))
    assert user.step == "wiring"
    return user


async def test_a_charger_is_added_with_the_key_that_was_offered(hass: HomeAssistant) -> None:
    entry = await site(hass, main_breaker=63.0)
    user = await User.adds(hass, entry, "charger")
    key = user.shown["password"]
    assert len(key) == 20
    assert key.isalnum()
    await user.submits(**IDENTITY)
    await user.submits(phase_rotation="BCA", rated_current=32, car_phases="2", priority=3)
    assert user.step == "connect"
    words = user.result["description_placeholders"]
    assert words["url"].endswith(":9016/CARPORT-1")
    assert words["key"] == key
    assert (await user.submits())["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.unique_id) == ("Carport", "CARPORT-1_1")
    assert subentry.data == {
        "station_id": "CARPORT-1",
        "connector_id": 1,
        "security": "basic",
        "password": key,
        "hand_over_key": False,
        "phases": 3,
        "phase_rotation": "BCA",
        "rated_current": 32,
        "car_phases": 2,
        "min_current": 6,
        "fallback_current": 6,
        "priority": 3,
    }
    assert SiteConfig.from_entry(entry).chargers[subentry.subentry_id].car_phases == 2


async def test_every_charger_is_offered_another_key(hass: HomeAssistant) -> None:
    entry = await site(hass)
    keys = {(await User.adds(hass, entry, "charger")).shown["password"] for _ in range(5)}
    assert len(keys) == 5


async def test_without_protection_no_key_is_kept(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await at_wiring(hass, entry, security="none")
    await user.submits()
    assert user.result["description_placeholders"]["key"] == "-"
    await user.submits()
    (subentry,) = entry.subentries.values()
    assert "password" not in subentry.data


async def test_a_single_phase_site_is_not_asked_for_phases(hass: HomeAssistant) -> None:
    entry = await site(hass, phases=1)
    user = await User.adds(hass, entry, "charger")
    assert "phases" not in user.fields
    await user.submits(**IDENTITY)
    assert {"phase_rotation", "car_phases"}.isdisjoint(user.fields)
    await user.submits()
    await user.submits()
    (config,) = SiteConfig.from_entry(entry).chargers.values()
    assert (config.phases, config.phase_rotation) == (1, "A")


@pytest.mark.parametrize(
    ("phases", "offered"),
    [
        (
            "3",
            {
                "ABC": "L1 = A, L2 = B, L3 = C",
                "BCA": "L1 = B, L2 = C, L3 = A",
                "CAB": "L1 = C, L2 = A, L3 = B",
                "ACB": "L1 = A, L2 = C, L3 = B",
                "BAC": "L1 = B, L2 = A, L3 = C",
                "CBA": "L1 = C, L2 = B, L3 = A",
            },
        ),
        ("1", {"A": "L1 = A", "B": "L1 = B", "C": "L1 = C"}),
    ],
)
async def test_the_phases_behind_the_terminals(
    hass: HomeAssistant, phases: str, offered: dict[str, str]
) -> None:
    user = await at_wiring(hass, await site(hass), phases=phases)
    assert ("car_phases" in user.fields) == (phases == "3")
    schema = user.result["data_schema"].schema
    options = schema["phase_rotation"].config["options"]
    assert {option["value"]: option["label"] for option in options} == offered
    assert user.shown["phase_rotation"] == next(iter(offered))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "Enter a name"),
        ({"name": "garage"}, "name", "already used"),
        ({"station_id": ""}, "station_id", "up to 48 letters"),
        ({"station_id": "a/b"}, "station_id", "up to 48 letters"),
        ({"station_id": "box 1"}, "station_id", "up to 48 letters"),
        ({"station_id": "x" * 49}, "station_id", "up to 48 letters"),
        ({"connector_id": "nan"}, "connector_id", "between 1 and 50"),
        ({"connector_id": 0}, "connector_id", "between 1 and 50"),
        ({"password": "short"}, "password", "16 to 20"),
        ({"password": "x" * 21}, "password", "16 to 20"),
        ({"password": "with a space in it"}, "password", "16 to 20"),
        ({"password": "schlüsselwörter!"}, "password", "16 to 20"),
        ({"password": None}, "password", "16 to 20"),
        ({"station_id": "GARAGE-1"}, "connector_id", "Garage already uses this connector"),
        ({"station_id": "GARAGE-1", "connector_id": 2}, "password", "the same password"),
        (
            {"station_id": "GARAGE-1", "connector_id": 2, "security": "none"},
            "security",
            "the same protection",
        ),
    ],
)
async def test_an_identity_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    user = await User.adds(hass, await site(hass, charger()), "charger")
    await user.submits(**(IDENTITY | changes))
    assert set(user.errors) == {field}
    assert words in user.reads(field)


async def test_blanks_from_a_clipboard_do_no_harm(hass: HomeAssistant) -> None:
    key = CHARGER["password"]
    user = await at_wiring(hass, await site(hass), station_id=" CARPORT-1\t", password=f" {key} ")
    await user.submits()
    words = user.result["description_placeholders"]
    assert (words["station_id"], words["key"]) == ("CARPORT-1", key)


async def test_a_second_connector_of_a_station_shares_its_key(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    await at_wiring(
        hass, entry, station_id="GARAGE-1", connector_id=2, password=CHARGER["password"]
    )


async def test_a_station_belongs_to_one_site(hass: HomeAssistant) -> None:
    await site(hass, charger(), title="Barn")
    user = await User.adds(hass, await site(hass, title="Home"), "charger")
    await user.submits(**(IDENTITY | {"station_id": "GARAGE-1", "connector_id": 2}))
    assert "belongs to the site Barn" in user.reads("station_id")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rated_current": 5}, "rated_current", "between 6 and 80 A"),
        ({"rated_current": 81}, "rated_current", "between 6 and 80 A"),
        ({"min_current": 5}, "min_current", "between 6 and 80 A"),
        ({"fallback_current": -1}, "fallback_current", "between 0 and 80 A"),
        ({"priority": 0}, "priority", "between 1 and 100"),
        ({"min_current": 17}, "min_current", "17 A is above the rated current of 16 A"),
        ({"fallback_current": 17}, "fallback_current", "17 A is above the rated current"),
        ({"fallback_current": 3}, "fallback_current", "Enter 0 to pause, or at least 6 A"),
        (
            {"rated_current": 32, "min_current": 25},
            "min_current",
            "Carport needs at least 25 A, and a main breaker of 25 A less 1 A",
        ),
        ({"circuit": "shed", "min_current": 9}, "min_current", "circuit Shed gives 8 A at most"),
        ({"fallback_current": 13}, "fallback_current", "on phase A together fall back to 13 A"),
        (
            {"circuit": "shed", "fallback_current": 9},
            "fallback_current",
            "of the circuit Shed together fall back to 9 A on phase A. With 0 A kept",
        ),
        (
            {"circuit": "metered", "fallback_current": 9},
            "fallback_current",
            "fall back to 9 A on phase A. With 8 A kept for other loads",
        ),
    ],
)
async def test_a_wiring_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    metered = circuit("metered", "Metered", limit=16.0, meter_a="sensor.garage_a")
    entry = await site(hass, circuit("shed", "Shed", limit=8.0), metered)
    user = await at_wiring(hass, entry)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(
        rated_current=16,
        min_current=6,
        fallback_current=0,
        priority=1,
        **dict.fromkeys({"circuit"} & changes.keys()),
    )
    assert user.step == "connect"


async def test_chargers_on_other_phases_do_not_share_a_fallback(hass: HomeAssistant) -> None:
    one = charger(phases=1, phase_rotation="A", fallback_current=10.0)
    user = await at_wiring(hass, await site(hass, one), phases="1")
    await user.submits(phase_rotation="A", fallback_current=6)
    assert "together fall back to 16 A" in user.reads("fallback_current")
    await user.submits(phase_rotation="B")
    assert user.step == "connect"


async def test_circuits_count_what_hangs_on_the_circuits_behind_them(
    hass: HomeAssistant,
) -> None:
    entry = await site(
        hass,
        circuit("shed", "Shed", limit=10.0),
        circuit("box", "Box", limit=16.0, parent="shed"),
        charger(circuit="shed"),
        main_breaker=63.0,
    )
    user = await at_wiring(hass, entry)
    await user.submits(circuit="box")
    assert "circuit Shed together fall back to 12 A" in user.reads("fallback_current")


@pytest.mark.parametrize(("breaker", "fallback"), [(25.0, 6), (20.0, 0)])
async def test_a_fallback_that_the_breaker_can_bear_is_offered(
    hass: HomeAssistant, breaker: float, fallback: float
) -> None:
    user = await at_wiring(hass, await site(hass, charger(), main_breaker=breaker))
    assert user.shown["fallback_current"] == fallback


async def test_a_charger_is_changed_with_its_values_in_the_fields(hass: HomeAssistant) -> None:
    entry = await site(hass, circuit("shed", "Shed"), charger(car_phases=1, circuit="shed"))
    subentry = entry.subentries["garage"]
    user = await User.changes(hass, entry, subentry)
    assert user.shown == {
        "name": "Garage",
        "station_id": "GARAGE-1",
        "connector_id": 1,
        "security": "basic",
        "password": CHARGER["password"],
        "hand_over_key": False,
        "phases": "3",
    }
    await user.submits(name="Left", station_id="LEFT", connector_id=2)
    assert user.shown == {
        "rated_current": 16.0,
        "phase_rotation": "ABC",
        "car_phases": "1",
        "circuit": "shed",
    }
    await user.submits(phase_rotation="CAB", car_phases=None, circuit=None)
    result = await user.submits()
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    changed = entry.subentries["garage"]
    assert (changed.title, changed.unique_id) == ("Left", "LEFT_2")
    assert changed.data == CHARGER | {
        "hand_over_key": False,
        "station_id": "LEFT",
        "connector_id": 2,
        "phase_rotation": "CAB",
    }


async def test_what_no_longer_fits_is_not_offered(hass: HomeAssistant) -> None:
    entry = await site(hass, charger(car_phases=2, circuit="removed"))
    user = await User.changes(hass, entry, entry.subentries["garage"])
    await user.submits(phases="1")
    assert user.shown == {"rated_current": 16.0, "phase_rotation": "A"}
    await user.submits()
    await user.submits()
    assert {"car_phases", "circuit"}.isdisjoint(entry.subentries["garage"].data)


@pytest.mark.parametrize(
    ("tuned", "rated", "words"),
    [
        ({"min_current": 10.0}, 8, "10 A is above the rated current of 8 A"),
        ({"fallback_current": 10.0}, 8, "10 A is above the rated current of 8 A"),
    ],
)
async def test_what_is_in_force_must_fit_the_changed_wiring(
    hass: HomeAssistant, tuned: dict[str, float], rated: float, words: str
) -> None:
    entry = await site(hass, charger())
    await entry.runtime_data.settings.async_update_charger("garage", **tuned)
    user = await User.changes(hass, entry, entry.subentries["garage"])
    await user.submits()
    await user.submits(rated_current=rated)
    assert set(user.errors) == {"base"}
    assert words in user.reads("base")


async def test_a_fallback_in_force_must_fit_the_new_circuit(hass: HomeAssistant) -> None:
    entry = await site(hass, charger(), circuit("shed", "Shed", limit=10.0))
    await entry.runtime_data.settings.async_update_charger("garage", fallback_current=12.0)
    user = await User.changes(hass, entry, entry.subentries["garage"])
    await user.submits()
    await user.submits(circuit="shed")
    assert set(user.errors) == {"base"}
    assert "the circuit Shed together fall back to 12 A" in user.reads("base")


async def test_a_charger_without_protection_is_offered_a_key_again(hass: HomeAssistant) -> None:
    bare = charger(security="none")
    bare["data"] = {key: value for key, value in bare["data"].items() if key != "password"}
    entry = await site(hass, bare)
    user = await User.changes(hass, entry, entry.subentries["garage"])
    assert len(user.shown["password"]) == 20


@pytest.mark.parametrize(
    ("internal_url", "host", "url"),
    [
        ("http://192.168.1.5:8123", "0.0.0.0", "ws://192.168.1.5:9016/CARPORT-1"),  # noqa: S104
        ("http://ha.lan:8123", "::", "ws://ha.lan:9016/CARPORT-1"),
        (None, "0.0.0.0", "ws://homeassistant.local:9016/CARPORT-1"),  # noqa: S104
        (None, "192.168.7.7", "ws://192.168.7.7:9016/CARPORT-1"),
        (None, "fd00::7", "ws://[fd00::7]:9016/CARPORT-1"),
    ],
)
async def test_the_address_to_type_into_the_charger(
    hass: HomeAssistant, internal_url: str | None, host: str, url: str
) -> None:
    hass.config.internal_url = internal_url
    user = await at_wiring(hass, await site(hass, ocpp_host=host))
    await user.submits()
    assert user.result["description_placeholders"]["url"] == url


@pytest.mark.parametrize("absurd", [1e300, -1e308, 123456789012345678901234567890])
async def test_an_absurd_number_is_told_and_can_be_shown_again(
    hass: HomeAssistant, absurd: float
) -> None:
    user = await User.adds(hass, await site(hass), "charger")
    await user.submits(**IDENTITY, connector_id=absurd)
    assert set(user.errors) == {"connector_id"}
    assert json_bytes(user.shown), "the frontend gets JSON"


async def test_a_name_has_an_end(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass), "charger")
    await user.submits(**IDENTITY | {"name": "x" * 101})
    assert "100 characters" in user.reads("name")
    await user.submits(**IDENTITY | {"name": "x" * 100})
    assert user.step == "wiring"


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_charger_that_was_removed_meanwhile_is_changed_no_more(
    hass: HomeAssistant, steps: int
) -> None:
    entry = await site(hass, charger())
    user = await User.changes(hass, entry, entry.subentries["garage"])
    for _ in range(steps):
        await user.submits()
    hass.config_entries.async_remove_subentry(entry, "garage")
    result = await user.submits()
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "removed")


async def test_a_charger_is_not_added_to_a_site_that_was_removed_meanwhile(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass)
    user = await at_wiring(hass, entry)
    await user.submits()
    await hass.config_entries.async_remove(entry.entry_id)
    assert (await user.submits())["reason"] == "removed"


async def test_of_two_that_add_the_same_charger_the_second_is_told(hass: HomeAssistant) -> None:
    entry = await site(hass)
    users = [await at_wiring(hass, entry) for _ in range(2)]
    for user in users:
        await user.submits()
    assert (await users[0].submits())["type"] is FlowResultType.CREATE_ENTRY
    await users[1].submits()
    assert users[1].step == "identity"
    assert users[1].errors == {"name": "name_used", "connector_id": "connector_used"}
    await users[1].submits(name="Yard", station_id="YARD-1")
    await users[1].submits(fallback_current=0)
    assert (await users[1].submits())["type"] is FlowResultType.CREATE_ENTRY


async def test_fallbacks_that_two_add_at_once_are_summed(hass: HomeAssistant) -> None:
    entry = await site(hass, main_breaker=20.0)
    users = [
        await at_wiring(hass, entry, name=name, station_id=name) for name in ("Carport", "Yard")
    ]
    for user in users:
        await user.submits(fallback_current=6)
        assert user.step == "connect"
    assert (await users[0].submits())["type"] is FlowResultType.CREATE_ENTRY
    await users[1].submits()
    assert users[1].step == "wiring"
    assert "together fall back to 12 A" in users[1].reads("fallback_current")
