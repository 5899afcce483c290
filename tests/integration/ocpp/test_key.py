"""A key is made, handed over, and asked for from then on."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
import logging
from typing import Any, override

from ocpp.exceptions import NotSupportedError
from ocpp.routing import on
from ocpp.v16 import call_result
from ocpp.v16.enums import Action
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from custom_components.loadstar.ocpp import KeyState, Security, handshake

from . import conftest
from .conftest import GARAGE, KEY, LibraryCharger, Site, booted, dialled, eventually

HANDED = replace(GARAGE, hand_over_key=True)
IN_HEX = KEY.encode().hex()

type Answer = Callable[[str], str]


class Keyed(LibraryCharger):
    """A charger that says to a key what a test wants."""

    def __init__(self, station_id: str, connection: Any) -> None:
        """Take keys."""
        super().__init__(station_id, connection)
        self.answer: Answer = lambda _key: "Accepted"
        self.reset_answer = "Accepted"

    @override
    @on(Action.change_configuration)
    def on_change_configuration(self, **payload: Any) -> Any:
        """Answer to a key as told."""
        if payload["key"] != "AuthorizationKey":
            return call_result.ChangeConfiguration(status="Accepted")
        self._note("AuthorizationKey", payload)
        return call_result.ChangeConfiguration(status=self.answer(payload["value"]))

    @on(Action.reset)
    def on_reset(self, **payload: Any) -> Any:
        """Answer as told."""
        self._note("Reset", payload)
        return call_result.Reset(status=self.reset_answer)

    @property
    def keys(self) -> list[str]:
        """Return the keys that it was given."""
        return [payload["value"] for payload in self.sent("AuthorizationKey")]


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chargers answer to keys."""
    monkeypatch.setattr(conftest, "LibraryCharger", Keyed)


def state(site: Site) -> KeyState:
    """Return how far the garage is."""
    return site.central.stations["garage"].key_state


async def start(site: Site) -> None:
    """Let the garage come without its key."""
    await site.start()
    site.attach(HANDED)
    assert state(site) is KeyState.WAITING


async def is_refused(site: Site, key: str | None) -> bool:
    """Whether the garage is turned away."""
    try:
        async with dialled(site, key=key):
            return False
    except InvalidStatus:
        return True


async def test_a_charger_is_let_in_once_without_its_key_and_given_it(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await start(site)
    async with conftest.charger(site, key=None) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
        assert client.keys == [IN_HEX]
        await eventually(lambda: not site.state.connected)  # it is to come back with its key
    assert await is_refused(site, None)
    assert await is_refused(site, "another-password")
    async with conftest.charger(site) as client:
        await eventually(lambda: state(site) is KeyState.PROVED)
        await booted(client)
        site.now.seconds += 1
        await asyncio.sleep(0.05)
        assert client.keys == []
    assert await is_refused(site, None)
    ours = [r for r in caplog.records if r.name.startswith(("custom_components", "websockets"))]
    assert ours
    for record in ours:
        assert KEY not in record.getMessage()
        assert IN_HEX not in record.getMessage()


async def test_it_is_asked_for_its_key_after_a_restart_too(site: Site) -> None:
    await start(site)
    async with conftest.charger(site, key=None) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
    await site.restart()
    site.attach(HANDED)
    assert state(site) is KeyState.HANDED_OVER
    assert await is_refused(site, None)
    async with dialled(site):
        await eventually(lambda: state(site) is KeyState.PROVED)
    await site.restart()
    site.attach(HANDED)
    assert state(site) is KeyState.PROVED
    assert KEY not in "".join(site.storage.stations.values())


@pytest.mark.parametrize("status", ["NotSupported", "Rejected"])
async def test_a_charger_that_takes_no_key_stays_welcome_until_it_was_typed_in(
    site: Site, caplog: pytest.LogCaptureFixture, status: str
) -> None:
    await start(site)
    async with conftest.charger(site, key=None, answer=lambda _key: status) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.REFUSED)
        assert client.keys == ([IN_HEX] if status == "NotSupported" else [IN_HEX, KEY])
        await client.status("Available")
        assert site.state.status == "Available"
    assert caplog.text.count("takes no key over OCPP") == 1
    assert not await is_refused(site, None)
    async with dialled(site):
        await eventually(lambda: state(site) is KeyState.PROVED)
    assert await is_refused(site, None)


