"""One site's past: what happened in each slot, and what was expected of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..engine.learning.store import LearningStore
from ..engine.learning.types import SlotForecast, SlotObservation
from ..models import Snapshot
from ..wiring import SiteConfig
from .database import async_database
from .powers import PowerReader
from .slot import SLOT_S, Integrator

# So often is a forecast kept as it was issued.
ISSUES_APART: Final = timedelta(hours=6)

# A reload must not cut a slot in two.
_INTEGRATORS: HassKey[dict[str, Integrator]] = HassKey(f"{DOMAIN}_integrators")


class Observing:
    """Sum up what flows, keep it when a slot closes, and give it back."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], config: SiteConfig) -> None:
        """Go on with the slot that ran before a reload."""
        self._hass = hass
        self._entry = entry
        self._database = async_database(hass)
        self._reader = PowerReader(hass, config)
        integrators = hass.data.setdefault(_INTEGRATORS, {})
        self._integrator = integrators.setdefault(entry.entry_id, Integrator())
        self._last_issued: datetime | None = None
        self._last_had_sun = True

    async def async_start(self) -> None:
        """Take up what was kept of the running slot before a restart."""
        self._database.attach(self._entry.entry_id)
        now = dt_util.utcnow()
        if not self._integrator.has_begun:
            start = now - timedelta(seconds=now.timestamp() % SLOT_S)
            for row in await self.async_observations(start, now):
                self._integrator.go_on_from(row)
        await self._async_find_last_issue()

        async def async_stop(_event: Event) -> None:
            self._keep_running_slot()
            await self._database.async_flush()

        self._entry.async_on_unload(
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, async_stop)
        )

    async def async_stop(self) -> None:
        """Write what was seen of the running slot, too: there may be no later chance."""
        self._keep_running_slot()
        await self._database.async_detach(self._entry.entry_id)

    @callback
    def observe(self, snapshot: Snapshot) -> None:
        """Count what flowed since the last control cycle."""
        powers = self._reader.read(snapshot)
        closed = self._integrator.step(snapshot.created_at.timestamp(), powers)
        if closed is not None:
            self._database.keep(self._entry.entry_id, observations=[closed])
            self._write_soon()

    @callback
    def record_forecasts(self, rows: Sequence[SlotForecast]) -> None:
        """Keep a forecast as it was issued, unless one as good was kept of late.

        All ``rows`` are of one issue.
        """
        if not rows:
            return
        issued = rows[0].issued
        has_sun = any(row.pv_source_kwh is not None for row in rows)
        # right after a start the source may not have been there yet
        is_better = has_sun and not self._last_had_sun
        if not is_better and self._is_recent(issued):
            return
        self._last_issued, self._last_had_sun = issued, has_sun
        self._database.keep(self._entry.entry_id, forecasts=rows)
        self._write_soon()

    def _is_recent(self, issued: datetime) -> bool:
        """Whether a forecast was kept of late; a clock that was put back keeps none away."""
        last = self._last_issued
        return last is not None and abs(issued - last) < ISSUES_APART

    async def async_observations(self, start: datetime, end: datetime) -> list[SlotObservation]:
        """Return what happened from ``start`` to before ``end``, as far as it is known."""
        entry_id = self._entry.entry_id

        def read(store: LearningStore) -> list[SlotObservation]:
            return store.observations(entry_id, start, end)

        return await self._database.async_read(read)

    async def async_issued(self, start: datetime, end: datetime) -> list[SlotForecast]:
        """Return what was expected the day before of each slot from ``start`` to before ``end``."""
        entry_id, time_zone = self._entry.entry_id, self._hass.config.time_zone

        def read(store: LearningStore) -> list[SlotForecast]:
            return store.issued_before(entry_id, start, end, time_zone=time_zone)

        return await self._database.async_read(read)

    async def _async_find_last_issue(self) -> None:
        entry_id = self._entry.entry_id

        def read(store: LearningStore) -> list[datetime | None]:
            return [store.last_issued(entry_id), store.last_issued(entry_id, with_sun=True)]

        found = await self._database.async_read(read)
        self._last_issued, sunny = found or (None, None)
        self._last_had_sun = sunny == self._last_issued

    def _keep_running_slot(self) -> None:
        row = self._integrator.row()
        if row is not None:
            self._database.keep(self._entry.entry_id, observations=[row])

    def _write_soon(self) -> None:
        self._entry.async_create_task(
            self._hass, self._database.async_flush(), f"{DOMAIN} observations"
        )


async def async_remove_observations(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    hass.data.get(_INTEGRATORS, {}).pop(entry_id, None)
    await async_database(hass).async_forget(entry_id)
