"""Overloads on purpose: how long a meter's state takes to become a set-point at the chargers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
import time

from simulated_home.hass_client import HassClient
from simulated_home.hass_process import HassError

from .charger import LeanCharger
from .sites import BREAKER_A, PHASES, RATED_A, report

_LEAST_A = 6.0
_QUIET_A = 10.0  # left to each charger while nothing happens
_OVERLOAD_A = 0.5  # left to all of them above the least
_LIMIT_A = BREAKER_A - 1.0  # less the safety margin
_OTHER_PHASES_A = 10.0  # of the household
_PERIOD_S = 3.0
_AFTER_S = 4.0
_PATIENCE_S = 120.0


@dataclass(slots=True)
class Latencies:
    """Seconds from states to set-points, and how many set-points did not come."""

    seconds: list[float]
    missing: int = 0


class MeteredSite:
    """A site whose meter shows a household of ours and what its chargers draw."""

    def __init__(self, client: HassClient, site: int, chargers: Sequence[LeanCharger]) -> None:
        """Leave each charger room for all that it can."""
        self._client = client
        self._site = site
        self._chargers = chargers
        self._available_a = len(self._chargers) * _QUIET_A

    async def live(self) -> None:
        """Report at every period, until cancelled."""
        while True:
            for phase in PHASES:
                await self._report(phase)
            await asyncio.sleep(_PERIOD_S)

    async def settle(self) -> None:
        """Take the household's load away and wait until all chargers are at their most."""
        self._available_a = len(self._chargers) * _QUIET_A
        deadline = time.monotonic() + _PATIENCE_S
        while any(charger.current_a != RATED_A for charger in self._chargers):
            if time.monotonic() > deadline:
                currents = [charger.current_a for charger in self._chargers]
                message = f"site {self._site} did not recover from an overload: {currents} A"
                raise HassError(message)
            await asyncio.sleep(0.2)
        # the meter shows it and the chargers have said so
        await asyncio.sleep(12.0)

    async def overload(self, latencies: Latencies) -> None:
        """Let the household draw what overloads the breaker, and time each charger's cut."""
        self._available_a = len(self._chargers) * _LEAST_A + _OVERLOAD_A
        state = await self._report(PHASES[0])
        changed_at = datetime.fromisoformat(state).timestamp()
        await asyncio.sleep(_AFTER_S)
        for charger in self._chargers:
            arrived = [
                arrival.at
                for arrival in charger.arrivals
                if arrival.limit_a == _LEAST_A
                and arrival.purpose == "TxProfile"
                and arrival.at >= changed_at
            ]
            if arrived:
                latencies.seconds.append(arrived[0] - changed_at)
            else:
                latencies.missing += 1

    async def _report(self, phase: str) -> str:
        """Report a phase and return when its state changed."""
        loaded = phase == PHASES[0]
        household = _LIMIT_A - self._available_a if loaded else _OTHER_PHASES_A
        drawn = sum(charger.current_a for charger in self._chargers)
        state = await report(self._client, self._site, phase, household + drawn)
        return str(state["last_updated"])


async def measure_latency(sites: Sequence[MeteredSite], until: float) -> Latencies:
    """Overload every site at the same moment, again and again until the loop's time ``until``."""
    latencies = Latencies([])
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await asyncio.gather(*(site.settle() for site in sites))
        await asyncio.gather(*(site.overload(latencies) for site in sites))
    return latencies
