"""Who may connect, and what becomes of those who may not."""

import asyncio
from dataclasses import replace
import logging
import socket

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from custom_components.loadstar.ocpp import CentralSystem, PortInUseError, Security, StationConfig
from custom_components.loadstar.ocpp.handshake import SUBPROTOCOL

from .conftest import FAST, GARAGE, KEY, Site, basic, charger, dialled, eventually

BYTES_KEY = bytes(range(200, 220))


async def refusal(site: Site, path: str, headers: dict[str, str]) -> int:
    """Return the HTTP status that refuses a connection."""
    with pytest.raises(InvalidStatus) as caught:
        async with connect(site.url(path), additional_headers=headers, proxy=None):
            pass
    return caught.value.response.status_code


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("garage", {}, 401),
        ("garage", basic("garage", "another-password"), 401),
        ("garage", basic("another", KEY), 401),
        ("garage", {"Authorization": "Bearer abc"}, 401),
        ("garage", {"Authorization": "Basic %%%"}, 401),
        ("garage", {"Authorization": "Basic"}, 401),
        ("carport", basic("carport", KEY), 404),
        ("", basic("garage", KEY), 404),
        ("garage/other", basic("garage", KEY), 404),
        ("%ff%fe", {}, 404),
    ],
)
async def test_who_is_refused(site: Site, path: str, headers: dict[str, str], status: int) -> None:
    await site.start()
    assert await refusal(site, path, headers) == status
    assert not site.state.connected
    assert site.central.refused_handshakes == 1


@pytest.mark.parametrize(
    "path", ["garage", "ocpp/garage", "a/b/c/garage", "ws/garage/", "garage?x=1"]
)
async def test_any_prefix_of_the_path_is_accepted(site: Site, path: str) -> None:
    await site.start()
    async with connect(
        site.url(path),
        additional_headers=basic("garage", KEY),
        subprotocols=[SUBPROTOCOL],
        proxy=None,
    ):
        await eventually(lambda: site.state.connected)


async def test_an_id_with_odd_characters_is_decoded(site: Site) -> None:
    await site.start()
    site.attach(StationConfig(station_id="CP 1/östra", security=Security.NONE))
    async with dialled(site, "CP%201%2F%C3%B6stra", key=None):
        await eventually(lambda: site.connector("CP 1/östra").state.connected)


@pytest.mark.parametrize(
    ("configured", "sent"),
    [
        (KEY, KEY),
        (KEY, KEY.encode().hex()),
        (KEY, KEY.encode().hex().upper()),
        (BYTES_KEY.hex(), BYTES_KEY),
        (BYTES_KEY.hex(), BYTES_KEY.hex().upper()),
        (BYTES_KEY.hex().upper(), BYTES_KEY.hex()),
    ],
)
async def test_a_key_may_be_sent_as_bytes_or_as_hex(
    site: Site, configured: str, sent: str | bytes
) -> None:
    await site.start()
    site.attach(replace(GARAGE, password=configured))
    async with connect(
        site.url(), additional_headers=basic("garage", sent), subprotocols=[SUBPROTOCOL], proxy=None
    ):
        await eventually(lambda: site.state.connected)


async def test_a_station_without_security_needs_no_password(site: Site) -> None:
    await site.start()
    site.attach(StationConfig(station_id="open", security=Security.NONE))
    async with dialled(site, "open", key=None):
        await eventually(lambda: site.connector("open").state.connected)


@pytest.mark.parametrize("password", [None, ""])
async def test_basic_without_a_configured_password_lets_nobody_in(
    site: Site, password: str | None
) -> None:
    await site.start()
    site.attach(replace(GARAGE, password=password))
    assert await refusal(site, "garage", basic("garage", "")) == 401


@pytest.mark.parametrize("offered", [["ocpp1.6"], ["ocpp2.0.1", "ocpp1.6"]])
async def test_ocpp_1_6_is_chosen_where_it_is_offered(site: Site, offered: list[str]) -> None:
    await site.start()
    async with dialled(site, subprotocols=offered) as connection:
        assert connection.subprotocol == "ocpp1.6"
        await eventually(lambda: site.central.stations["garage"].ocpp_version == "1.6")


async def test_a_charger_that_offers_no_version_is_taken_for_1_6(site: Site) -> None:
    await site.start()
    async with dialled(site, subprotocols=()) as connection:
        assert connection.subprotocol is None
        await eventually(lambda: site.state.connected)


async def test_an_unknown_version_completes_the_handshake_and_is_closed(site: Site) -> None:
    await site.start()
    async with dialled(site, subprotocols=["ocpp2.0.1"]) as connection:
        assert connection.subprotocol is None
        with pytest.raises(ConnectionClosed) as caught:
            await connection.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1002
    assert not site.state.connected


async def test_a_charger_that_keeps_knocking_is_logged_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    for _ in range(4):
        await refusal(site, "carport", {})
    assert site.central.unknown_ids == {"carport": 4}
    assert caplog.text.count("carport") == 1
    site.now.seconds += 301
    await refusal(site, "carport", {})
    assert caplog.text.count("carport") == 2


