"""Those who try to come in by tricks or by force, and those who should not notice them."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import replace
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from custom_components.loadstar.ocpp import Security, StationConfig, Stranger, Timing
from custom_components.loadstar.ocpp.guarded_connection import MAX_SILENT
from custom_components.loadstar.ocpp.server import CentralSystem
from custom_components.loadstar.ocpp.slowing import MAX_REMEMBERED, MAX_WAITING, Slowing

from .conftest import FAST, KEY, Now, Site, basic, charger, dialled, eventually

DELAYS_S = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0)
CARPORT = StationConfig(station_id="carport", password="another-good-key")


async def status_of(site: Site, path: str, headers: list[tuple[str, str]]) -> int:
    """Return the HTTP status that answers a handshake with a path and headers as they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.central.port)
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: here",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in headers),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
    first = b""
    try:
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                first = await reader.readline()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return int(first.split()[1]) if first else 0


GOOD = list(basic("garage", KEY).items())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/garage", 101),
        ("//garage", 101),
        ("/carport/../garage", 101),  # no path is followed: the last segment is the id
        ("/garage/..", 404),
        ("/garage/.", 404),
        ("/..", 404),
        ("/garage%2F..", 404),
        ("/..%2Fgarage", 404),
        ("/carport%2Fgarage", 404),
        ("/garage%00", 404),
        ("/garage%0d%0aAuthorization:x", 404),
        ("/GARAGE", 404),
        ("/garage;v=1", 404),
        ("/garage%20", 404),
        ("/g\u0430rage", 404),  # a Cyrillic letter
        ("/%c1%a7arage", 404),  # an overlong form of the first letter
        ("/" + "a" * 7000, 404),
        ("/" + "a" * 9000, 414),
        ("/?garage", 404),
        ("/#garage", 404),
        ("http://elsewhere/garage", 101),
        ("*", 404),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
async def test_path_tricks(site: Site, path: str, status: int) -> None:
    await site.start()
    site.attach(CARPORT)
    async with charger(site, "carport", key=CARPORT.password) as other:
        await eventually(lambda: site.connector("carport").state.connected)
        assert await status_of(site, path, GOOD) == status
        assert site.central.stations["garage"].connections == int(status == 101)
        await other.status("Available")
    assert site.central.stations["carport"].connections == 1


@pytest.mark.parametrize(
    "headers",
    [
        GOOD + GOOD,
        GOOD + list(basic("carport", "another-good-key").items()),
        [("Authorization", GOOD[0][1] + ", " + GOOD[0][1])],
        [("Authorization", "Basic " + "A" * 8000)],
        [("Authorization", "Basic")],
        [("X-Authorization", GOOD[0][1])],
        list(basic("carport", "another-good-key").items()),
        list(basic("carport", KEY).items()),
        list(basic("garage:x", KEY).items()),
        list(basic("", KEY).items()),
    ],
    ids=lambda headers: str(headers)[:40],
)
async def test_header_tricks(site: Site, headers: list[tuple[str, str]]) -> None:
    await site.start()
    site.attach(CARPORT)
    assert await status_of(site, "/garage", headers) == 401
    assert site.central.refusals["wrong_key"] == 1
    assert site.central.stations["garage"].handshake_failures == 1
    assert site.central.stations["carport"].handshake_failures == 0


@pytest.mark.parametrize(
    "headers",
    [[("X", "a" * 9000)], [(f"X-{number}", "a") for number in range(300)], [("X\x00Y", "a")]],
    ids=["long", "many", "wrong"],
)
async def test_headers_without_measure_end_the_connection(
    site: Site, headers: list[tuple[str, str]]
) -> None:
    await site.start()
    assert await status_of(site, "/garage", headers + GOOD) in (0, 400, 431)
    assert site.central.stations["garage"].connections == 0


async def test_another_chargers_id_does_not_open_with_ones_own_key(site: Site) -> None:
    await site.start()
    site.attach(CARPORT)
    async with charger(site) as garage:
        await eventually(lambda: site.state.connected)
        with pytest.raises(InvalidStatus):
            async with dialled(site, "carport", key=KEY):
                pass
        await garage.status("Available")
    assert site.central.stations["carport"].handshake_failures == 1


async def test_refusals_take_longer_each_time_and_are_forgotten(now: Now) -> None:
    slowing = Slowing(now.monotonic, DELAYS_S)
    assert [slowing.count("10.0.0.7", "garage") for _ in range(8)] == [0, 0, 1, 2, 4, 8, 8, 8]
    assert slowing.count("10.0.0.7", "carport") == 8  # the address is known
    assert slowing.count("10.0.0.8", "garage") == 8  # the id is
    assert slowing.count("10.0.0.9", "attic") == 0
    now.seconds += 599
    assert slowing.count("10.0.0.7", "attic") == 8
    now.seconds += 600
    assert slowing.count("10.0.0.7", "garage") == 0


def test_a_refusal_comes_before_the_handshake_times_out() -> None:
    assert max(Timing().refusal_delays_s) < Timing().open_timeout_s


async def test_what_is_remembered_of_failures_is_bounded(now: Now) -> None:
    slowing = Slowing(now.monotonic, DELAYS_S)
    for number in range(2000):
        slowing.count(f"fe80::{number}", f"cp{number}")
    assert slowing.remembered == MAX_REMEMBERED


