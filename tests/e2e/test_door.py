"""Who may not come in stays outside, and those inside do not notice."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
import contextlib
from http import HTTPStatus
import ssl

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from simulated_home.hass_process import HassError
from tests.e2e.home import DRIVEWAY_KEY, GARAGE_KEY, Home, charger_answers, until, until_is

GARAGE, DRIVEWAY = ("garage", GARAGE_KEY), ("driveway", DRIVEWAY_KEY)
VAULT, BROKEN = ("vault", "vault-key-01234567"), ("broken", "broken-key-0123456")

# path, what it logs in with, and the answer
KNOCKS = [
    ("garage", ("garage", "not-the-right-key"), HTTPStatus.UNAUTHORIZED),
    ("garage", ("garage", ""), HTTPStatus.UNAUTHORIZED),
    ("garage", None, HTTPStatus.UNAUTHORIZED),
    ("garage", DRIVEWAY, HTTPStatus.UNAUTHORIZED),
    ("driveway", ("driveway", GARAGE_KEY), HTTPStatus.UNAUTHORIZED),
    ("driveway/garage?id=driveway", DRIVEWAY, HTTPStatus.UNAUTHORIZED),
    ("%67arage", DRIVEWAY, HTTPStatus.UNAUTHORIZED),
    ("garage/..", GARAGE, HTTPStatus.NOT_FOUND),
    ("driveway%2F..%2Fgarage", GARAGE, HTTPStatus.NOT_FOUND),
    ("garage%00", GARAGE, HTTPStatus.NOT_FOUND),
    ("nobody", GARAGE, HTTPStatus.NOT_FOUND),
    ("", GARAGE, HTTPStatus.NOT_FOUND),
    ("vault", VAULT, HTTPStatus.FORBIDDEN),  # its key is right, but anybody could read it
]


GARBAGE: list[str | bytes] = [
    "",
    "{}",
    "[",
    "[2]",
    '[2,"1"]',
    '[2,"1","Nothing",{}]',
    "[" * 5000,
    b"\xff\x00",
]


@pytest.fixture(autouse=True)
async def peace(home: Home) -> AsyncIterator[None]:
    """Whatever happens at the door, both cars charge on."""
    await until(lambda: all(charger.evse.current_a > 0 for charger in home.chargers))
    connections = home.connections()
    transactions = [charger.state()["transaction_id"] for charger in home.chargers]
    yield
    assert home.connections() == connections
    assert [charger.state()["transaction_id"] for charger in home.chargers] == transactions
    assert all(charger.state()["connected"] for charger in home.chargers)
    assert all(charger.evse.current_a > 0 for charger in home.chargers)
    assert home.log_faults() == []
    assert home.complaints() == []


async def test_strangers_are_refused_and_counted(home: Home) -> None:
    plain, encrypted = f"ws://127.0.0.1:{home.ocpp_port}", f"wss://127.0.0.1:{home.encrypted_port}"
    async with further_charger(home, VAULT, security="tls"):
        refused = await refusals(home)
        knocks = (knock(f"{plain}/{path}", login) for path, login, _ in KNOCKS)
        assert await asyncio.gather(*knocks) == [status for *_, status in KNOCKS]
        assert await refusals(home) == refused + len(KNOCKS)
        trust = home.certificate.trusting
        assert await knock(f"{encrypted}/vault", VAULT, trust) is None, "this one may"


async def test_a_charger_that_sends_garbage_is_thrown_out(home: Home) -> None:
    async with (
        further_charger(home, BROKEN),
        dialled(f"ws://127.0.0.1:{home.ocpp_port}/broken", BROKEN) as socket,
    ):
        for frame in GARBAGE:
            await socket.send(frame)
        await socket.send("x" * 100_000)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(_drain(socket), 10)


async def _drain(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


@contextlib.asynccontextmanager
async def further_charger(
    home: Home, login: tuple[str, str], security: str = "basic"
) -> AsyncIterator[None]:
    """Set a charger up, and remove it again."""
    subentry_id = await home.client.subentry_flow(
        home.entry_id, "charger", *charger_answers(*login, security=security, fallback_a=0)
    )
    await until_is(wanted=True, ask=lambda: is_attached(home, subentry_id))
    yield
    await home.client.ws(
        "config_entries/subentries/delete", entry_id=home.entry_id, subentry_id=subentry_id
    )


async def is_attached(home: Home, subentry_id: str) -> bool:
    """Return whether the OCPP server knows a charger, which it does after a reload."""
    try:
        return subentry_id in (await home.diagnostics())["central_system"]["stations"]
    except HassError:
        return False


async def refusals(home: Home) -> int:
    """Return how many connections Loadstar has refused."""
    count: int = (await home.diagnostics())["central_system"]["refused_handshakes"]
    return count


async def knock(
    url: str, login: tuple[str, str] | None, trust: ssl.SSLContext | None = None
) -> HTTPStatus | None:
    """Dial; return how that is refused, or None where it is not."""
    try:
        async with dialled(url, login, trust):
            return None
    except InvalidStatus as refused:
        return HTTPStatus(refused.response.status_code)


def dialled(
    url: str, login: tuple[str, str] | None, trust: ssl.SSLContext | None = None
) -> connect:
    """Return a connection to be opened."""
    headers = {}
    if login is not None:
        headers["Authorization"] = f"Basic {b64encode(':'.join(login).encode()).decode()}"
    return connect(
        url,
        subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=headers,
        ssl=trust,
        open_timeout=20,  # those who fail often have to wait for it
        proxy=None,
    )
