"""A whole charger that lives by itself: physics, logic and connection."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from loadstar_engine.simulation import Car, Evse, EvseConfig
from websockets.asyncio.client import connect

from .clock import Clock
from .connection import Connection, Dial
from .station import Station, StationConfig
from .variants import VARIANTS

_MAX_STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerConfig:
    """Where a charger dials and how it is built."""

    url: str
    station: StationConfig
    password: str | None = None
    evse: EvseConfig = field(default_factory=lambda: EvseConfig(evse_id="evse"))
    tick_s: float = 0.2  # real seconds between two steps
    variant: str = "obedient"  # one of VARIANTS
    dial: Dial = connect  # how it opens its websocket


class Charger:
    """A charger that steps its own physics by its own clock."""

    def __init__(self, config: ChargerConfig, clock: Clock | None = None) -> None:
        """Begin unplugged and offline."""
        self._tick_s = config.tick_s
        self.clock = clock or Clock()
        self.evse = Evse(config.evse)
        self.station = Station(self.evse, config.station, self.clock, VARIANTS[config.variant])
        self.connection = Connection(self.station, config.url, config.password, dial=config.dial)
        self._stepped_to = self.clock.now()

    def plug(self, car: Car) -> None:
        """Plug a car in."""
        self.evse.plug(car)

    def unplug(self) -> None:
        """Pull the plug."""
        self.evse.unplug()

    def advance(self) -> None:
        """Catch up with the clock, in steps small enough for every expiry to show."""
        now = self.clock.now()
        while self._stepped_to < now:
            step_s = min(_MAX_STEP_S, now - self._stepped_to)
            self._stepped_to += step_s
            self.evse.step(step_s)
            self.station.advance(self._stepped_to)

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.connection.run())
            tasks.create_task(self._step_forever())

    async def _step_forever(self) -> None:
        while True:
            self.advance()
            await asyncio.sleep(self._tick_s)

    def state(self) -> dict[str, Any]:
        """Return what a test or a person wants to see of it."""
        station = self.station
        return {
            "connected": station.outbox.online,
            "connections": self.connection.connections,
            "refused": self.connection.refused,
            "status": station.status.value,
            "transaction_id": station.transaction.transaction_id if station.transaction else None,
            "limit_a": round(station.limit_a(self.clock.now()), 2),
            "offered_a": round(self.evse.offered_a, 2),
            "currents_a": [round(current, 2) for current in self.evse.currents_a],
            "soc_percent": round(self.evse.car.soc_percent, 2) if self.evse.car else None,
            "energy_wh": round(self.evse.energy_wh),
            "profile_writes": station.profiles.writes,
        }
