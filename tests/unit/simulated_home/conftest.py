"""A small central system for simulated chargers to talk to."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
import contextlib
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action
import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from simulated_home.charger.faulty_sockets import GARBAGE

NOW = "2027-01-15T08:00:00Z"


class Session(ChargePoint):
    """One charger's connection; writes down what it says."""

    def __init__(self, central: Central, station_id: str, connection: ServerConnection) -> None:
        """Speak with ``station_id``."""
        super().__init__(station_id, Sieve(central, connection), response_timeout=5)
        self.central = central
        self.socket = connection

    def _note(self, action: str, payload: dict[str, Any]) -> None:
        self.central.said.append((action, payload))

    @on(Action.boot_notification)
    def on_boot(self, **payload: Any) -> Any:
        """Accept at once, or after a refusal that the test asks for."""
        self._note("BootNotification", payload)
        status = self.central.boot_answers.pop(0) if self.central.boot_answers else "Accepted"
        interval = 60 if status == "Accepted" else 0
        return call_result.BootNotification(current_time=NOW, interval=interval, status=status)

    @on(Action.heartbeat)
    def on_heartbeat(self) -> Any:
        """Tell the time."""
        self._note("Heartbeat", {})
        return call_result.Heartbeat(current_time=NOW)

    @on(Action.status_notification)
    def on_status(self, **payload: Any) -> Any:
        """Take note."""
        self._note("StatusNotification", payload)
        return call_result.StatusNotification()

    @on(Action.meter_values)
    def on_meter_values(self, **payload: Any) -> Any:
        """Take note."""
        self._note("MeterValues", payload)
        return call_result.MeterValues()

    @on(Action.start_transaction)
    def on_start(self, **payload: Any) -> Any:
        """Give it a number."""
        self._note("StartTransaction", payload)
        self.central.last_transaction += 1
        return call_result.StartTransaction(
            transaction_id=self.central.last_transaction,
            id_tag_info={"status": self.central.tag_status},
        )

    @on(Action.stop_transaction)
    def on_stop(self, **payload: Any) -> Any:
        """Take note."""
        self._note("StopTransaction", payload)
        return call_result.StopTransaction()


class Sieve:
    """Keeps what nobody could understand from the session."""

    def __init__(self, central: Central, connection: ServerConnection) -> None:
        """Count garbage for ``central``."""
        self._central = central
        self._connection = connection
        self.send = connection.send

    async def recv(self) -> Any:
        """Return the next frame that is none of a babbling charger's."""
        while (frame := await self._connection.recv()) in GARBAGE:
            self._central.garbage += 1
        return frame


class Central:
    """A central system on a port of its own."""

    def __init__(self) -> None:
        """Begin with nobody connected."""
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.sessions: list[Session] = []
        self.handshakes: list[tuple[str, str]] = []
        self.boot_answers: list[str] = []
        self.garbage = 0  # frames
        self.tag_status = "Accepted"
        self.last_transaction = 40
        self.server: Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where chargers dial."""
        return f"ws://127.0.0.1:{self.port}/ocpp"

    @property
    def session(self) -> Session:
        """The newest connection."""
        return self.sessions[-1]

    def heard(self, action: str) -> list[dict[str, Any]]:
        """Return every message of a kind."""
        return [payload for name, payload in self.said if name == action]

    async def listen(self) -> None:
        """Open the port; the same one again after ``hang_up``."""
        self.server = await serve(
            self._talk,
            "127.0.0.1",
            self.port,
            subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a NewType of str
        )
        self.port = next(iter(self.server.sockets)).getsockname()[1]

    async def hang_up(self) -> None:
        """Close the port and every connection."""
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def _talk(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        header = connection.request.headers.get("Authorization", "")
        credentials = b64decode(header.removeprefix("Basic ")).decode()
        self.handshakes.append((connection.request.path, credentials))
        session = Session(self, connection.request.path.rsplit("/", 1)[-1], connection)
        self.sessions.append(session)
        with contextlib.suppress(ConnectionClosed):
            await session.start()


@pytest.fixture
async def central(socket_enabled: None) -> AsyncIterator[Central]:  # noqa: ARG001  its effect is wanted
    """Listen on a free port."""
    system = Central()
    await system.listen()
    yield system
    await system.hang_up()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], Any]:
    """Wait, bounded, until something holds."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110  it may be about anything
                await asyncio.sleep(0.01)

    return wait