async def test_a_charger_that_answers_with_an_error_takes_no_key(site: Site) -> None:
    def error(_key: str) -> str:
        raise NotSupportedError

    await start(site)
    async with conftest.charger(site, key=None, answer=error) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.REFUSED)


async def test_a_charger_that_wants_no_hex_is_given_the_key_as_it_is(site: Site) -> None:
    await start(site)
    async with conftest.charger(
        site, key=None, answer=lambda key: "Rejected" if key == IN_HEX else "Accepted"
    ) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
        assert client.keys == [IN_HEX, KEY]


async def test_a_refusal_is_said_once_and_tried_again_at_the_next_boot(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await start(site)
    async with conftest.charger(site, key=None, answer=lambda _key: "NotSupported") as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.REFUSED)
        await client.boot()
        await eventually(lambda: len(client.keys) == 2)
        client.answer = lambda _key: "Accepted"
        await client.boot()
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
    assert caplog.text.count("takes no key over OCPP") == 1


async def test_a_charger_that_has_to_restart_is_restarted(site: Site) -> None:
    await start(site)
    async with conftest.charger(site, key=None, answer=lambda _key: "RebootRequired") as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
        assert client.sent("Reset") == [{"type": "Soft"}]


async def test_a_charger_that_will_not_restart_is_not_locked_out(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await start(site)
    async with conftest.charger(
        site, key=None, answer=lambda _key: "RebootRequired", reset_answer="Rejected"
    ) as client:
        await booted(client)
        await eventually(lambda: "restart it by hand" in caplog.text)
    assert state(site) is KeyState.WAITING
    assert not await is_refused(site, None)


async def test_nothing_is_handed_over_while_a_car_charges(site: Site) -> None:
    await start(site)
    async with conftest.charger(site, key=None) as client:
        transaction_id = await client.begin(site.now)
        await booted(client)
        await asyncio.sleep(0.1)
        assert client.keys == []
        await client.end(site.now, transaction_id)
        await eventually(lambda: client.keys == [IN_HEX])


async def test_a_charger_that_leaves_before_it_answers_is_given_its_key_next_time(
    site: Site,
) -> None:
    await start(site)
    async with dialled(site, key=None) as raw:
        while "AuthorizationKey" not in str(message := await raw.recv()):
            unique_id = str(message).split('"')[1]
            await raw.send(f'[3,"{unique_id}",{{"status":"Accepted"}}]')
    await eventually(lambda: not site.state.connected)
    assert state(site) is KeyState.WAITING
    async with conftest.charger(site, key=None) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)


