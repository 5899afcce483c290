"""After an outage every charger of a large site comes back at the same instant."""

import asyncio
from collections.abc import AsyncIterator

from loadstar_engine.simulation import Car, CarConfig, EvseConfig
import pytest

from custom_components.loadstar.ocpp import (
    CentralSystem,
    ConnectorConfig,
    ConnectorState,
    StationConfig,
)
from simulated_home.charger import Charger, ChargerConfig
from simulated_home.charger import StationConfig as SimulatedStationConfig

from .conftest import KEY, MemoryStorage

STATIONS = tuple(f"charger-{number}" for number in range(100))
SETTLED_WITHIN_S = 30.0


class Street:
    """A central system by real clocks, and a hundred simulated chargers that dial it."""

    def __init__(self) -> None:
        """Build the central system; ``start`` lets it listen."""
        self._storage = MemoryStorage()
        self.central = CentralSystem("127.0.0.1", 0, self._storage)
        self.chargers: dict[str, Charger] = {}
        self._lives: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start everything, with a car at each charger."""
        await self._listen()
        for name in STATIONS:
            self.chargers[name] = charger = Charger(
                ChargerConfig(
                    url=f"ws://127.0.0.1:{self.central.port}",
                    password=KEY,
                    station=SimulatedStationConfig(station_id=name),
                    evse=EvseConfig(evse_id=name),
                    tick_s=1.0,
                )
            )
            charger.plug(Car(CarConfig()))
            self._lives.append(asyncio.create_task(charger.run()))

    async def restart(self) -> None:
        """End the central system, and start another on the same port with what was stored."""
        port = self.central.port
        await self.central.stop()
        self.central = CentralSystem("127.0.0.1", port, self._storage)
        await self._listen()

    async def stop(self) -> None:
        """End everything."""
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        await self.central.stop()

    @property
    def states(self) -> dict[str, ConnectorState]:
        """What is known of each charger."""
        return {name: self.central.connector(name, 1).state for name in STATIONS}

    async def settle(self) -> None:
        """Wait until each charges under its fallback; raise TimeoutError."""
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while not all(map(_is_settled, self.states.values())):  # noqa: ASYNC110  a hundred states
                await asyncio.sleep(0.1)

    async def _listen(self) -> None:
        await self.central.start()
        for name in STATIONS:
            self.central.attach(
                StationConfig(station_id=name, password=KEY),
                (ConnectorConfig(),),
                lambda *_: None,
            )


def _is_settled(state: ConnectorState) -> bool:
    return (
        state.fallback_installed and state.transaction_id is not None and state.status == "Charging"
    )


@pytest.fixture
async def street(socket_enabled: None) -> AsyncIterator[Street]:  # noqa: ARG001  its effect is wanted
    """Return a street that the test starts."""
    asyncio.get_running_loop().set_debug(False)  # it would be most of the time taken
    street = Street()
    yield street
    await street.stop()


async def test_a_hundred_chargers_that_come_back_at_once_are_under_control_in_time(
    street: Street,
) -> None:
    await street.start()
    await street.settle()
    before = {name: state.transaction_id for name, state in street.states.items()}
    await street.restart()
    await street.settle()
    assert {name: state.transaction_id for name, state in street.states.items()} == before
    taken = await asyncio.gather(
        *(street.central.connector(name, 1).async_set_current(9) for name in STATIONS)
    )
    assert all(taken)
    assert street.central.refused_handshakes == 0
    assert {info.connections for info in street.central.stations.values()} == {1}
