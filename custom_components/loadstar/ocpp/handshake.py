"""Who is let in, and the one calm line about who is not."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from http import HTTPStatus
import logging
from urllib.parse import unquote

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.headers import build_www_authenticate_basic
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from .authorisation import is_authorised
from .seldom import SILENCE_S, Seldom
from .text import clean_text
from .types import StationConfig

_LOGGER = logging.getLogger(__name__)

SUBPROTOCOL = Subprotocol("ocpp1.6")
MAX_REMEMBERED = 20


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
    """Refuses unknown and unproven stations during the handshake."""

    def __init__(
        self, find: Callable[[str], StationConfig | None], clock: Callable[[], float]
    ) -> None:
        """Look stations up with ``find``."""
        self._find = find
        self._unknown: OrderedDict[str, int] = OrderedDict()
        self._failures: Counter[str] = Counter()
        # an attacker with many ids gets no more lines than one with few
        self._seldom = Seldom(clock, MAX_REMEMBERED)
        self.refused = 0

    @property
    def unknown_ids(self) -> dict[str, int]:
        """The latest ids that are not configured, and how often each knocked."""
        return dict(self._unknown)

    def failures(self, station_id: str) -> int:
        """Return how often a configured station failed to prove itself."""
        return self._failures[station_id]

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return the refusal, or None to let the station in."""
        station_id = station_id_of(request.path)
        station = self._find(station_id)
        if station is None and not station_id:
            self.refused += 1  # a browser or a port scan
            return connection.respond(HTTPStatus.NOT_FOUND, "The charge point's id is missing\n")
        if station is None:
            self._count_unknown(station_id)
            self._report(connection, station_id, "no charger with this id is set up")
            return connection.respond(HTTPStatus.NOT_FOUND, "Unknown charge point\n")
        if not is_authorised(station, _single(request.headers, "Authorization")):
            self._failures[station_id] += 1
            self._report(connection, station_id, "its password is wrong or missing")
            response = connection.respond(HTTPStatus.UNAUTHORIZED, "Wrong credentials\n")
            response.headers["WWW-Authenticate"] = build_www_authenticate_basic("ocpp")
            return response
        return None

    def _count_unknown(self, station_id: str) -> None:
        name = clean_text(station_id) or ""
        self._unknown[name] = self._unknown.pop(name, 0) + 1
        if len(self._unknown) > MAX_REMEMBERED:
            self._unknown.popitem(last=False)

    def _report(self, connection: ServerConnection, station_id: str, why: str) -> None:
        self.refused += 1
        name = clean_text(station_id) or ""
        _LOGGER.log(
            self._seldom.level(name),
            "Refused the charger '%s' from %s: %s; further tries are logged every %d min",
            name,
            _address(connection),
            why,
            SILENCE_S // 60,
        )


def _single(headers: Headers, name: str) -> str | None:
    values = headers.get_all(name)
    return values[0] if len(values) == 1 else None


def _address(connection: ServerConnection) -> str:
    peer = connection.remote_address
    return str(peer[0]) if isinstance(peer, tuple) and peer else "an unknown address"
