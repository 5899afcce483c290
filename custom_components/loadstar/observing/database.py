"""The one file of all sites, written and read without holding up anything else."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.executor import InterruptibleThreadPoolExecutor
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..engine.learning.errors import StoreError, StoreProblem
from ..engine.learning.store import LearningStore
from ..engine.learning.types import SlotForecast, SlotObservation
from .issues import async_clear_store, async_report_set_aside, async_report_store

FILE_NAME: Final = f"{DOMAIN}.db"
PRUNE_EVERY: Final = timedelta(days=1)
# What cannot be written waits, but not for ever: a day of slots, and of forecasts.
MOST_OBSERVATIONS: Final = 96
MOST_FORECASTS: Final = 4 * 192

type Job[ResultT] = Callable[[LearningStore], ResultT]


@dataclass(slots=True)
class _Waiting:
    """What is still to be written of a site."""

    observations: dict[datetime, SlotObservation] = field(default_factory=dict)
    forecasts: dict[tuple[datetime, datetime], SlotForecast] = field(default_factory=dict)

    def shorten(self) -> None:
        """Let go of the oldest."""
        self.observations = _newest(self.observations, MOST_OBSERVATIONS)
        self.forecasts = _newest(self.forecasts, MOST_FORECASTS)


def _newest[KeyT, RowT](rows: dict[KeyT, RowT], most: int) -> dict[KeyT, RowT]:
    return dict(list(rows.items())[-most:])


class Database:
    """Keeps what cannot be written yet, and says in a repair issue what is wrong."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Leave the file alone until there is something to read or write."""
        self._hass = hass
        self._path = Path(hass.config.path(FILE_NAME))
        self._store = LearningStore(self._path)
        # one at a time and in order, also where nobody waits for the end any more
        self._thread = InterruptibleThreadPoolExecutor(
            max_workers=1, thread_name_prefix=f"{DOMAIN}_database"
        )
        self._users: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}
        self._pruned: dict[str, datetime] = {}
        self._is_held = False
        self._problem: StoreProblem | None = None

    @callback
    def attach(self, entry_id: str) -> None:
        """Take up a site."""
        self._users.add(entry_id)

    async def async_detach(self, entry_id: str) -> None:
        """Write a site's rows, and let go of the file with the last one."""
        await self.async_flush()
        self._users.discard(entry_id)
        if not self._users:
            await self.async_close()

    async def async_close(self) -> None:
        """Let go of the file; whoever needs it opens it again."""
        await self._hass.loop.run_in_executor(self._thread, self._store.close)

    @callback
    def shut_down(self) -> None:
        """Let go of the file for good."""
        self._thread.submit(self._store.close)
        self._thread.shutdown()

    @callback
    def keep(
        self,
        entry_id: str,
        observations: Iterable[SlotObservation] = (),
        forecasts: Iterable[SlotForecast] = (),
    ) -> None:
        """Have rows written by the next ``async_flush``."""
        waiting = self._waiting.setdefault(entry_id, _Waiting())
        waiting.observations |= {row.start: row for row in observations}
        waiting.forecasts |= {(row.issued, row.start): row for row in forecasts}
        waiting.shorten()

    async def async_flush(self) -> None:
        """Write what waits, unless a backup is being made; what fails goes on waiting."""
        if self._is_held or not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        now, zone = dt_util.utcnow(), self._hass.config.time_zone
        due = [entry_id for entry_id in waiting if self._is_prune_due(entry_id, now)]

        def write(store: LearningStore) -> None:
            for entry_id, rows in waiting.items():
                store.add_observations(entry_id, rows.observations.values())
                store.add_forecasts(entry_id, rows.forecasts.values())
            for entry_id in due:
                store.prune(entry_id, now, zone)

        try:
            await self._async_do(write)
        except StoreError:
            self._take_back(waiting)
        except asyncio.CancelledError:
            # whoever asked is gone; a row that is written twice is the same row
            self._take_back(waiting)
            raise
        else:
            self._pruned |= dict.fromkeys(due, now)

    async def async_read[ResultT](self, job: Job[list[ResultT]]) -> list[ResultT]:
        """Return what ``job`` finds; nothing where there is no file that can be read."""
        await self.async_flush()
        if not await self._hass.loop.run_in_executor(self._thread, self._path.exists):
            return []
        try:
            return await self._async_do(job)
        except StoreError:
            return []

    async def async_forget(self, entry_id: str) -> None:
        """Delete a site's rows."""
        self._waiting.pop(entry_id, None)
        self._pruned.pop(entry_id, None)

        def forget(store: LearningStore) -> list[None]:
            store.remove(entry_id)
            return []

        await self.async_read(forget)
        if not self._users:
            await self.async_close()
            async_clear_store(self._hass)

    async def async_hold(self) -> None:
        """Make the file whole in itself and write no more: a backup copies it."""
        await self.async_flush()
        self._is_held = True
        try:
            await self._hass.loop.run_in_executor(self._thread, self._make_whole)
        except StoreError as error:
            LOGGER.warning("%s may be incomplete in the backup: %s", self._path, error)

    async def async_release(self) -> None:
        """Write again, with what has waited."""
        self._is_held = False
        await self.async_flush()

    async def _async_do[ResultT](self, job: Job[ResultT]) -> ResultT:
        """Do a job, and tell how the file fares."""
        try:
            aside, result = await self._hass.loop.run_in_executor(self._thread, self._done, job)
        except StoreError as error:
            self._fare(error)
            raise
        if aside is not None:
            LOGGER.error("%s cannot be read; it is kept as %s, a new one is begun", *aside)
            async_report_set_aside(self._hass, *aside)
        self._fare(None)
        return result

    def _done[ResultT](self, job: Job[ResultT]) -> tuple[tuple[Path, Path] | None, ResultT]:
        """Return where a broken file has been put, and what ``job`` found."""
        aside = None if self._store.is_open else self._store.open()
        try:
            result = job(self._store)
        except StoreError as error:
            if error.problem is not StoreProblem.CORRUPT:
                raise
            aside = self._store.begin_afresh()
            result = job(self._store)
        return None if aside is None else (self._path, aside), result

    def _make_whole(self) -> None:
        if self._store.is_open:
            self._store.checkpoint()

    def _is_prune_due(self, entry_id: str, now: datetime) -> bool:
        before = self._pruned.get(entry_id)
        return before is None or abs(now - before) >= PRUNE_EVERY

    def _take_back(self, waiting: dict[str, _Waiting]) -> None:
        """Let what was not written wait again, before what has come since."""
        since, self._waiting = self._waiting, waiting
        for entry_id, rows in since.items():
            self.keep(entry_id, rows.observations.values(), rows.forecasts.values())

    def _fare(self, error: StoreError | None) -> None:
        """Say once that the file cannot be used, and once that it can."""
        problem = None if error is None else error.problem
        if problem is self._problem:
            return
        self._problem = problem
        if error is None:
            LOGGER.info("%s can be used again", self._path)
            async_clear_store(self._hass)
            return
        LOGGER.warning("%s cannot be used (%s); everything else goes on", self._path, error)
        async_report_store(self._hass, self._path, error)


_DATABASE: HassKey[Database] = HassKey(f"{DOMAIN}_database")


@callback
def async_database(hass: HomeAssistant) -> Database:
    """Return the one database."""
    if _DATABASE not in hass.data:
        database = hass.data[_DATABASE] = Database(hass)

        @callback
        def shut_down(_event: Event) -> None:
            database.shut_down()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, shut_down)
    return hass.data[_DATABASE]
