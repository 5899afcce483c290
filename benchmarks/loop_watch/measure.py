"""Measure how long the running event loop is held, and by whom."""

import asyncio
from asyncio import Handle, Task
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter

PING_INTERVAL_S = 0.005
NAMED_FROM_S = 0.001
LONGEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """How a series of durations is spread, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class LoopReport:
    """What held the loop during a measurement."""

    seconds: float
    holds: Spread
    """The time that single callbacks ran."""
    waits: Spread
    """The time that a callback from another thread waited for its turn."""
    longest: dict[str, float]
    """The longest hold in ms of each of the worst callbacks, worst first."""


def spread(durations_s: list[float]) -> Spread:
    """Return count, median, 99th percentile and maximum of durations in seconds."""
    if not durations_s:
        return Spread(count=0, p50_ms=0.0, p99_ms=0.0, max_ms=0.0)
    ordered = sorted(durations_s)
    last = len(ordered) - 1
    return Spread(
        count=len(ordered),
        p50_ms=ordered[last // 2] * 1000,
        p99_ms=ordered[last * 99 // 100] * 1000,
        max_ms=ordered[last] * 1000,
    )


def callback_name(callback: Callable[..., object] | None, *arguments: object) -> str:
    """Return the name by which a developer finds the code that a handle runs."""
    # A timer of Home Assistant is handed the job that it stands for.
    jobs = [job for argument in arguments if callable(job := getattr(argument, "target", None))]
    if jobs:
        return callback_name(jobs[0])
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, Task):
        coroutine = owner.get_coro()
        return f"{getattr(coroutine, '__qualname__', coroutine)} ({owner.get_name()})"
    function = getattr(callback, "func", callback)
    module = getattr(function, "__module__", None)
    return f"{module}.{getattr(function, '__qualname__', repr(function))}"


@contextmanager
def timed_handles() -> Iterator[tuple[list[float], dict[str, float]]]:
    """Time each callback that the loop runs; yield the durations and each name's longest, in s."""
    durations: list[float] = []
    longest: dict[str, float] = {}
    # There is no public hook, and the loop's debug mode slows down what is to be measured.
    untimed = Handle._run  # noqa: SLF001

    def run(handle: Handle) -> None:
        # Read before the run: a handle that is cancelled while it runs forgets both.
        callback, arguments = getattr(handle, "_callback", None), getattr(handle, "_args", None)
        started = perf_counter()
        untimed(handle)
        duration = perf_counter() - started
        durations.append(duration)
        if duration >= NAMED_FROM_S:
            name = callback_name(callback, *(arguments or ()))
            longest[name] = max(duration, longest.get(name, 0.0))

    Handle._run = run  # type: ignore[assignment,method-assign]  # noqa: SLF001  # restored below
    try:
        yield durations, longest
    finally:
        Handle._run = untimed  # type: ignore[method-assign]  # noqa: SLF001


@contextmanager
def pings(loop: asyncio.AbstractEventLoop) -> Iterator[list[float]]:
    """Ask for the loop's attention from another thread; yield the waits in seconds."""
    waits: list[float] = []
    stop = Event()

    def answer(asked: float) -> None:
        waits.append(perf_counter() - asked)

    def ping() -> None:
        while not stop.wait(PING_INTERVAL_S):
            loop.call_soon_threadsafe(answer, perf_counter())

    thread = Thread(target=ping, name="loop watch", daemon=True)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


async def measure_loop(seconds: float) -> LoopReport:
    """Watch the running loop for some seconds and report what held it."""
    loop = asyncio.get_running_loop()
    with timed_handles() as (durations, longest), pings(loop) as waits:
        await asyncio.sleep(seconds)
    worst = sorted(longest.items(), key=lambda item: item[1], reverse=True)[:LONGEST_SHOWN]
    return LoopReport(
        seconds=seconds,
        holds=spread(durations),
        waits=spread(waits),
        longest={name: duration * 1000 for name, duration in worst},
    )
