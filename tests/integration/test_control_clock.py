"""The control cycle runs soon after a report, never too often and never too seldom."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
import time

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.loadstar.control_clock import ControlClock


class Rig:
    """A clock whose runs are counted, and time in the test's hands."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass = hass
        self.freezer = freezer
        self.runs = 0
        self.clock = ControlClock(hass, self.run, time.monotonic)

    def run(self) -> None:
        self.runs += 1

    async def tick(self) -> int:
        """Let the loop turn once; return how often the cycle has run."""
        await asyncio.sleep(0)
        return self.runs

    def wait(self, seconds: float) -> int:
        """Let time pass; return how often the cycle ran meanwhile."""
        before = self.runs
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass, dt_util.utcnow())
        return self.runs - before


@pytest.fixture
def rig(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Iterator[Rig]:
    """Return a clock that has been started."""
    rig = Rig(hass, freezer)
    rig.clock.start()
    yield rig
    rig.clock.stop()


async def test_without_reports_it_runs_every_ten_seconds(rig: Rig) -> None:
    assert [rig.wait(9.0), rig.wait(1.5), rig.wait(9.0), rig.wait(1.5)] == [0, 1, 0, 1]


async def test_reports_within_two_seconds_make_one_run(rig: Rig) -> None:
    rig.wait(5.0)
    rig.clock.request()
    assert await rig.tick() == 1, "the first one is acted on at once"
    for _ in range(5):
        rig.clock.request()
    assert await rig.tick() == 1
    assert rig.wait(2.0) == 1
    assert rig.wait(2.0) == 0


async def test_an_overload_does_not_wait(rig: Rig) -> None:
    rig.wait(5.0)
    rig.clock.request()
    assert await rig.tick() == 1
    rig.clock.run_soon()
    assert await rig.tick() == 2
    rig.clock.run_now()
    assert rig.runs == 3


async def test_what_is_reported_together_is_decided_on_together(rig: Rig) -> None:
    rig.wait(5.0)
    for _ in range(3):
        rig.clock.request()
        rig.clock.run_soon()
        assert rig.runs == 0, "the other phases may still come"
    assert await rig.tick() == 1
    assert await rig.tick() == 1


async def test_a_run_takes_the_place_of_one_that_is_about_to_come(rig: Rig) -> None:
    rig.wait(5.0)
    rig.clock.run_soon()
    rig.clock.run_now()
    assert await rig.tick() == 1


async def test_after_a_run_by_request_the_ten_seconds_count_anew(rig: Rig) -> None:
    rig.wait(8.0)
    rig.clock.request()
    await rig.tick()
    assert [rig.wait(9.0), rig.wait(1.5)] == [0, 1]


async def test_a_stopped_clock_does_nothing(rig: Rig) -> None:
    rig.wait(5.0)
    rig.clock.run_soon()
    rig.clock.stop()
    rig.clock.request()
    rig.clock.run_soon()
    rig.clock.run_now()
    assert await rig.tick() == 0
    assert rig.wait(30.0) == 0
    assert rig.runs == 0


async def test_a_run_that_stops_the_clock_leaves_nothing_behind(rig: Rig) -> None:
    rig.clock._run = rig.clock.stop
    rig.clock.run_now()
    assert rig.wait(30.0) == 0
