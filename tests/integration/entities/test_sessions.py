"""Sessions are started and stopped by hand, and events tell of them and of overloads."""

from datetime import timedelta

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest

from tests.integration.common import AT_REST, CHARGING, Home, running
from tests.integration.fakes import ScriptedController


def fired(home: Home, key: str) -> list[State]:
    """Return a list that grows with every event of an entity."""
    seen: list[State] = []

    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            seen.append(state)

    async_track_state_change_event(home.hass, home.entity_id("event", key), note)
    return seen


async def test_a_session_is_started_by_button(home: Home) -> None:
    home.garage.say(AT_REST, status="Preparing")
    await home.decide()
    await home.act("button", "press", "start_session", "garage")
    assert home.garage.asked == [("start", "loadstar")]
    assert home.carport.asked == []


async def test_a_session_is_stopped_by_button(home: Home) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    await home.act("button", "press", "stop_session", "garage")
    assert home.garage.asked == ["stop"]


@pytest.mark.parametrize(
    ("button", "charging", "answer", "words"),
    [
        ("start_session", True, True, "Garage is already in a session"),
        ("start_session", False, False, "Garage refused to start"),
        ("stop_session", False, True, "Garage has no session"),
        ("stop_session", True, False, "Garage refused to stop"),
    ],
)
async def test_what_is_impossible_is_refused_in_words(
    home: Home,
    button: str,
    charging: bool,  # noqa: FBT001
    answer: bool,  # noqa: FBT001
    words: str,
) -> None:
    home.garage.say(CHARGING if charging else AT_REST)
    home.garage.answer = answer
    await home.decide()
    with pytest.raises(HomeAssistantError, match=words):
        await home.act("button", "press", button, "garage")


async def test_a_session_is_told_from_start_to_end(home: Home) -> None:
    seen = fired(home, "session")
    started = dt_util.utcnow() + timedelta(seconds=1)
    home.garage.say(CHARGING, transaction_started=started, session_energy_kwh=0.0)
    await home.decide()
    home.garage.say(session_energy_kwh=7.4)
    await home.show()
    home.garage.say(AT_REST, session_energy_kwh=7.5)
    await home.decide()
    assert [state.attributes["event_type"] for state in seen] == ["started", "ended"]
    common = {
        "charger": "Garage",
        "subentry_id": "garage",
        "device_id": home.device("garage").id,
        "transaction_id": 77,
    }
    for state, energy in zip(seen, (0.0, 7.5), strict=True):
        assert common.items() <= state.attributes.items()
        assert state.attributes["energy_kwh"] == energy


async def test_one_session_after_another_is_two(home: Home) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    seen = fired(home, "session")
    home.garage.say(transaction_id=78, session_energy_kwh=0.1)
    await home.decide()
    told = [(state.attributes["event_type"], state.attributes["transaction_id"]) for state in seen]
    assert told == [("ended", 77), ("started", 78)]
    assert [state.attributes["energy_kwh"] for state in seen] == [3.2, 0.1]


async def test_sessions_of_two_chargers_are_told_apart(home: Home) -> None:
    seen = fired(home, "session")
    home.garage.say(CHARGING)
    home.carport.say(CHARGING, transaction_id=5)
    await home.decide()
    assert {state.attributes["charger"] for state in seen} == {"Garage", "Carport"}


async def test_a_session_from_before_a_restart_is_not_told_again(home: Home) -> None:
    seen = fired(home, "session")
    started = dt_util.utcnow() - timedelta(hours=1)
    home.garage.say(CHARGING, transaction_started=started)
    await home.decide()
    assert seen == []
    home.garage.say(AT_REST)
    await home.decide()
    assert [state.attributes["event_type"] for state in seen] == ["ended"]


async def test_a_reload_during_a_session_tells_nothing(home: Home) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    before = home.state("event", "session")
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.show()
    assert home.state("event", "session") == before


async def test_a_lost_connection_ends_no_session(home: Home) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    seen = fired(home, "session")
    home.garage.say(connected=False)
    await home.decide()
    home.garage.say(connected=True)
    await home.decide()
    assert seen == []


async def test_an_overload_is_told_once_and_once_that_it_is_over(home: Home) -> None:
    seen = fired(home, "overload")
    for phases in ("B", "BC", "", ""):
        home.controller.overloaded_phases = phases
        await home.decide()
    told = [state.attributes["event_type"] for state in seen]
    # the second one carries other phases but is the same overload
    assert told[0] == "started"
    assert told[-1] == "cleared"
    assert len({state.state for state in seen}) == 2
    assert seen[0].attributes["phases"] == ["B"]


async def test_an_overload_that_stands_at_the_start_is_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptedController, "overloaded_phases", "C")
    async with running(hass) as home:
        assert home.attributes("event", "overload")["event_type"] == "started"
