"""A central system and chargers, on a real loopback socket with clocks that a test owns."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
import logging
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import Action
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.loadstar.ocpp import (
    CentralSystem,
    ConnectorConfig,
    ConnectorState,
    QuirkTable,
    StationConfig,
    Timing,
)
from custom_components.loadstar.ocpp.connector import StationConnector

KEY = "sixteen-byte-key"
GARAGE = StationConfig(station_id="garage", password=KEY)
FAST = Timing(
    tick_s=0.01,
    close_timeout_s=0.3,
    open_timeout_s=0.5,
    takeover_ping_s=0.2,
    call_timeout_s=1.0,
    boot_wait_s=0.05,
    refusal_delays_s=(0.0,),
    certificate_check_s=0.02,
    key_reconnect_s=0.02,
)


class Now:
    """Both clocks of the central system."""

    def __init__(self) -> None:
        """Begin at some instant."""
        self.start = datetime(2027, 1, 15, 8, tzinfo=UTC)
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Return seconds."""
        return self.seconds

    def utc(self) -> datetime:
        """Return the time of day."""
        return self.start + timedelta(seconds=self.seconds)

    def iso(self, offset_s: float = 0.0) -> str:
        """Return the time of a clock that is ``offset_s`` ahead."""
        return (self.utc() + timedelta(seconds=offset_s)).strftime("%Y-%m-%dT%H:%M:%SZ")


class MemoryStorage:
    """What survives a restart, as JSON like on disk."""

    def __init__(self) -> None:
        """Begin empty."""
        self.stations: dict[str, str] = {}

    def load(self, station_id: str) -> dict[str, Any]:
        """Return what was saved for a station."""
        data: dict[str, Any] = json.loads(self.stations.get(station_id, "{}"))
        return data

    def save(self, station_id: str, data: dict[str, Any]) -> None:
        """Keep a station's data."""
        self.stations[station_id] = json.dumps(data)

    async def flush(self) -> None:
        """Memory is as safe as it gets."""


class Site:
    """A central system with one station attached, and what it told its listener."""

    def __init__(self, now: Now, storage: MemoryStorage) -> None:
        """Build the central system; ``start`` lets it listen."""
        self.now = now
        self.storage = storage
        self.timing = FAST
        self.quirks = QuirkTable()
        self.port = 0
        self.heard: list[tuple[str, int]] = []
        self.central = self.build()

    def build(self) -> CentralSystem:
        """Build a central system, as after a restart."""
        self.central = CentralSystem(
            "127.0.0.1",
            self.port,
            self.storage,
            clock=self.now.monotonic,
            utcnow=self.now.utc,
            timing=self.timing,
            quirks=self.quirks,
        )
        return self.central

    async def start(self, timing: Timing | None = None) -> None:
        """Listen with the garage attached."""
        if timing is not None:
            self.timing = timing
            self.build()
        await self.central.start()
        self.port = self.central.port
        self.attach()

    def attach(
        self, station: StationConfig = GARAGE, *connectors: ConnectorConfig, **changes: Any
    ) -> None:
        """Attach a station with one connector, changed as told."""
        wired = connectors or (replace(ConnectorConfig(), **changes),)
        self.central.attach(station, wired, lambda *which: self.heard.append(which))

    async def restart(self) -> None:
        """Stop, and start anew on what was stored."""
        await self.central.stop()
        self.build()
        await self.start()

    def connector(self, station_id: str = "garage", connector_id: int = 1) -> StationConnector:
        """Return a connector."""
        return self.central.connector(station_id, connector_id)

    @property
    def state(self) -> ConnectorState:
        """What is known of the garage's connector."""
        return self.connector().state

    @property
    def transaction_id(self) -> int | None:
        """The garage's transaction."""
        return self.state.transaction_id

    def url(self, station_id: str = "garage") -> str:
        """Return where a charger dials."""
        return f"ws://127.0.0.1:{self.central.port}/{station_id}"


