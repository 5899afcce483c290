"""How a target becomes commands to an OCPP connector."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.actuators.ocpp_charger import OcppActuator
from custom_components.loadstar.engine.models import ChargerTarget, Reason, ReasonCode, Remedy
from custom_components.loadstar.ocpp.types import ConnectorState

CHARGING = ConnectorState(connected=True, status="Charging", transaction_id=7)
WAITING = ConnectorState(connected=True, status="Preparing")


class FakeConnector:
    """A connector that answers when it is told to."""

    def __init__(self, state: ConnectorState) -> None:
        self.state = state
        self.sent: list[float] = []
        self.asked: list[str] = []
        self.starts = 0
        self.takes = True
        self.gate = asyncio.Event()
        self.gate.set()

    async def async_set_current(self, current: float) -> bool:
        self.sent.append(current)
        await self.gate.wait()
        if self.takes:
            self.state = replace(self.state, accepted_current=current)
        return self.takes

    async def async_start(self, id_tag: str) -> bool:
        assert id_tag == "loadstar"
        self.starts += 1
        return True

    async def async_stop(self) -> bool:
        self.asked.append("stop")
        return self.takes

    async def async_set_available(self, *, available: bool) -> bool:
        self.asked.append("in service" if available else "out of service")
        return self.takes

    async def async_disconnect(self, away_s: float) -> None:
        raise NotImplementedError

    def restart_proof(self) -> None:
        raise NotImplementedError


class Rig:
    """An actuator with a clock and tasks in the test's hands."""

    def __init__(self, state: ConnectorState) -> None:
        self.now = 1000.0
        self.connector = FakeConnector(state)
        self.tasks: list[asyncio.Task[None]] = []
        self.actuator = OcppActuator(self.connector, self.spawn, lambda: self.now)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    def apply(
        self, current: float, *, start_wanted: bool = False, remedy: Remedy = Remedy.NONE
    ) -> None:
        self.actuator.apply(
            ChargerTarget(
                charger_id="garage",
                current=current,
                reason=Reason(ReasonCode.FULL),
                start_wanted=start_wanted,
                remedy=remedy,
            )
        )

    async def remedy(self, remedy: Remedy, after: float = 2.0, **changes: Any) -> list[str]:
        """Apply a remedy some seconds later; return what the charger was asked for."""
        self.now += after
        self.connector.state = replace(self.connector.state, **changes)
        self.connector.asked.clear()
        self.apply(0.0, remedy=remedy, start_wanted=True)
        await self.settle()
        return list(self.connector.asked)

    async def settle(self) -> None:
        await asyncio.gather(*self.tasks)


async def test_a_target_is_sent_once() -> None:
    rig = Rig(CHARGING)
    rig.apply(10.0)
    await rig.settle()
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == [10.0]


async def test_while_one_is_on_its_way_only_the_newest_waits() -> None:
    rig = Rig(CHARGING)
    rig.connector.gate.clear()
    rig.apply(16.0)
    await asyncio.sleep(0)
    for current in (15.0, 14.0, 6.0):
        rig.apply(current)
    rig.connector.gate.set()
    await rig.settle()
    assert rig.connector.sent == [16.0, 6.0]


async def test_a_wish_that_was_not_answered_is_taken_back() -> None:
    rig = Rig(CHARGING)
    rig.apply(10.0)
    await rig.settle()
    rig.connector.takes = False
    rig.apply(16.0)
    await rig.settle()
    rig.connector.takes = True
    rig.apply(10.0)
    await rig.settle()
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == [10.0, 16.0, 10.0], "16 A would be sent again by itself"


async def test_a_refused_set_point_is_tried_again_later_and_a_new_one_at_once() -> None:
    rig = Rig(CHARGING)
    rig.connector.takes = False
    rig.apply(10.0)
    await rig.settle()
    rig.now += 14.0
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == [10.0]
    rig.apply(8.0)
    await rig.settle()
    rig.now += 15.0
    rig.apply(8.0)
    await rig.settle()
    assert rig.connector.sent == [10.0, 8.0, 8.0]


