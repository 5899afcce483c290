"""A simulated charger, with physics and a profile store of its own, obeys."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib

from loadstar_engine.simulation import Car, CarConfig, EvseConfig
import pytest

from simulated_home.charger import Charger, ChargerConfig, Clock, MeterConfig, StationConfig

from .conftest import KEY, Site, eventually


@contextlib.asynccontextmanager
async def simulated(site: Site) -> AsyncIterator[Charger]:
    """Run a charger with a car of three phases, on the site's clock."""
    living = Charger(
        ChargerConfig(
            url=f"ws://127.0.0.1:{site.central.port}/ocpp",
            password=KEY,
            station=StationConfig(station_id="garage", meter=MeterConfig(noise_a=0.0)),
            evse=EvseConfig(evse_id="garage", reaction_s=0.0),
            tick_s=0.005,
        ),
        Clock(lambda: site.now.utc().timestamp()),
    )
    living.plug(Car(CarConfig(reaction_s=0.0)))
    task = asyncio.create_task(living.run())
    try:
        yield living
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def limit(living: Charger) -> float:
    """Return what the charger's profiles allow now."""
    return living.station.limit_a(living.clock.now())


def is_charging(site: Site) -> Callable[[], bool]:
    """Return whether the transaction is known and the fallback in place."""
    return lambda: site.state.transaction_id is not None and site.state.fallback_installed


async def hold(site: Site, current: float) -> None:
    """Set a current, and wait where the charger does not know its transaction yet."""
    await site.connector().async_set_current(current)
    await pass_time(site, lambda: site.state.accepted_current == current)


async def pass_time(site: Site, until: Callable[[], object]) -> None:
    """Let the seconds go by until something holds."""
    async with asyncio.timeout(5):
        while not until():
            site.now.seconds += 0.2
            await asyncio.sleep(0.01)


async def test_it_follows_set_points_falls_back_by_itself_and_is_taken_over_again(
    site: Site,
) -> None:
    await site.start()
    async with simulated(site) as living:
        await pass_time(site, is_charging(site))
        assert limit(living) == 6.0
        await hold(site, 10.0)
        assert limit(living) == 10.0
        await pass_time(site, lambda: site.state.currents[0] == pytest.approx(10.0, abs=0.2))
        transaction_id = site.state.transaction_id

        await site.central.stop()
        site.now.seconds += 90
        await asyncio.sleep(0.02)
        assert limit(living) == 10.0
        site.now.seconds += 30
        await asyncio.sleep(0.02)
        assert limit(living) == 6.0

        site.build()
        await site.start()
        await eventually(lambda: site.state.connected)
        await pass_time(site, is_charging(site))
        assert site.state.transaction_id == transaction_id
        await hold(site, 13.0)
        assert limit(living) == 13.0


async def test_a_set_point_stays_in_force_while_it_is_renewed(site: Site) -> None:
    await site.start()
    async with simulated(site) as living:
        await pass_time(site, is_charging(site))
        await hold(site, 0.0)
        for _ in range(150):  # seconds; the first set-point alone lives 115 of them
            site.now.seconds += 1
            await asyncio.sleep(0.01)
            assert limit(living) == 0.0
        assert site.state.transaction_id is not None