class LibraryCharger(ChargePoint):
    """A charger made of the library's client, which validates all that it is sent."""

    def __init__(self, station_id: str, connection: ClientConnection) -> None:
        """Talk over ``connection``."""
        super().__init__(station_id, connection, response_timeout=2)
        self.socket = connection
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.configuration: dict[str, str] = {}
        self.profile_answers: dict[str, str] = {}  # purpose → status
        self.judge: Callable[[dict[str, Any]], str] | None = None  # SetChargingProfile → status
        self.foreign = False  # whether there is something to clear that was not set here
        self.schedule: dict[str, Any] | None = None  # the answer to GetCompositeSchedule
        self.refused_values: set[str] = set()
        self.one_key_at_a_time = False
        self.gated = "TxProfile"  # the purpose that is answered while the gate is set
        self.gate = asyncio.Event()
        self.gate.set()
        self._answering: set[asyncio.Task[None]] = set()

    async def route_message(self, raw_msg: Any) -> None:
        """Answer beside reading: the library reads nothing while a handler waits."""
        task = asyncio.create_task(super().route_message(raw_msg))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def leave(self) -> None:
        """Give up what is still to be answered."""
        for task in list(self._answering):
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def sent(self, action: str) -> list[dict[str, Any]]:
        """Return every payload received for an action."""
        return [payload for name, payload in self.received if name == action]

    def profiles(self, purpose: str) -> list[dict[str, Any]]:
        """Return every charging profile received for a purpose."""
        return [
            payload["cs_charging_profiles"]
            for payload in self.sent("SetChargingProfile")
            if payload["cs_charging_profiles"]["charging_profile_purpose"] == purpose
        ]

    def cleared_ids(self) -> list[int]:
        """Return the id of every profile that was to be cleared by it."""
        return [payload["id"] for payload in self.sent("ClearChargingProfile") if "id" in payload]

    def _note(self, action: str, payload: dict[str, Any]) -> None:
        self.received.append((action, payload))

    @on(Action.get_configuration)
    def on_get_configuration(self, **payload: Any) -> Any:
        """Tell what is asked for."""
        self._note("GetConfiguration", payload)
        keys = payload.get("key", [])
        if self.one_key_at_a_time and len(keys) > 1:
            raise ValueError(keys)
        return call_result.GetConfiguration(
            configuration_key=[
                {"key": key, "readonly": False, "value": self.configuration[key]}
                for key in keys
                if key in self.configuration
            ],
            unknown_key=[key for key in keys if key not in self.configuration],
        )

    @on(Action.change_configuration)
    def on_change_configuration(self, **payload: Any) -> Any:
        """Take a value that is not refused."""
        self._note("ChangeConfiguration", payload)
        refused = payload["value"] in self.refused_values
        return call_result.ChangeConfiguration(status="Rejected" if refused else "Accepted")

    @on(Action.set_charging_profile)
    async def on_set_charging_profile(self, **payload: Any) -> Any:
        """Answer by purpose."""
        self._note("SetChargingProfile", payload)
        purpose = payload["cs_charging_profiles"]["charging_profile_purpose"]
        if purpose == self.gated:
            await self.gate.wait()
        if self.judge is not None:
            return call_result.SetChargingProfile(status=self.judge(payload))
        return call_result.SetChargingProfile(status=self.profile_answers.get(purpose, "Accepted"))

    @on(Action.clear_charging_profile)
    def on_clear_charging_profile(self, **payload: Any) -> Any:
        """Forget a profile."""
        self._note("ClearChargingProfile", payload)
        known = self.foreign or "id" in payload
        return call_result.ClearChargingProfile(status="Accepted" if known else "Unknown")

    @on(Action.get_composite_schedule)
    def on_get_composite_schedule(self, **payload: Any) -> Any:
        """Say what is scheduled, if anything."""
        self._note("GetCompositeSchedule", payload)
        return call_result.GetCompositeSchedule(**self.schedule or {"status": "Rejected"})

    @on(Action.trigger_message)
    def on_trigger_message(self, **payload: Any) -> Any:
        """Take note; the test sends what it wants."""
        self._note("TriggerMessage", payload)
        return call_result.TriggerMessage(status="Accepted")

    @on(Action.remote_start_transaction)
    def on_remote_start(self, **payload: Any) -> Any:
        """Accept."""
        self._note("RemoteStartTransaction", payload)
        return call_result.RemoteStartTransaction(status="Accepted")

    @on(Action.remote_stop_transaction)
    def on_remote_stop(self, **payload: Any) -> Any:
        """Accept."""
        self._note("RemoteStopTransaction", payload)
        return call_result.RemoteStopTransaction(status="Accepted")

    async def ask(self, request: Any) -> Any:
        """Send a request; an error for an answer is raised."""
        return await self.call(request, suppress=False)

    async def boot(self, model: str = "One", vendor: str = "Acme", **fields: Any) -> Any:
        """Send a BootNotification."""
        return await self.ask(
            call.BootNotification(charge_point_model=model, charge_point_vendor=vendor, **fields)
        )

    async def status(self, status: str, connector_id: int = 1, **fields: Any) -> Any:
        """Send a StatusNotification."""
        return await self.ask(
            call.StatusNotification(
                connector_id=connector_id, error_code="NoError", status=status, **fields
            )
        )

    async def begin(self, now: Now, connector_id: int = 1, meter_start: int = 1000) -> int:
        """Begin a transaction and charge; return its id."""
        answer = await self.ask(
            call.StartTransaction(
                connector_id=connector_id,
                id_tag="tag",
                meter_start=meter_start,
                timestamp=now.iso(),
            )
        )
        await self.status("Charging", connector_id)
        transaction_id: int = answer.transaction_id
        return transaction_id

    async def end(self, now: Now, transaction_id: int, meter_stop: int = 3000) -> Any:
        """End a transaction."""
        return await self.ask(
            call.StopTransaction(
                meter_stop=meter_stop, timestamp=now.iso(), transaction_id=transaction_id
            )
        )

    async def measure(
        self, now: Now, *samples: dict[str, str], connector_id: int = 1, **fields: Any
    ) -> Any:
        """Send meter values."""
        value = {"timestamp": now.iso(), "sampled_value": list(samples)}
        return await self.ask(
            call.MeterValues(connector_id=connector_id, meter_value=[value], **fields)
        )