@pytest.mark.parametrize(
    "state", [replace(CHARGING, connected=False), WAITING, ConnectorState(connected=True)]
)
async def test_nothing_is_sent_outside_a_transaction(state: ConnectorState) -> None:
    rig = Rig(state)
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == []
    assert rig.connector.starts == 0


async def test_a_waiting_car_is_started_once_a_minute() -> None:
    rig = Rig(WAITING)
    for _ in range(2):
        rig.apply(6.0, start_wanted=True)
        await rig.settle()
    assert rig.connector.starts == 1
    rig.now += 60.0
    rig.apply(6.0, start_wanted=True)
    await rig.settle()
    assert rig.connector.starts == 2


async def test_a_new_transaction_gets_the_set_point_again() -> None:
    rig = Rig(CHARGING)
    rig.apply(10.0)
    await rig.settle()
    rig.connector.state = replace(CHARGING, transaction_id=8, accepted_current=None)
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == [10.0, 10.0]


async def test_a_refusal_in_one_session_does_not_delay_the_next() -> None:
    rig = Rig(CHARGING)
    rig.connector.takes = False
    rig.apply(10.0)
    await rig.settle()
    rig.connector.state = replace(CHARGING, transaction_id=8)
    rig.apply(10.0)
    await rig.settle()
    assert rig.connector.sent == [10.0, 10.0]


async def test_a_charger_that_is_to_pause_is_told_0_ampere_and_nothing_else() -> None:
    rig = Rig(CHARGING)
    rig.apply(10.0, remedy=Remedy.PAUSE)
    await rig.settle()
    assert rig.connector.sent == [0.0]
    assert rig.connector.asked == []


async def test_a_session_is_ended_again_each_minute_until_it_has_ended() -> None:
    rig = Rig(CHARGING)
    assert await rig.remedy(Remedy.END_SESSION) == ["stop"]
    assert rig.connector.sent == [0.0], "meanwhile it is told 0 A"
    assert await rig.remedy(Remedy.END_SESSION, after=30.0) == []
    rig.connector.takes = False
    assert await rig.remedy(Remedy.END_SESSION, after=30.0) == ["stop"]
    assert await rig.remedy(Remedy.END_SESSION, after=60.0, transaction_id=None) == []


async def test_a_charger_goes_out_of_service_before_its_session_is_ended() -> None:
    rig = Rig(CHARGING)
    asked = await rig.remedy(Remedy.OUT_OF_SERVICE)
    assert asked == ["out of service", "stop"]
    assert await rig.remedy(Remedy.OUT_OF_SERVICE, after=30.0) == []
    asked = await rig.remedy(Remedy.OUT_OF_SERVICE, after=30.0)
    assert asked == ["out of service", "stop"], "it has not been seen to do either"


async def test_a_charger_that_shows_that_it_is_out_of_service_is_left_alone() -> None:
    rig = Rig(CHARGING)
    await rig.remedy(Remedy.OUT_OF_SERVICE)
    gone = {"status": "Unavailable", "transaction_id": None}
    assert await rig.remedy(Remedy.OUT_OF_SERVICE, after=600.0, **gone) == []
    assert await rig.remedy(Remedy.OUT_OF_SERVICE, status="Available") == ["out of service"]


@pytest.mark.parametrize("remedy", [Remedy.PAUSE, Remedy.END_SESSION, Remedy.OUT_OF_SERVICE])
async def test_no_session_is_started_against_a_remedy(remedy: Remedy) -> None:
    rig = Rig(WAITING)
    await rig.remedy(remedy)
    assert rig.connector.starts == 0


@pytest.mark.parametrize("remedy", [Remedy.END_SESSION, Remedy.OUT_OF_SERVICE])
async def test_a_charger_that_is_away_is_asked_for_nothing(remedy: Remedy) -> None:
    rig = Rig(replace(CHARGING, connected=False))
    assert await rig.remedy(remedy) == []
    assert await rig.remedy(remedy, connected=True) != []