async def test_a_browser_that_looks_at_the_port_is_not_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    assert await refusal(site, "", {}) == 404
    assert site.central.unknown_ids == {}
    assert "Refused" not in caplog.text


async def test_many_unknown_ids_fill_neither_memory_nor_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    for number in range(30):
        await refusal(site, f"cp{number}", {})
    assert list(site.central.unknown_ids) == [f"cp{number}" for number in range(10, 30)]
    assert caplog.text.count("Refused the charger") == 20
    assert site.central.refused_handshakes == 30


async def test_a_wrong_password_is_counted_for_its_station_and_never_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await site.start()
    await refusal(site, "garage", basic("garage", "not-the-password"))
    assert site.central.stations["garage"].handshake_failures == 1
    ours = [record for record in caplog.records if record.name.startswith("custom_components")]
    assert ours
    secret = basic("garage", "not-the-password")["Authorization"]
    assert not any(secret in record.getMessage() for record in ours)


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),  # TLS on a plain port
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /garage HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"POST /garage HTTP/1.0\r\n\r\n",
        b"\r\n" * 100,
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_strangers_on_the_port_leave_no_trace(site: Site, said: bytes) -> None:
    await site.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.central.port)
    writer.write(said)
    async with asyncio.timeout(3):
        await reader.read()
    writer.close()
    await writer.wait_closed()
    async with charger(site):
        await eventually(lambda: site.state.connected)


async def test_a_taken_port_is_an_error_of_its_own(site: Site) -> None:
    await site.start()
    second = CentralSystem("127.0.0.1", site.central.port, site.storage, timing=FAST)
    with pytest.raises(PortInUseError):
        await second.start()
    assert second.port == site.central.port
    await second.stop()


async def test_an_address_of_another_machine_is_no_taken_port(site: Site) -> None:
    elsewhere = CentralSystem("192.0.2.1", 0, site.storage)
    with pytest.raises(OSError, match="could not bind") as caught:
        await elsewhere.start()
    assert not isinstance(caught.value, PortInUseError)


async def test_stopping_frees_the_port_though_somebody_dawdles(site: Site) -> None:
    await site.start(replace(FAST, open_timeout_s=30.0))
    port = site.central.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.02)
    async with asyncio.timeout(3), charger(site):
        await site.central.stop()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    writer.close()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)


async def test_a_second_connection_is_refused_while_the_first_answers(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site) as first:
        await eventually(lambda: site.state.connected)
        for _ in range(3):
            async with dialled(site) as second:
                with pytest.raises(ConnectionClosed):
                    await second.recv()
        await first.status("Available")
        assert site.state.status == "Available"
    assert caplog.text.count("Refused a second connection of garage") == 1


async def test_a_second_connection_replaces_a_dead_first_one(site: Site) -> None:
    await site.start()
    async with dialled(site) as first:
        await eventually(lambda: site.state.connected)
        first.transport.pause_reading()  # a charger that lost its power
        async with charger(site) as second:
            await second.status("Available")
            assert site.state.connected
            assert site.state.status == "Available"
            assert site.central.stations["garage"].connections == 2
        first.transport.resume_reading()


async def test_a_third_connection_does_not_queue_behind_the_second(site: Site) -> None:
    await site.start()
    async with dialled(site) as first:
        await eventually(lambda: site.state.connected)
        first.transport.pause_reading()
        async with dialled(site), dialled(site) as third:
            with pytest.raises(ConnectionClosed):
                await third.recv()
            await eventually(lambda: site.central.stations["garage"].connections == 2)
        first.transport.resume_reading()


async def test_a_charger_that_answers_no_pings_is_dropped(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start(replace(FAST, ping_interval_s=0.05))
    async with dialled(site) as silent:
        await eventually(lambda: site.state.connected)
        await asyncio.sleep(0.3)
        assert site.state.connected  # pongs come
        silent.transport.pause_reading()
        await eventually(lambda: not site.state.connected)
        silent.transport.resume_reading()
    assert "does not answer pings" in caplog.text


async def test_messages_are_a_sign_of_life_where_pongs_do_not_come(site: Site) -> None:
    await site.start(replace(FAST, ping_interval_s=0.05))
    async with dialled(site) as deaf:
        await eventually(lambda: site.state.connected)
        deaf.transport.pause_reading()
        for _ in range(20):
            await deaf.send('[2,"1","Heartbeat",{}]')
            await asyncio.sleep(0.02)
        assert site.state.connected
        deaf.transport.resume_reading()


async def test_a_station_can_be_let_in_after_it_was_refused(site: Site) -> None:
    await site.start()
    with pytest.raises(WebSocketException):
        async with dialled(site, "carport"):
            pass
    site.attach(StationConfig(station_id="carport", password=KEY))
    async with charger(site, "carport"):
        await eventually(lambda: site.connector("carport").state.connected)


async def test_a_charger_that_was_released_while_it_shook_hands_is_sent_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.start()
    monkeypatch.setattr(site.central._gatekeeper, "_refusal", lambda *_, **__: None)
    async with dialled(site, "carport") as connection:
        with pytest.raises(ConnectionClosed) as caught:
            await connection.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001
