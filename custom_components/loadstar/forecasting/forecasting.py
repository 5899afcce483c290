"""One site's forecasts: of sun and of household, corrected by what was learned of them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..engine.planner.inputs.load_profile import DefaultLoadProfile
from ..models import ForecastSnapshot
from ..observing import Observing
from ..pv_book import PvBook
from ..sources.types import PvForecast
from ..sources.weather import TemperatureForecast
from ..wiring import SiteConfig
from .energy import EnergyCurve
from .foreseen import Foreseen
from .issued import SPAN, issued_hours
from .memory import Memory
from .models import Learned
from .reckoning import Known, reckon
from .trainer import Trainer
from .training import Lesson, train, training_data

# A home of which nothing has been seen yet; a small family's use.
DEFAULT_DAILY_KWH: Final = 10.0
# The strategy looks at the days after the plan.
_AHEAD: Final = timedelta(days=7)
# Where no plan asks, somebody has to: well after the boundary at which plans do.
_MINUTES: Final = (2, 17, 32, 47)
_LONG_AGO: Final = timedelta(minutes=10)


class Forecasting:
    """Foresee sun and household of one site, and learn from what came of it."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], config: SiteConfig, observing: Observing
    ) -> None:
        """``observing`` keeps what was expected, to be compared with what came of it."""
        self._hass = hass
        self._entry = entry
        self._config = config
        self._observing = observing
        planning = config.planning
        self._pv = PvBook(hass, planning.pv_arrays, self._on_news, has_pv=bool(config.pv_power))
        self._memory = Memory(hass, entry.entry_id, config, self._pv)
        self._temperature = TemperatureForecast(hass, planning.outdoor.weather)
        self._trainer = Trainer(hass, entry, self._async_train)
        self._learned = Learned()
        self._training: dict[str, float] = {}
        self._daily_kwh = DEFAULT_DAILY_KWH
        time_zone = hass.config.time_zone
        self._foreseen = Foreseen(load=DefaultLoadProfile(DEFAULT_DAILY_KWH, time_zone))
        self._lock = asyncio.Lock()
        self._foreseen_at: datetime | None = None
        self._listeners: list[Callable[[], None]] = []
        self._news_listeners: list[Callable[[], None]] = []
        self.snapshot = ForecastSnapshot()

    @property
    def pv(self) -> PvForecast | None:
        """The newest corrected forecast from the day's start on; None without PV or before one."""
        return self._foreseen.pv

    def as_dict(self) -> dict[str, float]:
        """Return how much was read for the last training and how long both took; empty before."""
        return dict(self._training)

    @callback
    def start(self) -> None:
        """Begin to learn and to foresee."""
        self._trainer.start()
        unload = self._entry.async_on_unload
        unload(async_track_utc_time_change(self._hass, self._on_quarter, minute=_MINUTES, second=0))

    @callback
    def stop(self) -> None:
        """Foresee and learn no more."""
        self._trainer.stop()
        self._pv.stop()

    async def async_retrain(self) -> None:
        """Learn anew from all there is; raise TrainingError."""
        await self._trainer.async_run()

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever what is shown has changed; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` when it is worth asking again; return what stops that."""
        self._news_listeners.append(listener)
        return lambda: self._news_listeners.remove(listener)

    async def async_foresee(self, now: datetime, daily_kwh: float | None = None) -> Foreseen:
        """Return what is expected, from the sources and all that was measured up to ``now``.

        ``daily_kwh`` is the household's mean day, for as long as nothing was learned of it.
        """
        async with self._lock:
            self._daily_kwh = daily_kwh or self._daily_kwh
            day_start = dt_util.as_utc(dt_util.start_of_local_day(dt_util.as_local(now)))
            source, temperature, _ = await asyncio.gather(
                self._pv.async_forecast(day_start, now + _AHEAD),
                self._temperature.async_temperatures(now),
                self._memory.async_look(now),
            )
            known = replace(self._known(now), source=source, temperature=temperature)
            reckoned = await self._hass.async_add_executor_job(reckon, known)
            self._foreseen, self._foreseen_at = reckoned.foreseen, now
        self._observing.record_forecasts(reckoned.rows)
        self._show(reckoned.snapshot)
        return reckoned.foreseen

    def pv_ahead_kwh(self, now: datetime, hours: float) -> float | None:
        """Return the corrected PV energy of the next hours, None where it is not known."""
        if self.pv is None or not self.pv.periods:
            return None
        return EnergyCurve.of_mean(self.pv.periods).kwh(now, now + timedelta(hours=hours))

    def _known(self, now: datetime) -> Known:
        return Known(
            now=now,
            time_zone=self._hass.config.time_zone,
            learned=self._learned,
            recent=self._memory.recent,
            daily_kwh=self._daily_kwh,
            temperature=self._foreseen.temperature,
            memory_is_missing=not self._memory.is_there,
        )

    async def _async_train(self) -> None:
        """Learn anew, and foresee with what was learned."""
        begun, now = time.monotonic(), dt_util.utcnow()
        hours, issued = await asyncio.gather(
            self._memory.async_all(now), self._observing.async_issued(now - SPAN, now)
        )
        arrays = self._config.planning.pv_arrays.values()
        lesson = Lesson(
            hours=hours,
            issued=issued_hours(issued),
            now=now,
            time_zone=self._hass.config.time_zone,
            has_pv=self._config.has_pv,
            installed_kwp=sum(array.peak_kw for array in arrays) or None,
            daily_kwh=self._daily_kwh,
        )
        read = time.monotonic()
        self._learned = await self._hass.async_add_executor_job(train, lesson)
        self._training = training_data(lesson, read - begun, time.monotonic() - read)
        LOGGER.debug("%s: learned from history: %s", self._config.name, self._training)
        await self.async_foresee(dt_util.utcnow())
        self._on_news()

    @callback
    def _show(self, snapshot: ForecastSnapshot) -> None:
        self.snapshot = snapshot
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _on_news(self) -> None:
        for listener in tuple(self._news_listeners):
            listener()

    @callback
    def _on_quarter(self, now: datetime) -> None:
        """Foresee where no plan has asked for it."""
        if self._foreseen_at is not None and abs(now - self._foreseen_at) < _LONG_AGO:
            return
        self._entry.async_create_background_task(
            self._hass, self._async_keep_up(now), f"loadstar forecast {self._config.name}"
        )

    async def _async_keep_up(self, now: datetime) -> None:
        try:
            await self.async_foresee(now)
        except Exception:  # noqa: BLE001  the clock's outermost edge: it must go on
            LOGGER.exception("%s: no new forecast; the last one stands", self._config.name)
