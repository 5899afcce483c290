"""Plans are made at slot boundaries and on request, never two at once, and again after failures."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.loadstar.planning.clock import PlanningClock, next_boundary
from custom_components.loadstar.planning.errors import PlanningError, Problem

JITTER_S = 7.0


class Rig:
    """A clock whose runs are counted, can be held open and be made to fail."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass = hass
        self.freezer = freezer
        self.runs = 0
        self.at_once = 0
        self.error: PlanningError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        entry = MockConfigEntry(domain="loadstar", title="Home")
        self.clock = PlanningClock(hass, entry, self.run, lambda: JITTER_S)

    async def run(self) -> None:
        self.runs += 1
        self.at_once += 1
        assert self.at_once == 1, "two runs at once"
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        if self.error is not None:
            raise self.error

    async def settle(self) -> int:
        """Let everything that is due happen; return how often it has run."""
        await self.hass.async_block_till_done(wait_background_tasks=self.gate.is_set())
        return self.runs

    async def wait(self, seconds: float) -> int:
        """Let time pass; return how often it ran meanwhile."""
        before = self.runs
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass, dt_util.utcnow())
        return await self.settle() - before


@pytest.fixture
def rig(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Iterator[Rig]:
    """Return a clock that has not been started, at 12:01."""
    freezer.move_to("2026-11-20 12:01:00+00:00")
    rig = Rig(hass, freezer)
    yield rig
    rig.clock.stop()


async def test_it_runs_at_once_and_then_a_little_after_every_quarter_of_an_hour(rig: Rig) -> None:
    rig.clock.start()
    assert await rig.settle() == 1
    assert await rig.wait(14 * 60 + 6) == 0, "the boundary is past, the jitter not yet"
    assert await rig.wait(2) == 1
    assert await rig.wait(15 * 60 - 10) == 0
    assert await rig.wait(10) == 1


async def test_wishes_during_a_run_become_one_more_run(rig: Rig) -> None:
    rig.gate.clear()
    rig.clock.start()
    await asyncio.sleep(0)
    for _ in range(5):
        rig.clock.request()
    assert rig.runs == 1
    rig.gate.set()
    assert await rig.settle() == 2


async def test_who_asks_during_a_run_gets_what_begins_afterwards(rig: Rig) -> None:
    rig.gate.clear()
    rig.clock.start()
    await asyncio.sleep(0)
    asked = asyncio.ensure_future(rig.clock.async_run())
    await asyncio.sleep(0)
    rig.gate.set()
    await asked
    assert rig.runs == 2


async def test_failures_are_tried_again_ever_more_seldom(rig: Rig) -> None:
    rig.error = PlanningError(Problem.SOLVER_FAILED, "Home")
    rig.freezer.move_to("2026-11-20 12:00:10+00:00")
    rig.clock.start()
    await rig.settle()
    assert [await rig.wait(seconds) for seconds in (59, 2)] == [0, 1]
    assert [await rig.wait(seconds) for seconds in (118, 3)] == [0, 1]
    assert [await rig.wait(seconds) for seconds in (298, 3)] == [0, 1]
    rig.error = None
    assert await rig.wait(900) == 1, "at the boundary at the latest"
    assert await rig.wait(61) == 0, "a good plan ends the retries"


async def test_who_asks_is_told_of_a_failure_and_the_clock_goes_on(rig: Rig) -> None:
    rig.clock.start()
    await rig.settle()
    rig.error = PlanningError(Problem.PRICES_MISSING, "Home")
    with pytest.raises(PlanningError) as caught:
        await rig.clock.async_run()
    assert caught.value.problem is Problem.PRICES_MISSING
    rig.error = None
    await rig.clock.async_run()
    assert rig.runs == 3


async def test_a_stopped_clock_runs_no_more_and_leaves_nobody_waiting(rig: Rig) -> None:
    rig.clock.start()
    await rig.settle()
    rig.gate.clear()
    asked = asyncio.ensure_future(rig.clock.async_run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rig.clock.stop()
    with pytest.raises(HomeAssistantError, match="entry_not_loaded"):
        await asked
    runs = rig.runs
    rig.clock.request()
    assert await rig.wait(3600) == 0
    assert rig.runs == runs


@pytest.mark.parametrize(
    ("now", "boundary"),
    [
        ("2026-11-20T12:00:00", "2026-11-20T12:15:00"),
        ("2026-11-20T12:14:59.999999", "2026-11-20T12:15:00"),
        ("2026-11-20T23:59:00", "2026-11-21T00:00:00"),
    ],
)
def test_the_next_boundary_is_always_later(now: str, boundary: str) -> None:
    assert next_boundary(datetime.fromisoformat(f"{now}+00:00")) == datetime.fromisoformat(
        f"{boundary}+00:00"
    )
