"""Who is let in, and the one calm line about who is not."""

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from http import HTTPStatus
import logging
from urllib.parse import unquote

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.headers import build_www_authenticate_basic
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from .authorisation import is_authorised
from .context import Context
from .seldom import SILENCE_S, Seldom
from .slowing import Slowing
from .station import Station
from .strangers import MAX_REMEMBERED, Strangers
from .text import clean_text
from .types import Security, Stranger

_LOGGER = logging.getLogger(__name__)

SUBPROTOCOL = Subprotocol("ocpp1.6")


class Refusal(StrEnum):
    """Why somebody is not let in."""

    NO_ID = "no_id"  # a browser or a port scan
    UNKNOWN = "unknown"
    NOT_ENCRYPTED = "not_encrypted"
    WRONG_KEY = "wrong_key"


_REASONS = {
    Refusal.UNKNOWN: "no charger with this id is set up",
    Refusal.NOT_ENCRYPTED: "it has to use the encrypted port",
    Refusal.WRONG_KEY: "its password is wrong or missing",
}
_ANSWERS = {
    Refusal.NO_ID: (HTTPStatus.NOT_FOUND, "The charge point's id is missing\n"),
    Refusal.UNKNOWN: (HTTPStatus.NOT_FOUND, "Unknown charge point\n"),
    Refusal.NOT_ENCRYPTED: (HTTPStatus.FORBIDDEN, "TLS is required\n"),
    Refusal.WRONG_KEY: (HTTPStatus.UNAUTHORIZED, "Wrong credentials\n"),
}


def station_id_of(path: str) -> str:
    """Return the last segment of a request's path, decoded."""
    # no URL parser: it would take the segment after a doubled slash for a host
    bare = path.partition("?")[0].partition("#")[0]
    segments = [segment for segment in bare.split("/") if segment]
    return unquote(segments[-1]) if segments else ""


def select_subprotocol(
    _connection: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    """Choose OCPP 1.6 where it is offered; else complete the handshake without one."""
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def speaks_known_version(connection: ServerConnection) -> bool:
    """Return whether the charger offered a version that is built, or none at all."""
    if connection.subprotocol == SUBPROTOCOL:
        return True
    request = connection.request
    return request is not None and not request.headers.get_all("Sec-WebSocket-Protocol")


class Gatekeeper:
    """Refuses unknown and unproven stations during the handshake, the same ones ever later."""

    def __init__(
        self,
        find: Callable[[str], Station | None],
        context: Context,
        on_stranger: Callable[[Stranger], None] | None,
    ) -> None:
        """Look stations up with ``find``."""
        self._find = find
        self._slowing = Slowing(context.clock, context.timing.refusal_delays_s)
        self._failures: Counter[str] = Counter()
        # an attacker with many ids gets no more lines than one with few
        self._seldom = Seldom(context.clock, MAX_REMEMBERED)
        self.strangers = Strangers(on_stranger)
        self.refusals: Counter[Refusal] = Counter()

    def failures(self, station_id: str) -> int:
        """Return how often a configured station failed to prove itself."""
        return self._failures[station_id]

    def forget(self, station_id: str) -> None:
        """Start anew with a station that was attached or released."""
        self._failures.pop(station_id, None)
        self.strangers.forget(station_id)

    async def check_plain(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return the refusal of an unencrypted connection, or None to let it in."""
        return await self._check(connection, request, encrypted=False)

    async def check_encrypted(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        """Return the refusal of an encrypted connection, or None to let it in."""
        return await self._check(connection, request, encrypted=True)

    async def _check(
        self, connection: ServerConnection, request: Request, *, encrypted: bool
    ) -> Response | None:
        station_id = station_id_of(request.path)
        refusal = self._refusal(station_id, request.headers, encrypted=encrypted)
        if refusal is None:
            return self._not_now(connection, station_id)
        address = _address(connection)
        self._count(refusal, station_id, address)
        await self._slowing.wait(connection, self._slowing.count(address, station_id))
        response = connection.respond(*_ANSWERS[refusal])
        if refusal is Refusal.WRONG_KEY:
            response.headers["WWW-Authenticate"] = build_www_authenticate_basic("ocpp")
        return response

    def _not_now(self, connection: ServerConnection, station_id: str) -> Response | None:
        """Return the answer to a charger that is to be alone for a while."""
        station = self._find(station_id)
        if station is None or not station.is_sent_away:
            return None
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Not now\n")

    def _refusal(self, station_id: str, headers: Headers, *, encrypted: bool) -> Refusal | None:
        station = self._find(station_id)
        if station is None:
            return Refusal.UNKNOWN if station_id else Refusal.NO_ID
        if station.config.security is Security.TLS and not encrypted:
            return Refusal.NOT_ENCRYPTED
        proved = has_key(station, headers)
        if not proved and not station.key.is_optional:
            return Refusal.WRONG_KEY
        station.key.came(proved=proved)
        return None

    def _count(self, refusal: Refusal, station_id: str, address: str) -> None:
        self.refusals[refusal] += 1
        if refusal is Refusal.NO_ID:
            return
        name = clean_text(station_id) or ""
        _LOGGER.log(
            self._seldom.level(name),
            "Refused the charger '%s' from %s: %s; further tries are logged every %d min",
            name,
            address,
            _REASONS[refusal],
            SILENCE_S // 60,
        )
        if refusal is Refusal.UNKNOWN:
            self.strangers.knocked(station_id, address)
        else:
            self._failures[station_id] += 1


def has_key(station: Station, headers: Headers) -> bool:
    """Return whether a request proves who it is from, where that has to be proved at all."""
    return is_authorised(station.config, _single(headers, "Authorization"))


def _single(headers: Headers, name: str) -> str | None:
    values = headers.get_all(name)
    return values[0] if len(values) == 1 else None


def _address(connection: ServerConnection) -> str:
    peer = connection.remote_address
    return str(peer[0]) if isinstance(peer, tuple) and peer else "an unknown address"
