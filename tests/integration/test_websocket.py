"""A subscriber gets everything once, then what has changed, and never old news."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.loadstar.engine.planner.devices import ManualAction, ManualBlock
from custom_components.loadstar.websocket_api import COMMAND, INTERVAL_S, Feed
from tests.integration.common import CHARGING, Home
from tests.integration.plans import NOW, SNAPSHOT, planned, planning, schedule, show_plan

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    async with planned(hass) as home:
        planning(home).schedule = schedule()
        await show_plan(home)
        yield home


async def subscribe(client: MockHAClientWebSocket, entry_id: str = "home") -> dict[str, Any]:
    """Subscribe and return the answer."""
    await client.send_json_auto_id({"type": COMMAND, "entry_id": entry_id})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def news(client: MockHAClientWebSocket) -> dict[str, Any]:
    """Return the next event."""
    message = await client.receive_json()
    assert message["type"] == "event", message
    event: dict[str, Any] = message["event"]
    return event


class Told:
    """What a feed has sent, as a subscriber of the test's own."""

    def __init__(self, home: Home) -> None:
        self.events: list[dict[str, Any]] = []
        self._home = home
        self.feed = Feed(home.hass, home.entry, self.events.append)

    def take(self) -> list[dict[str, Any]]:
        """Return what was sent since the last time."""
        taken, self.events[:] = list(self.events), []
        return taken

    def wait(self, seconds: float) -> list[dict[str, Any]]:
        """Let time pass for the feed alone; return what was sent meanwhile and before."""
        timer = self.feed._timer
        if timer is not None and timer.when() - self._home.hass.loop.time() <= seconds:
            timer.cancel()
            self.feed._flush()
        return self.take()

    async def settle(self) -> dict[str, Any]:
        """Let plans be put into words and time pass; return the last event."""
        await self._home.hass.async_block_till_done(wait_background_tasks=True)
        return self.wait(INTERVAL_S)[-1]


@pytest.fixture
async def told(home: Home) -> AsyncIterator[Told]:
    """Return a subscriber that has had everything once."""
    subscriber = Told(home)
    await subscriber.feed.async_open()
    (first,) = subscriber.take()
    assert first["kind"] == "snapshot"
    yield subscriber
    subscriber.feed.close()


