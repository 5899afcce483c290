"""Chargers that knock become cards: each once, slowly, and never more than twenty."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
import socket
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.discovery import MAX_OFFERED, PAUSE_S, SILENCE_S, Discovery
from custom_components.loadstar.ocpp import Stranger
from custom_components.loadstar.ocpp.handshake import SUBPROTOCOL
from tests.integration.common import CARPORT, make_entry, report_meters

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")


class Clock:
    """A clock in the test's hands."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def discovery(hass: HomeAssistant, clock: Clock) -> AsyncIterator[Discovery]:
    """Discover for a site that is there, without a server."""
    entry = make_entry(())
    entry.add_to_hass(hass)
    with patch("custom_components.loadstar.async_setup_entry", return_value=True):
        yield Discovery(hass, clock)


def offered(hass: HomeAssistant) -> list[str]:
    """Return the ids of the cards that are shown."""
    return sorted(
        str(flow["context"]["unique_id"])
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    )


async def knock(
    hass: HomeAssistant, discovery: Discovery, station_id: str, port: int = 9016
) -> None:
    """Knock, and wait for what comes of it."""
    discovery.knocked(port, Stranger(station_id=station_id, address="192.168.1.77"))
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_knock_becomes_a_card_once(hass: HomeAssistant, discovery: Discovery) -> None:
    for _ in range(3):
        await knock(hass, discovery, "CP-1")
    assert offered(hass) == ["CP-1"]


async def test_cards_come_slowly(hass: HomeAssistant, discovery: Discovery, clock: Clock) -> None:
    await knock(hass, discovery, "CP-1")
    await knock(hass, discovery, "CP-2")
    assert offered(hass) == ["CP-1"]
    clock.now += PAUSE_S
    await knock(hass, discovery, "CP-2")
    assert offered(hass) == ["CP-1", "CP-2"]


async def test_a_flood_of_ids_leaves_twenty_cards_and_no_memory(
    hass: HomeAssistant, discovery: Discovery, clock: Clock
) -> None:
    for number in range(1000):
        clock.now += PAUSE_S / 3
        await knock(hass, discovery, f"CP-{number}")
    assert len(offered(hass)) == MAX_OFFERED
    assert len(discovery._offers) == MAX_OFFERED


async def test_a_charger_that_is_silent_for_an_hour_makes_room(
    hass: HomeAssistant, discovery: Discovery, clock: Clock
) -> None:
    await knock(hass, discovery, "SILENT")
    clock.now += SILENCE_S / 2
    await knock(hass, discovery, "HEARD")
    clock.now += SILENCE_S / 2
    await knock(hass, discovery, "HEARD")
    clock.now += 1
    await knock(hass, discovery, "NEW")
    assert offered(hass) == ["HEARD", "NEW"]


async def test_a_card_that_was_closed_does_not_come_back_while_the_charger_knocks(
    hass: HomeAssistant, discovery: Discovery, clock: Clock
) -> None:
    await knock(hass, discovery, "CP-1")
    (flow,) = hass.config_entries.flow.async_progress()
    hass.config_entries.flow.async_abort(flow["flow_id"])
    clock.now += PAUSE_S
    await knock(hass, discovery, "CP-1")
    assert offered(hass) == []


async def test_an_ignored_charger_comes_back_when_it_is_no_longer_ignored(
    hass: HomeAssistant, discovery: Discovery, clock: Clock
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id="CP-1")
    ignored.add_to_hass(hass)
    await knock(hass, discovery, "CP-1")
    assert offered(hass) == []
    await hass.config_entries.async_remove(ignored.entry_id)
    clock.now += PAUSE_S
    await knock(hass, discovery, "CP-1")
    assert offered(hass) == ["CP-1"]


async def test_a_charger_that_is_set_up_or_whose_port_closes_is_no_longer_offered(
    hass: HomeAssistant, discovery: Discovery, clock: Clock
) -> None:
    far = MockConfigEntry(domain=DOMAIN, data=make_entry((), ocpp_port=9020).data, title="Far")
    far.add_to_hass(hass)
    for number, port in enumerate((9016, 9016, 9020)):
        clock.now += PAUSE_S
        await knock(hass, discovery, f"CP-{number}", port)
    assert offered(hass) == ["CP-0", "CP-1", "CP-2"]
    discovery.settled("CP-0")
    discovery.settled("UNKNOWN")
    assert offered(hass) == ["CP-1", "CP-2"]
    discovery.closed(9016)
    assert offered(hass) == ["CP-2"]


async def test_knocks_before_home_assistant_has_started_wait(
    hass: HomeAssistant, discovery: Discovery
) -> None:
    hass.set_state(CoreState.starting)
    await knock(hass, discovery, "CP-1")
    assert offered(hass) == []
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await hass.async_block_till_done()
    assert offered(hass) == ["CP-1"]


@pytest.fixture
def port(socket_enabled: None) -> int:  # noqa: ARG001  the server listens for real
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def entry(hass: HomeAssistant, port: int) -> AsyncIterator[MockConfigEntry]:
    """Run a site with the real server."""
    report_meters(hass)
    entry = make_entry((), ocpp_port=port)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id) is not None:
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()


async def dial(hass: HomeAssistant, port: int, station_id: str, **options: Any) -> bool:
    """Dial as a charger; return whether it was let in."""
    try:
        async with connect(
            f"ws://127.0.0.1:{port}/{station_id}", proxy=None, subprotocols=[SUBPROTOCOL], **options
        ):
            return True
    except InvalidStatus:
        return False
    finally:
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_from_the_first_knock_to_a_charger_that_is_let_in(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    assert not await dial(hass, port, "CP-9")
    assert offered(hass) == ["CP-9"]
    (flow,) = hass.config_entries.flow.async_progress()
    result: Any = flow
    for answers in (
        {},
        {"name": "Attic", "station_id": "CP-9", "connector_id": 1, "security": "none"},
        {"rated_current": 16, "phase_rotation": "ABC", "fallback_current": 6, "min_current": 6},
        {},
    ):
        result = await hass.config_entries.flow.async_configure(flow["flow_id"], answers)
    assert result["reason"] == "charger_added"
    await hass.async_block_till_done()
    assert offered(hass) == []
    assert await dial(hass, port, "CP-9")
    assert [sub.title for sub in entry.subentries.values()] == ["Attic"]


async def test_the_card_goes_when_the_charger_is_set_up_by_hand(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    assert not await dial(hass, port, "CP-4712")
    assert offered(hass) == ["CP-4712"]
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "charger"), context={"source": "user"}
    )
    for answers in (
        {"name": "Carport", "station_id": CARPORT["data"]["station_id"], "security": "none"},
        {"rated_current": 16, "phase_rotation": "ABC", "fallback_current": 6, "min_current": 6},
        {},
    ):
        await hass.config_entries.subentries.async_configure(result["flow_id"], answers)
    await hass.async_block_till_done()
    assert offered(hass) == []


async def test_cards_go_with_the_last_site_of_their_port(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    await dial(hass, port, "CP-9")
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert offered(hass) == []


async def test_a_thousand_ids_in_a_row_leave_few_cards(
    hass: HomeAssistant,
    entry: MockConfigEntry,  # noqa: ARG001  it runs
    port: int,
) -> None:
    async def knock_once(number: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /random-{number} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    for begin in range(0, 1000, 100):
        await asyncio.gather(*(knock_once(number) for number in range(begin, begin + 100)))
    await hass.async_block_till_done()
    assert 1 <= len(offered(hass)) <= MAX_OFFERED
