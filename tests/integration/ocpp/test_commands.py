"""What is asked of a charger by the user's wish is asked once, and its answer told."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from .conftest import Site, dialled, eventually


async def answer_all(raw: ClientConnection, asked: list[Any], said: dict[str, Any]) -> None:
    """Accept everything, but answer ChangeAvailability as ``said``."""
    async for message in raw:
        question = json.loads(message)
        if question[0] != 2:
            continue
        asked.append(question[2:])
        accepted = {"status": "Accepted"}
        answer = said if question[2] == "ChangeAvailability" else accepted
        await raw.send(json.dumps([3, question[1], answer]))


@pytest.mark.parametrize(
    ("said", "taken"),
    [("Accepted", True), ("Scheduled", True), ("Rejected", False), ("Perhaps", False)],
)
@pytest.mark.parametrize(("available", "kind"), [(True, "Operative"), (False, "Inoperative")])
async def test_a_connector_is_put_in_and_out_of_service(
    site: Site, said: str, kind: str, *, taken: bool, available: bool
) -> None:
    await site.start()
    assert not await site.connector().async_set_available(available=available)
    asked: list[Any] = []
    async with dialled(site) as raw:
        answering = asyncio.create_task(answer_all(raw, asked, {"status": said}))
        await eventually(lambda: site.state.connected)
        assert await site.connector().async_set_available(available=available) is taken
        answering.cancel()
    assert ["ChangeAvailability", {"connectorId": 1, "type": kind}] in asked


async def test_a_charger_that_cannot_be_put_out_of_service_is_told_of(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with dialled(site) as raw:

        async def refuse() -> None:
            async for message in raw:
                question = json.loads(message)
                await raw.send(json.dumps([4, question[1], "NotImplemented", "", {}]))

        refusing = asyncio.create_task(refuse())
        await eventually(lambda: site.state.connected)
        assert not await site.connector().async_set_available(available=False)
        refusing.cancel()
    assert "ChangeAvailability refused with NotImplemented; its availability" in caplog.text
