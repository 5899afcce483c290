"""Tens of thousands of wrong frames: each is answered, and nobody else notices."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
import gc
import json
import logging
import os
import tracemalloc
from typing import Any

from ocpp.v16 import call
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.frames import CloseCode

from custom_components.loadstar.ocpp import Security, StationConfig
from custom_components.loadstar.ocpp.frames import MAX_ID_LENGTH

from .conftest import Now, Site, booted, charger, dialled
from .fuzzing import Fuzzer, Raw

FRAMES = int(os.environ.get("LOADSTAR_FUZZ_FRAMES", "21000"))
FRAMES_PER_CONNECTION = 150  # fewer than are taken for a flood
SETTLED_AFTER = 30  # connections; by then everything bounded is full
FUZZED = StationConfig(station_id="fuzzed", security=Security.NONE)
CLOSED_BY = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
LAST = '[2,"last","Heartbeat",{}]'


@dataclass(slots=True)
class Conversation:
    """What went over one connection."""

    ids: list[str] = field(default_factory=list)  # of the calls among the frames
    answers: list[list[Any]] = field(default_factory=list)
    finished: bool = False  # the last call was answered


async def fuzz(site: Site, fuzzer: Fuzzer, frames: int) -> Conversation:
    """Connect, send frames, and answer whatever the central system asks meanwhile."""
    conversation = Conversation()
    async with dialled(site, "fuzzed", key=None) as connection:
        reading = asyncio.create_task(converse(connection, fuzzer, conversation))
        for _ in range(frames):
            raw = fuzzer.frame()
            conversation.ids += call_ids(raw)
            await connection.send(raw)
        await connection.send(LAST)
        async with asyncio.timeout(5):
            await reading
            connection.transport.write(fuzzer.violation())
            await connection.wait_closed()
    assert connection.close_code in CLOSED_BY
    return conversation


async def converse(
    connection: ClientConnection, fuzzer: Fuzzer, conversation: Conversation
) -> None:
    """Collect answers and answer calls until the last answer."""
    async for raw in connection:
        message = json.loads(raw)
        if message[0] == 2:
            await connection.send(fuzzer.answer(message[1], message[2]))
        elif message[1] == "last":
            conversation.finished = True
            return
        else:
            conversation.answers.append(message)


def call_ids(raw: Raw) -> list[str]:
    """Return the id of a frame that is a call by its first two elements."""
    if isinstance(raw, bytes):
        return []
    try:
        match json.loads(raw if isinstance(raw, str) else "".join(raw)):
            case [2, str(unique_id), *_] if len(unique_id) <= MAX_ID_LENGTH:
                return [unique_id]
    except ValueError, RecursionError:
        pass
    return []


def traced_bytes() -> int:
    """Return what is allocated and still in use."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def test_every_call_among_fuzzed_frames_is_answered_and_nothing_is_left_behind(
    site: Site, now: Now, caplog: pytest.LogCaptureFixture
) -> None:
    for logger in ("custom_components.loadstar", "websockets", "asyncio", "ocpp"):
        caplog.set_level(logging.WARNING, logger)
    asyncio.get_running_loop().set_debug(False)  # it keeps stacks, which would count as growth
    await site.start()
    site.attach(FUZZED)
    codes: Counter[str] = Counter()
    tracemalloc.start()
    try:
        async with charger(site) as garage:
            await booted(garage)
            await garage.begin(now)
            settled = 0
            for seed in range(FRAMES // FRAMES_PER_CONNECTION):
                if seed == SETTLED_AFTER:
                    settled = traced_bytes()
                talk = await fuzz(site, Fuzzer(seed), FRAMES_PER_CONNECTION)
                assert talk.finished, f"seed {seed}"
                assert [answer[1] for answer in talk.answers] == talk.ids, f"seed {seed}"
                codes.update(answer[2] for answer in talk.answers if answer[0] == 4)
                async with asyncio.timeout(1):
                    await garage.ask(call.Heartbeat())
                site.heard.clear()
            grown = traced_bytes() - settled
            assert await site.connector().async_set_current(10)
    finally:
        tracemalloc.stop()
    stations = site.central.stations
    assert stations["fuzzed"].frames_received >= FRAMES
    assert stations["garage"].connections == 1
    assert codes.keys() == {
        "FormationViolation",
        "NotImplemented",
        "NotSupported",
        "PropertyConstraintViolation",
        "ProtocolError",
        "TypeConstraintViolation",
    }
    assert grown < 32 * 1024
    assert len(site.storage.stations["fuzzed"]) < 16 * 1024
    assert len(caplog.records) < 10, "nor is the log filled"
