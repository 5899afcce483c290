"""The watch sees who holds the event loop, and for how long."""

import asyncio
from asyncio import Handle
import functools
import time
from types import SimpleNamespace

import pytest

from benchmarks.loop_watch.measure import callback_name, measure_loop, spread

HOLD_S = 0.03


async def hold() -> None:
    """Hold the loop once, as nobody should."""
    await asyncio.sleep(0)
    time.sleep(HOLD_S)  # noqa: ASYNC251  that is the point


async def test_a_task_that_holds_the_loop_is_measured_and_named() -> None:
    """Its time counts as a hold, and whoever asked meanwhile has waited for it."""
    task = asyncio.create_task(hold(), name="greedy")
    report = await measure_loop(0.15)
    await task
    assert report.holds.max_ms >= HOLD_S * 1000
    assert report.waits.max_ms >= HOLD_S * 1000 / 2
    worst = next(iter(report.longest))
    assert worst == "hold (greedy)"
    assert report.longest[worst] == report.holds.max_ms


async def test_an_idle_loop_has_short_holds() -> None:
    """The watch itself is not what it measures."""
    report = await measure_loop(0.05)
    assert report.holds.count > 0
    assert report.holds.p50_ms < 1


async def test_the_loop_runs_as_before_afterwards() -> None:
    """Nothing stays patched, whether the measurement ends or is cancelled."""
    before = Handle._run
    measurement = asyncio.create_task(measure_loop(60))
    await asyncio.sleep(0.01)
    assert Handle._run is not before
    measurement.cancel()
    with pytest.raises(asyncio.CancelledError):
        await measurement
    assert Handle._run is before


@pytest.mark.parametrize(
    ("durations_s", "expected"),
    [
        ([], (0, 0.0, 0.0, 0.0)),
        ([0.002], (1, 2.0, 2.0, 2.0)),
        ([0.003, 0.001, 0.002], (3, 2.0, 2.0, 3.0)),
        ([i / 1000 for i in range(101)], (101, 50.0, 99.0, 100.0)),
    ],
)
def test_a_spread_is_in_milliseconds(
    durations_s: list[float], expected: tuple[int, float, float, float]
) -> None:
    """Median, 99th percentile and maximum by rank."""
    result = spread(durations_s)
    figures = (result.count, result.p50_ms, result.p99_ms, result.max_ms)
    assert figures == pytest.approx(expected)


def test_a_plain_callback_goes_by_its_module_and_name() -> None:
    """What wraps a function does not hide it."""
    assert callback_name(functools.partial(time.sleep, 1)) == "time.sleep"
    assert callback_name(spread) == "benchmarks.loop_watch.measure.spread"


def test_a_timer_goes_by_the_job_that_it_stands_for() -> None:
    """Home Assistant runs all its timers by one function."""
    job = SimpleNamespace(target=spread)
    assert callback_name(time.sleep, "hass", job) == "benchmarks.loop_watch.measure.spread"