async def test_everything_comes_first_and_in_one_message(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    home.garage.say(CHARGING)
    await home.decide()
    client = await hass_ws_client(home.hass)
    assert (await subscribe(client))["success"]
    event = await news(client)
    assert event["kind"] == "snapshot"
    assert (event["entry_id"], event["title"], event["currency"]) == ("home", "Home", "EUR")
    assert event["devices"]["car"] == {"kind": "vehicle", "name": "Blue car"}
    assert event["devices"].keys() == home.entry.subentries.keys()
    sections = event["sections"]
    assert sections.keys() == {*home.coordinator.data.sections, "schedule", "manual"}
    assert sections["garage"]["power_w"] == 6900.0
    assert sections["garage"]["status"] == "Charging"
    assert sections["plan"]["import_price"] == SNAPSHOT.import_price
    assert sections["plan"]["chargers"]["garage"]["vehicle"] == "car"
    assert sections["schedule"]["slots"][0]["reason"]["message"].startswith("Discharging at 0.3")
    assert sections["manual"] == []


async def test_then_comes_what_has_changed_alone(
    home: Home, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.loadstar.websocket_api.INTERVAL_S", 0.0)
    client = await hass_ws_client(home.hass)
    await subscribe(client)
    await news(client)
    home.garage.say(CHARGING)
    await home.decide()
    event = await news(client)
    assert event["kind"] == "change"
    assert event["sections"].keys() == {"garage"}
    assert event["sections"]["garage"]["charging"] is True


async def test_who_unsubscribes_is_told_no_more_and_leaves_nothing_behind(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    def listening() -> dict[str, int]:
        counted = {key: len(each) for key, each in home.coordinator._sections.items() if each}
        return {**counted, "of planning": len(planning(home)._listeners)}

    before = listening()
    client = await hass_ws_client(home.hass)
    answer = await subscribe(client)
    await news(client)
    assert listening() != before
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": answer["id"]})
    assert (await client.receive_json())["success"]
    assert listening() == before
    home.garage.say(CHARGING)
    await home.decide()
    await client.send_json_auto_id({"type": "ping"})
    assert (await client.receive_json())["type"] == "pong"


async def test_who_goes_away_leaves_nothing_behind(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(home.hass)
    await subscribe(client)
    await news(client)
    followed = len(planning(home)._listeners)
    await client.close()
    await home.hass.async_block_till_done()
    assert len(planning(home)._listeners) == followed - 1


async def test_a_site_that_is_not_there_is_refused_in_words(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(home.hass)
    answer = await subscribe(client, "nowhere")
    assert not answer["success"]
    assert answer["error"]["translation_key"] == "site_unknown"
    assert answer["error"]["translation_placeholders"] == {"site": "nowhere"}
    await home.hass.config_entries.async_unload("home")
    answer = await subscribe(client)
    assert answer["error"]["translation_key"] == "entry_not_loaded"
    assert "Home is not running" in answer["error"]["message"]


async def test_a_subscription_follows_the_site_through_a_reload_and_ends_with_it(
    home: Home, told: Told
) -> None:
    await home.hass.config_entries.async_reload("home")
    await home.hass.async_block_till_done(wait_background_tasks=True)
    assert [event["kind"] for event in told.take()] == ["unavailable", "snapshot"]
    planning(home).schedule = schedule()
    planning(home).changed()
    event = await told.settle()
    assert event["sections"]["schedule"]["cost"] == 4.2
    await home.hass.config_entries.async_remove("home")
    assert [event["kind"] for event in told.take()] == ["unavailable", "removed"]


async def test_another_entry_is_none_of_its_business(home: Home, told: Told) -> None:
    other = MockConfigEntry(domain="toaster")
    other.add_to_hass(home.hass)
    home.hass.config_entries.async_update_entry(other, title="Toaster")
    assert told.events == []
    async_dispatcher_send(
        home.hass, SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange.UPDATED, home.entry
    )
    assert told.events == []


async def test_many_changes_are_told_of_together_and_the_newest_counts(
    home: Home, told: Told
) -> None:
    for price in (0.1, 0.2, 0.4):
        await show_plan(home, import_price=price)
    home.garage.say(CHARGING)
    await home.decide()
    assert told.wait(INTERVAL_S / 2) == []
    (event,) = told.wait(INTERVAL_S)
    assert event["sections"].keys() == {"plan", "garage"}
    assert event["sections"]["plan"]["import_price"] == 0.4
    assert told.wait(INTERVAL_S) == []


async def test_a_change_after_a_quiet_time_goes_out_at_once(home: Home, told: Told) -> None:
    told.feed._sent_at -= INTERVAL_S
    await show_plan(home, import_price=0.5)
    (event,) = told.wait(0.0)
    assert event["sections"]["plan"]["import_price"] == 0.5


async def test_a_schedule_goes_out_when_it_is_another_one(home: Home, told: Told) -> None:
    planning(home).changed()
    assert told.wait(INTERVAL_S) == []
    await planning(home).async_plan()
    planning(home).schedule = schedule(cost=3.0)
    planning(home).changed()
    event = await told.settle()
    assert event["sections"].keys() == {"schedule"}
    assert event["sections"]["schedule"]["cost"] == 3.0


async def test_orders_go_out_and_a_plan_may_be_missing(home: Home, told: Told) -> None:
    block = ManualBlock(
        block_id="mine", start=NOW, end=NOW + timedelta(hours=1), action=ManualAction.HOLD
    )
    await planning(home).async_set_manual(block)
    planning(home).schedule = None
    planning(home).changed()
    event = await told.settle()
    assert event["sections"]["manual"][0]["block_id"] == "mine"
    assert event["sections"]["schedule"] is None


async def test_nothing_is_sent_to_who_has_gone_before_the_first_word(home: Home) -> None:
    subscriber = Told(home)
    subscriber.feed.close()
    await subscriber.feed.async_open()
    assert subscriber.events == []
    assert subscriber.feed._leave == []


async def test_what_is_due_when_a_site_goes_is_not_sent(home: Home, told: Told) -> None:
    await show_plan(home, import_price=0.7)
    timer = told.feed._timer
    assert timer is not None
    told.feed.close()
    assert timer.cancelled()
    assert told.events == []


async def test_a_site_that_stops_before_the_first_word_is_followed_once_it_runs(
    home: Home,
) -> None:
    subscriber = Told(home)
    await home.hass.config_entries.async_unload("home")
    await subscriber.feed.async_open()
    assert subscriber.take() == []
    await home.hass.config_entries.async_setup("home")
    await home.hass.async_block_till_done(wait_background_tasks=True)
    assert [event["kind"] for event in subscriber.take()] == ["snapshot"]
    subscriber.feed.close()
