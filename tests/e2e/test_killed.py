"""Home Assistant is killed at any moment of a session: nothing is lost, and nothing runs away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
import contextlib
import os
from pathlib import Path
import random
from typing import Any

import aiohttp
from loadstar_engine.simulation import Car, CarConfig
import pytest

from simulated_home.hass_process import HassError
from tests.e2e.home import BREAKER_A, PATIENCE_S, Home, until, until_is
from tests.e2e.node_charger import NodeCharger

KILLS = int(os.environ.get("LOADSTAR_KILLS", "20"))
LIFE_S = 130.0  # a set-point's, and a little more
FALLBACK_A = 6.0
LATE_WH = 40.0  # what flows between two meter values
CAR = Car(CarConfig(phases=3, reaction_s=0.5))


class Garage:
    """The charger that Home Assistant is killed over."""

    def __init__(self, home: Home) -> None:
        """Begin with the session that the home begins with."""
        assert isinstance(home.garage, NodeCharger)  # it boots at every connection
        self.home = home
        self.charger = home.garage
        self.session_start_wh = 0.0
        self._mode = self._stop = ""  # entities

    async def start(self) -> None:
        """Start the home."""
        await self.home.start()
        await until(lambda: self.charger.state()["connected"])
        self._mode = await self.home.entity("select", "charging_mode", "garage")
        self._stop = await self.home.entity("button", "stop_session", "garage")

    @property
    def transaction_id(self) -> int | None:
        """The charger's."""
        running: int | None = self.charger.state()["transaction_id"]
        return running

    async def is_held(self) -> bool:
        """Whether Loadstar has given its session a current."""
        return (await self.home.connector("garage"))["accepted_current"] is not None

    async def connect(self) -> None:
        """Connect and boot anew, after which the set-point is sent again."""
        self.charger.drop()

    async def begin(self) -> None:
        """End the session and plug the car in again."""
        self.charger.unplug()
        await until(lambda: self.charger.state()["status"] == "Available")
        self.session_start_wh = self.charger.state()["energy_wh"]
        self.charger.plug(CAR)

    async def choose(self) -> None:
        """Choose another mode, and so another current."""
        wanted = "standard" if self.charger.state()["limit_a"] <= FALLBACK_A else "eco"
        with contextlib.suppress(aiohttp.ClientError):
            await self.home.client.call_service(
                "select.select_option", entity_id=self._mode, option=wanted
            )

    async def end(self) -> None:
        """Have the session ended; the answer may not arrive any more."""
        with contextlib.suppress(aiohttp.ClientError):
            await self.home.client.call_service("button.press", entity_id=self._stop)


# What is going on when Home Assistant is killed, and how long that takes at most.
MOMENTS: Mapping[str, tuple[Callable[[Garage], Coroutine[Any, Any, None]], float]] = {
    "boot": (Garage.connect, 1.0),
    "start": (Garage.begin, 1.5),
    "set-point": (Garage.choose, 1.0),
    "renewal": (Garage.connect, 3.0),
    "stop": (Garage.end, 1.0),
}


@pytest.fixture
async def garage(tmp_path: Path) -> AsyncIterator[Garage]:
    """Return a charger whose car charges."""
    garage = Garage(Home(tmp_path, "ocpp-rpc"))
    try:
        await garage.start()
        yield garage
    finally:
        await garage.home.stop()


async def test_a_session_survives_whenever_home_assistant_is_killed(garage: Garage) -> None:
    chance = random.Random("moments")
    moments = [name for _ in range(0, KILLS, len(MOMENTS)) for name in MOMENTS]
    chance.shuffle(moments)
    for moment in moments:
        bring_about, within_s = MOMENTS[moment]
        await let_charge(garage)
        before = garage.transaction_id
        await kill(garage, bring_about(garage), after_s=chance.uniform(0.0, within_s))
        if moment not in ("start", "stop"):
            assert garage.transaction_id == before
        await garage.home.restart()
        await until_known(garage)
    assert garage.home.log_faults() == []
    assert garage.home.complaints() == []


async def let_charge(garage: Garage) -> None:
    """Wait until the session is under control; begin one where there is none."""
    if garage.transaction_id is None:
        await garage.begin()
    await until(lambda: garage.charger.evse.current_a >= FALLBACK_A)
    await until_is(wanted=True, ask=garage.is_held)


async def kill(garage: Garage, doing: Coroutine[Any, Any, None], after_s: float) -> None:
    """Kill Home Assistant while it does something; the charger has to find its fallback."""
    done = asyncio.create_task(doing)
    await asyncio.sleep(after_s)
    await garage.home.crash()
    await done
    garage.charger.clock.skip(LIFE_S)
    await until(lambda: garage.charger.state()["limit_a"] <= FALLBACK_A, patience_s=5)
    await until(lambda: garage.charger.evse.current_a <= FALLBACK_A, patience_s=5)
    assert max(garage.home.grid_a()) <= BREAKER_A


async def until_known(garage: Garage) -> None:
    """Wait until Loadstar knows what the charger knows: the transaction, and all of its energy."""
    known: Mapping[str, Any] = {}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while not agrees(garage, known):
                await asyncio.sleep(0.3)
                with contextlib.suppress(HassError):  # it has not been set up yet
                    known = await garage.home.connector("garage")
    assert agrees(garage, known), (garage.charger.state(), garage.session_start_wh, known)


def agrees(garage: Garage, known: Mapping[str, Any]) -> bool:
    """Return whether the charger and Loadstar tell of the same session."""
    if not known.get("connected") or known["transaction_id"] != garage.transaction_id:
        return False
    if garage.transaction_id is None:
        return True
    session_wh: float = garage.charger.state()["energy_wh"] - garage.session_start_wh
    told_wh: float = 1000 * known["session_energy_kwh"]
    return abs(told_wh - session_wh) <= LATE_WH
