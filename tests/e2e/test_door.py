"""Who may not come in stays outside, and those inside do not notice."""

import asyncio
from base64 import b64encode
from http import HTTPStatus
import ssl

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from simulated_home.hass_process import HassError
from tests.e2e.home import DRIVEWAY_KEY, GARAGE_KEY, Home, charger_answers, until, until_is

VAULT_KEY = "vault-key-01234567"
VAULT, GARAGE, DRIVEWAY = ("vault", VAULT_KEY), ("garage", GARAGE_KEY), ("driveway", DRIVEWAY_KEY)

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


async def test_strangers_are_refused_and_counted_and_nobody_else_notices(home: Home) -> None:
    await until(lambda: all(charger.evse.current_a > 0 for charger in home.chargers))
    subentry_id = await home.client.subentry_flow(
        home.entry_id, "charger", *charger_answers(*VAULT, security="tls", fallback_a=0)
    )
    await until_is(wanted=True, ask=lambda: is_attached(home, subentry_id))
    connections = home.connections()
    transactions = [charger.state()["transaction_id"] for charger in home.chargers]
    refused = await refusals(home)

    plain = f"ws://127.0.0.1:{home.ocpp_port}"
    answers = await asyncio.gather(*(knock(f"{plain}/{path}", login) for path, login, _ in KNOCKS))
    assert answers == [status for *_, status in KNOCKS]
    assert await refusals(home) == refused + len(KNOCKS)
    encrypted = f"wss://127.0.0.1:{home.encrypted_port}/vault"
    assert await knock(encrypted, VAULT, home.certificate.trusting) is None, "this one may"

    assert home.connections() == connections
    assert [charger.state()["transaction_id"] for charger in home.chargers] == transactions
    assert all(charger.state()["connected"] for charger in home.chargers)
    await home.client.ws(
        "config_entries/subentries/delete",
        entry_id=home.entry_id,
        subentry_id=subentry_id,
    )
    assert home.log_faults() == []
    assert home.complaints() == []


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
    headers = {}
    if login is not None:
        headers["Authorization"] = f"Basic {b64encode(':'.join(login).encode()).decode()}"
    try:
        async with connect(
            url,
            subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a NewType of str
            additional_headers=headers,
            ssl=trust,
            open_timeout=20,  # those who fail often have to wait for it
            proxy=None,
        ):
            return None
    except InvalidStatus as refused:
        return HTTPStatus(refused.response.status_code)
