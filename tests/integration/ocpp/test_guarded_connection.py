"""What a charger that is let in can make the server hold, and for how long."""

import asyncio
import contextlib
from dataclasses import replace
import logging
import os
import socket
import struct

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from custom_components.loadstar.ocpp import StationConfig
from custom_components.loadstar.ocpp.guarded_connection import (
    FRAGMENTS_PER_MESSAGE,
    FRAMES_BURST,
    MAX_UNREAD_BYTES,
    GuardedConnection,
)

from .conftest import FAST, KEY, Site, charger, dialled, eventually

OTHER = StationConfig(station_id="carport", password=KEY)


def frame(opcode: Opcode, data: bytes = b"", *, fin: bool = True) -> bytes:
    """Return a client's frame as it goes over the wire."""
    return Frame(opcode, data, fin).serialize(mask=True)


async def how_it_ends(raw: ClientConnection) -> int | None:
    """Read until the end; return the code that the server gave for it."""
    try:
        async with asyncio.timeout(5):
            while True:
                await raw.recv()
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code


async def send(raw: ClientConnection, data: bytes) -> None:
    """Send bytes past the library, for as long as the server takes them."""
    with contextlib.suppress(RuntimeError):  # the server has closed its side
        raw.transport.write(data)
    await asyncio.sleep(0)


def guarded(site: Site) -> GuardedConnection:
    """Return the server's end of the only connection."""
    server = site.central._listener._server
    assert server is not None
    [connection] = server.connections
    assert isinstance(connection, GuardedConnection)
    return connection


async def test_fragments_together_over_64_kb_end_the_connection(site: Site) -> None:
    await site.start()
    site.attach(OTHER)
    async with charger(site, "carport") as other, dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        for number in range(70):
            await send(raw, frame(Opcode.CONT if number else Opcode.TEXT, b" " * 1024, fin=False))
        assert await how_it_ends(raw) == 1009
        await other.status("Available")
    assert site.connector("carport").state.status == "Available"


async def test_a_message_in_fragments_below_64_kb_is_read(site: Site) -> None:
    await site.start()
    async with dialled(site) as raw:
        text = '[2,"1","Heartbeat",{}]'
        await raw.send(iter([*text[:-1], *[" "] * 200, "]"]))
        async with asyncio.timeout(5):
            while '"1"' not in str(await raw.recv()):
                pass
    assert site.central.stations["garage"].frames_refused == 0


async def test_empty_fragments_without_end_end_the_connection(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        await send(raw, frame(Opcode.TEXT, fin=False))
        await send(raw, frame(Opcode.CONT, fin=False) * FRAGMENTS_PER_MESSAGE)
        assert await how_it_ends(raw) == 1009
    await eventually(lambda: not site.state.connected)
    assert "too many fragments" in caplog.text


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG])
async def test_a_flood_of_control_frames_ends_the_connection_and_no_other(
    site: Site, opcode: Opcode
) -> None:
    await site.start()
    site.attach(OTHER)
    async with charger(site, "carport") as other, dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        await send(raw, frame(opcode) * (int(FRAMES_BURST) * 2))
        assert await how_it_ends(raw) == 1008
        await eventually(lambda: not site.state.connected)
        await other.status("Available")
    assert site.connector("carport").state.status == "Available"


async def test_pings_as_chargers_send_them_are_answered(site: Site) -> None:
    await site.start()
    async with dialled(site) as raw:
        for _ in range(20):
            async with asyncio.timeout(2):
                await (await raw.ping())
        assert site.state.connected


async def test_a_charger_that_reads_nothing_is_cut_off_before_it_fills_the_memory(
    site: Site,
) -> None:
    """It asks for an answer to each of many pings, which ``websockets`` sends at once."""
    await site.start(replace(FAST, ping_interval_s=60.0))
    async with dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        raw.transport.pause_reading()
        connection = guarded(site)
        # as little as can be between the two ends, so that the server's own buffer fills
        server_socket = connection.transport.get_extra_info("socket")
        server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        largest = 0
        ping = frame(Opcode.PING, os.urandom(125)) * 50
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(10):
                while site.state.connected:
                    connection._tokens = FRAMES_BURST  # slowly enough for the other guard
                    await send(raw, ping)
                    await asyncio.sleep(0.001)
                    largest = max(largest, connection.transport.get_write_buffer_size())
        assert MAX_UNREAD_BYTES / 4 < largest < MAX_UNREAD_BYTES * 1.2
        raw.transport.resume_reading()


async def test_questions_whose_answers_are_not_read_are_not_taken_in(site: Site) -> None:
    await site.start(replace(FAST, ping_interval_s=0.2))
    async with dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        raw.transport.pause_reading()
        heartbeat = frame(Opcode.TEXT, b'[2,"' + b"1" * 100 + b'","Heartbeat",{}]')
        connection = guarded(site)
        largest = 0
        for _ in range(50):
            await send(raw, heartbeat * 4)
            await asyncio.sleep(0.002)
            largest = max(largest, connection.transport.get_write_buffer_size())
        assert largest < MAX_UNREAD_BYTES
        await eventually(lambda: not site.state.connected)
        raw.transport.resume_reading()


async def test_a_message_that_is_begun_and_never_ended_holds_nobody_up(site: Site) -> None:
    await site.start()
    site.attach(OTHER)
    async with dialled(site) as raw:
        await eventually(lambda: site.state.connected)
        await send(raw, struct.pack("!BBH", 0x81, 0x80 | 126, 60_000) + b"\0\0\0\0[2,")
        async with charger(site, "carport") as other:
            await other.status("Available")
        assert site.connector("carport").state.status == "Available"


async def test_what_ends_a_connection_is_said_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    for _ in range(3):
        async with dialled(site) as raw:
            await eventually(lambda: site.state.connected)
            await send(raw, frame(Opcode.PING) * (int(FRAMES_BURST) * 2))
            await how_it_ends(raw)
        await eventually(lambda: not site.state.connected)
    warnings = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert sum("too many frames" in record.getMessage() for record in warnings) == 1