async def test_a_charger_that_does_not_come_back_with_its_key_is_reported(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await start(site)
    async with conftest.charger(site, key=None) as client:
        await booted(client)
        await eventually(lambda: state(site) is KeyState.HANDED_OVER)
    await eventually(lambda: not site.state.connected)
    site.now.seconds += 299
    site.central.tick()
    assert state(site) is KeyState.HANDED_OVER
    told = len(site.heard)
    site.now.seconds += 1
    await eventually(lambda: state(site) is KeyState.NOT_USED)
    assert site.heard[told:] == [("garage", 1)]
    assert "has not come back with it" in caplog.text
    assert await is_refused(site, None)
    async with dialled(site):
        await eventually(lambda: state(site) is KeyState.PROVED)


async def test_another_key_is_handed_over_anew(site: Site) -> None:
    await start(site)
    async with dialled(site):
        await eventually(lambda: state(site) is KeyState.PROVED)
    site.attach(replace(HANDED, password="another-password"))
    assert state(site) is KeyState.WAITING
    async with conftest.charger(site) as client:  # with the key that it has
        await booted(client)
        await eventually(lambda: client.keys == [b"another-password".hex()])


@pytest.mark.parametrize(
    "changes",
    [{"hand_over_key": False}, {"security": Security.NONE}, {"password": None}],
)
async def test_what_is_not_to_be_handed_over_is_not(site: Site, changes: dict[str, Any]) -> None:
    await site.start()
    site.attach(replace(HANDED, **changes))
    assert state(site) is KeyState.NONE
    secured = changes.get("security") is not Security.NONE
    assert await is_refused(site, None) == secured


@pytest.mark.parametrize("kept", ['{"key": 7}', '{"key": {"state": "?"}}', '{"key": null}'])
async def test_garbage_in_the_store_is_no_key(site: Site, kept: str) -> None:
    site.storage.stations["garage"] = kept
    site.attach(HANDED)
    await site.central.start()
    assert state(site) is KeyState.WAITING


async def test_a_key_changed_while_it_was_handed_over_is_not_taken_for_the_new_one(
    site: Site,
) -> None:
    await start(site)

    def change(_key: str) -> str:
        site.attach(replace(HANDED, password="another-password"))
        return "Accepted"

    async with conftest.charger(site, key=None, answer=change) as client:
        await client.boot()
        await eventually(lambda: client.keys)
        await eventually(lambda: not site.state.connected)
    assert state(site) is KeyState.WAITING


async def test_who_comes_with_the_key_takes_the_place_of_who_came_without(site: Site) -> None:
    await start(site)
    async with dialled(site, key=None) as stranger:  # answers pings, and stays
        await eventually(lambda: site.state.connected)
        async with conftest.charger(site) as client:
            await client.status("Available")
            assert site.state.status == "Available"
            assert state(site) is KeyState.PROVED
            async with asyncio.timeout(2):
                await stranger.wait_closed()
            async with dialled(site) as second:  # it is as good as the first, which answers
                with pytest.raises(ConnectionClosed):
                    await second.recv()
            await client.status("Preparing")
            assert site.state.status == "Preparing"


async def test_a_key_once_proved_is_not_given_up_for_the_answer_of_another(site: Site) -> None:
    await start(site)

    def prove(_key: str) -> str:
        # the charger itself knocks with its key while a stranger is given it
        site.central._stations["garage"].key.came(proved=True)
        return "NotSupported"

    async with conftest.charger(site, key=None, answer=prove) as stranger:
        await stranger.boot()
        await eventually(lambda: stranger.keys)
        await asyncio.sleep(0.05)
    assert state(site) is KeyState.PROVED
    assert await is_refused(site, None)


async def test_a_charger_let_in_without_its_key_is_not_served_once_that_was_proved(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(site)
    station = site.central._stations["garage"]
    admit = handshake.Gatekeeper._not_now

    def proved_meanwhile(self: Any, *of: Any) -> Any:
        station.key.came(proved=True)
        return admit(self, *of)

    monkeypatch.setattr(handshake.Gatekeeper, "_not_now", proved_meanwhile)
    async with dialled(site, key=None) as late:
        with pytest.raises(ConnectionClosed):
            await late.recv()
    assert site.central.stations["garage"].connections == 0


async def test_a_charger_that_will_not_restart_is_named_once_in_a_while(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await start(site)
    for _ in range(3):
        async with conftest.charger(
            site, key=None, answer=lambda _key: "RebootRequired", reset_answer="Rejected"
        ) as client:
            await booted(client)
            await eventually(partial(client.sent, "Reset"))
            await asyncio.sleep(0.02)
        await eventually(lambda: not site.state.connected)
    warned = [record for record in caplog.records if "by hand" in record.getMessage()]
    assert [record.levelname for record in warned if record.levelno >= logging.WARNING] == [
        "WARNING"
    ]


def test_no_password_is_in_what_python_shows_of_a_station() -> None:
    assert KEY not in repr(HANDED)
