"""When training happens: after the start, every night and when asked; never twice at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .errors import TrainingError
from .faults import TrainingFaults

_NIGHTLY_HOUR: Final = 4  # local


class Trainer:
    """Run a training; what it raises is said, and goes no further."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], train: Callable[[], Awaitable[None]]
    ) -> None:
        """``train`` reads, learns, and takes over what was learned."""
        self._hass = hass
        self._entry = entry
        self._train = train
        self._faults = TrainingFaults(hass, entry.entry_id, entry.title)
        self._task: asyncio.Task[bool] | None = None
        self._is_running = False

    @callback
    def start(self) -> None:
        """Train as soon as Home Assistant has started, and then every night."""
        self._is_running = True
        unload = self._entry.async_on_unload
        unload(async_at_started(self._hass, self._on_started))
        unload(async_track_time_change(self._hass, self._on_night, _NIGHTLY_HOUR, 0, 0))
        unload(self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._on_home))

    @callback
    def stop(self) -> None:
        """Train no more; what a thread is still reckoning is not taken over."""
        self._is_running = False
        if self._task is not None:
            self._task.cancel()

    async def async_run(self) -> None:
        """Train now, or wait for the training that runs; raise TrainingError."""
        if not self._is_running:
            raise TrainingError("entry_not_loaded", self._entry.title)
        task = self._begin()
        await asyncio.wait({task})
        if task.cancelled():
            raise TrainingError("entry_not_loaded", self._entry.title)
        if not task.result():
            raise TrainingError("training_failed", self._entry.title)

    def _begin(self) -> asyncio.Task[bool]:
        if self._task is None:
            # not eagerly: it may be over before it is known as the one that runs
            self._task = self._entry.async_create_background_task(
                self._hass,
                self._async_run_once(),
                f"loadstar training {self._entry.title}",
                eager_start=False,
            )
        return self._task

    async def _async_run_once(self) -> bool:
        """Return whether all went well."""
        try:
            await self._train()
        except Exception as error:  # noqa: BLE001  the outermost edge: plans go on without
            self._faults.failed(error, dt_util.utcnow())
            return False
        else:
            self._faults.succeeded()
            return True
        finally:
            self._task = None

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        self._begin()

    @callback
    def _on_night(self, _now: datetime) -> None:
        self._begin()

    @callback
    def _on_home(self, event: Event[Any]) -> None:
        if "time_zone" in event.data:  # hours of the day are others now
            self._begin()
