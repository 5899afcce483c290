"""A station is connected through one connection at a time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from custom_components.loadstar.ocpp.context import Context
from custom_components.loadstar.ocpp.seldom import Seldom
from custom_components.loadstar.ocpp.station import Station
from custom_components.loadstar.ocpp.timing import Timing
from custom_components.loadstar.ocpp.transaction_ids import TransactionIds
from custom_components.loadstar.ocpp.types import ConnectorConfig, StationConfig


class Forgetful:
    """A store that keeps nothing."""

    def load(self, _station_id: str) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def save(self, _station_id: str, _data: dict[str, Any]) -> None:
        """Forget."""

    async def flush(self) -> None:
        """Have nothing to write."""


class DeadChargePoint:
    """As much of a connection as a station needs to end it: it answers nothing."""

    version = "1.6"
    encrypted = False

    def __init__(self, cut: Callable[[], object]) -> None:
        """Call ``cut`` at the end."""
        self._cut = cut
        self.ended = asyncio.Event()

    async def run(self) -> None:
        """Last until cut."""
        await self.ended.wait()

    async def alive(self, timeout_s: float) -> bool:
        """Return that nobody answers."""
        return timeout_s < 0

    def abort(self) -> None:
        """End."""
        self.ended.set()
        self._cut()

    async def close(self, _reason: str) -> None:
        """End."""
        self.ended.set()


def dead_connection(cut: Callable[[], object] = lambda: None) -> Any:
    """Return a connection that ends when it is cut."""
    return DeadChargePoint(cut)


def make_station() -> Station:
    """Return a station that nobody has connected to."""
    context = Context(
        storage=Forgetful(),
        clock=lambda: 0.0,
        utcnow=lambda: datetime(2027, 1, 15, tzinfo=UTC),
        timing=Timing(),
        transaction_ids=TransactionIds(lambda: datetime(2027, 1, 15, tzinfo=UTC)),
        seldom=Seldom(lambda: 0.0),
    )
    return Station(StationConfig(station_id="garage"), context)


async def test_of_two_connections_that_wait_for_a_dead_one_the_first_to_come_is_served() -> None:
    station = make_station()
    quick = dead_connection()
    tasks: list[asyncio.Task[None]] = []
    dead = dead_connection(
        cut=lambda: tasks.append(asyncio.create_task(station.serve(quick, proved=True)))
    )
    tasks.append(asyncio.create_task(station.serve(dead, proved=True)))
    await asyncio.sleep(0)
    assert not await station.admit(proved=True)
    assert station.info(0).connections == 2
    quick.ended.set()
    await asyncio.gather(*tasks)
    assert await station.admit(proved=True)


async def test_a_connection_that_waits_while_the_station_is_handed_back_is_not_served() -> None:
    station = make_station()
    handing_back: list[asyncio.Task[None]] = []
    dead = dead_connection(
        cut=lambda: handing_back.append(asyncio.create_task(station.hand_back()))
    )
    serving = asyncio.create_task(station.serve(dead, proved=True))
    await asyncio.sleep(0)
    assert not await station.admit(proved=True)
    await asyncio.gather(serving, *handing_back)
    assert not await station.admit(proved=True)


async def test_a_connection_that_came_before_the_station_was_sent_away_is_not_served() -> None:
    station = make_station()
    serving = asyncio.create_task(station.serve(dead_connection(), proved=True))
    await asyncio.sleep(0)
    await station.send_away(130.0)
    await serving
    assert station.is_sent_away
    assert not await station.admit(proved=True)


async def test_a_connector_that_is_not_connected_is_sent_no_fallback() -> None:
    station = make_station()
    station.attach(station.config, [ConnectorConfig()], lambda *_: None)
    await station.connectors[1].install_fallback()
    assert not station.connectors[1].state.fallback_installed