async def test_a_wrong_key_waits_and_the_right_one_does_not(site: Site) -> None:
    await site.start(replace(FAST, refusal_delays_s=(0.0, 0.3)))

    async def try_wrong() -> float:
        begun = time.monotonic()
        with pytest.raises(InvalidStatus):
            async with dialled(site, key="a-wrong-password"):
                pass
        return time.monotonic() - begun

    assert await try_wrong() < 0.2
    slow = asyncio.create_task(try_wrong())
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    async with dialled(site):
        assert time.monotonic() - begun < 0.2
        await eventually(lambda: site.state.connected)
        assert await slow >= 0.3
        assert site.state.connected


async def test_only_so_many_refusals_are_held_back_at_once(site: Site) -> None:
    await site.start(replace(FAST, refusal_delays_s=(5.0,), open_timeout_s=10.0))
    knocks = [
        asyncio.create_task(status_of(site, f"/cp{number}", [])) for number in range(MAX_WAITING)
    ]
    await eventually(lambda: site.central.refusals.get("unknown") == MAX_WAITING)
    async with asyncio.timeout(1):
        assert await status_of(site, "/one-more", []) == 404
    for knock in knocks:
        knock.cancel()
    await asyncio.gather(*knocks, return_exceptions=True)


async def test_those_who_leave_while_they_wait_make_room(site: Site) -> None:
    await site.start(replace(FAST, refusal_delays_s=(5.0,), open_timeout_s=10.0))
    slowing = site.central._gatekeeper._slowing
    _, writer = await asyncio.open_connection("127.0.0.1", site.central.port)
    writer.write(
        b"GET /x HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await eventually(lambda: slowing._waiting == 1)
    writer.close()
    await eventually(lambda: slowing._waiting == 0)


@contextlib.asynccontextmanager
async def silent(site: Site, said: bytes = b"") -> AsyncIterator[asyncio.StreamReader]:
    """Connect and say too little."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.central.port)
    writer.write(said)
    try:
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize("said", [b"", b"GET /garage HT", b"GET /garage HTTP/1.1\r\nHost: x\r\n"])
async def test_who_says_nothing_is_cut_off_in_time(site: Site, said: bytes) -> None:
    await site.start()
    async with silent(site, said) as reader, asyncio.timeout(FAST.open_timeout_s + 1):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    await eventually(lambda: site.central.refusals["unfinished"] == 1)


async def test_headers_that_drip_in_are_cut_off_in_time(site: Site) -> None:
    await site.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.central.port)
    begun = time.monotonic()
    writer.write(b"GET /garage HTTP/1.1\r\n")
    with contextlib.suppress(ConnectionError):
        while not reader.at_eof() and time.monotonic() - begun < 3:
            writer.write(b"X: y\r\n")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.read(1)
    assert time.monotonic() - begun < FAST.open_timeout_s + 1
    writer.close()


async def test_of_many_who_say_nothing_the_oldest_gives_way(site: Site) -> None:
    await site.start(replace(FAST, open_timeout_s=30.0))
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(silent(site))
        for _ in range(MAX_SILENT + 20):
            await stack.enter_async_context(silent(site))
        async with asyncio.timeout(2):
            with contextlib.suppress(ConnectionError):
                assert await first.read() == b""
        await eventually(lambda: len(site.central._room) == MAX_SILENT)
        async with charger(site) as client:
            await client.status("Available")
            assert site.state.status == "Available"
    await eventually(lambda: len(site.central._room) == 0)


async def test_a_charger_that_could_be_set_up_is_told_of_at_every_knock(
    site: Site, now: Now
) -> None:
    told: list[Stranger] = []
    site.central = CentralSystem(
        "127.0.0.1",
        0,
        site.storage,
        clock=now.monotonic,
        timing=FAST,
        on_stranger=told.append,
    )
    await site.start()
    for path in ("/CP-1", "/CP-1", "/garage", "/no%20id", "/" + "x" * 49, "/"):
        await status_of(site, path, [])
    assert told == [Stranger(station_id="CP-1", address="127.0.0.1")] * 2


async def test_a_charger_that_is_set_up_is_no_stranger_any_more(site: Site) -> None:
    await site.start()
    await status_of(site, "/carport", [])
    assert site.central.unknown_ids == {"carport": 1}
    site.attach(CARPORT)
    assert site.central.unknown_ids == {}
    await status_of(site, "/carport", [])
    assert site.central.stations["carport"].handshake_failures == 1
    await site.central.release("carport")
    site.attach(CARPORT)
    assert site.central.stations["carport"].handshake_failures == 0


async def test_a_flood_of_wrong_handshakes_takes_nothing_from_the_others(site: Site) -> None:
    await site.start(replace(FAST, refusal_delays_s=(0.0, 0.1), open_timeout_s=5.0))
    site.attach(StationConfig(station_id="open", security=Security.NONE))

    async def knock(number: int) -> None:
        with contextlib.suppress(InvalidHandshake, OSError):
            async with connect(site.url(f"cp{number}"), proxy=None, open_timeout=5):
                pass

    async with charger(site) as client:
        await eventually(lambda: site.state.connected)
        flood = [asyncio.create_task(knock(number)) for number in range(100)]
        await client.status("Available")
        async with charger(site, "open", key=None) as other:
            await other.status("Available")
        await asyncio.gather(*flood)
        assert site.central.stations["garage"].connections == 1
    assert site.central.refused_handshakes == 100
    assert len(site.central.unknown_ids) == 20
