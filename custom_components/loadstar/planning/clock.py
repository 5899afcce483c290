"""When plans are made: at every quarter of an hour, and when something has changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
import random
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .errors import PlanningError

SLOT: Final = timedelta(minutes=15)
# So that homes do not all ask for prices and start to charge in the same second.
MAX_JITTER_S: Final = 20.0
# After failures in a row; the last one goes on.
RETRY_S: Final = (60.0, 120.0, 300.0, 900.0)


class PlanningClock:
    """Run a job at slot boundaries and on request, never two at once.

    ``run`` makes a plan or raises ``PlanningError``. Wishes that come while it runs
    become one more run.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        run: Callable[[], Awaitable[None]],
        jitter: Callable[[], float] = lambda: random.uniform(0.0, MAX_JITTER_S),  # noqa: S311
    ) -> None:
        """``jitter`` gives seconds after a boundary."""
        self._hass = hass
        self._entry = entry
        self._run = run
        self._jitter = jitter
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._wanted = False
        self._failures = 0
        self._cancel: CALLBACK_TYPE | None = None
        self._started = False

    @callback
    def start(self) -> None:
        """Begin to run, at once for the first time."""
        self._started = True
        self.request()

    @callback
    def stop(self) -> None:
        """Run no more; who still waits is told that nothing comes."""
        self._started = False
        self._unschedule()
        if self._task is not None:
            self._task.cancel()
        waiting, self._waiting = self._waiting, []
        self._let_go(waiting)

    @callback
    def request(self) -> None:
        """Run soon, once, however often this is called."""
        if not self._started:
            return
        self._wanted = True
        if self._task is None:
            self._unschedule()
            # not eagerly: it may be over before it is known as the one that runs
            self._task = self._entry.async_create_background_task(
                self._hass,
                self._run_all(),
                f"loadstar plan {self._entry.title}",
                eager_start=False,
            )

    async def async_run(self) -> None:
        """Wait for a run that begins now or later; raise what it raises, or that it was stopped."""
        future: asyncio.Future[None] = self._hass.loop.create_future()
        self._waiting.append(future)
        self.request()
        await future

    async def _run_all(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                await self._run_once()
        finally:
            self._task = None
            if self._started:
                self._schedule()

    async def _run_once(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            await self._run()
        except PlanningError as error:
            self._failures += 1
            for future in waiting:
                if not future.done():
                    future.set_exception(error)
        else:
            self._failures = 0
            for future in waiting:
                if not future.done():
                    future.set_result(None)
        finally:
            self._let_go(waiting)

    def _let_go(self, waiting: Iterable[asyncio.Future[None]]) -> None:
        """Tell who has no answer yet that the site does not run any more."""
        for future in waiting:
            if not future.done():
                future.set_exception(
                    HomeAssistantError(
                        translation_domain=DOMAIN,
                        translation_key="entry_not_loaded",
                        translation_placeholders={"site": self._entry.title},
                    )
                )

    def _schedule(self) -> None:
        self._unschedule()
        now = dt_util.utcnow()
        due = next_boundary(now) + timedelta(seconds=self._jitter())
        if self._failures:
            retry_s = RETRY_S[min(self._failures, len(RETRY_S)) - 1]
            due = min(due, now + timedelta(seconds=retry_s))
        self._cancel = async_track_point_in_utc_time(self._hass, self._on_due, due)

    def _unschedule(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _on_due(self, _now: datetime) -> None:
        self._cancel = None
        self.request()


def next_boundary(now: datetime) -> datetime:
    """Return the first quarter of an hour after ``now``, which is aware."""
    since = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return now - since + SLOT