def basic(user: str, key: str | bytes) -> dict[str, str]:
    """Return the header of HTTP Basic."""
    password = key.encode() if isinstance(key, str) else key
    return {"Authorization": f"Basic {b64encode(user.encode() + b':' + password).decode()}"}


@contextlib.asynccontextmanager
async def dialled(
    site: Site,
    station_id: str = "garage",
    *,
    key: str | None = KEY,
    subprotocols: Sequence[str] = ("ocpp1.6",),
) -> AsyncIterator[ClientConnection]:
    """Open a raw connection."""
    async with connect(
        site.url(station_id),
        additional_headers=basic(station_id, key) if key is not None else {},
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        close_timeout=0.2,
        proxy=None,
    ) as connection:
        yield connection


@contextlib.asynccontextmanager
async def charger(
    site: Site, station_id: str = "garage", *, key: str | None = KEY, **traits: Any
) -> AsyncIterator[LibraryCharger]:
    """Connect a charger with the given traits."""
    async with dialled(site, station_id, key=key) as connection:
        client = LibraryCharger(station_id, connection)
        for name, value in traits.items():
            setattr(client, name, value)
        task = asyncio.create_task(client.start())
        try:
            yield client
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                await task
            await client.leave()


async def eventually(condition: Callable[[], object]) -> None:
    """Wait, bounded, until something holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  it may be about anything
            await asyncio.sleep(0.005)


async def booted(client: LibraryCharger) -> None:
    """Boot a charger and wait until it is set up."""
    await client.boot()
    await eventually(
        lambda: any(
            payload["requested_message"] == "StatusNotification"
            for payload in client.sent("TriggerMessage")
        )
    )


async def climbs(site: Site, until: Callable[[], object], within_s: float = 20.0) -> None:
    """Let time go by, second by second, until something holds."""
    began = site.now.seconds
    while not until():
        assert site.now.seconds - began < within_s, "the ladder takes too long"
        site.now.seconds += 1.0
        await asyncio.sleep(0.04)


async def hold(site: Site, current: float = 10.0) -> None:
    """Have the charger held, as long as it may take."""
    await site.connector().async_set_current(current)
    await climbs(site, lambda: site.state.accepted_current == current)


@pytest.fixture
def now() -> Now:
    """Own the clocks."""
    return Now()


@pytest.fixture
def storage() -> MemoryStorage:
    """Keep what survives."""
    return MemoryStorage()


@pytest.fixture
async def site(
    socket_enabled: None,  # noqa: ARG001  its effect is wanted
    now: Now,
    storage: MemoryStorage,
) -> AsyncIterator[Site]:
    """Build a site that the test starts, and stop it afterwards."""
    home = Site(now, storage)
    yield home
    await home.central.stop()


@pytest.fixture(autouse=True)
def calm(caplog: pytest.LogCaptureFixture) -> Any:
    """Fail a test that leaves an error or a traceback in Loadstar's log."""
    caplog.set_level(logging.INFO, "custom_components.loadstar")
    yield
    for record in caplog.get_records("call"):
        if record.name.startswith(("custom_components.loadstar", "asyncio", "websockets")):
            assert record.levelno < logging.ERROR, record.getMessage()
            assert record.exc_info is None, record.getMessage()
