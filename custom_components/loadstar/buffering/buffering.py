"""One site's buffer at work: a step every quarter of an hour, whatever else happens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..engine.buffer import (
    BufferEvent,
    BufferReason,
    BufferTerms,
    DynamicBuffer,
    NeedHistory,
    reserve_kwh,
    wide_spread_per_kwh,
)
from ..engine.buffer.calibrated import NO_HISTORY
from ..engine.buffer.types import FULL_PERCENT
from ..engine.planner.output.plain import to_plain
from ..models import BufferSnapshot
from ..settings import SettingsStore, SiteSettings
from ..wiring import SiteConfig
from .capacity import percent_for
from .faults import BufferFaults
from .inputs import BufferInputs
from .store import buffer_store

_QUARTERS: Final = (0, 15, 30, 45)
_MONTH: Final = timedelta(days=30)
_HISTORY_LIFE: Final = timedelta(days=1)
_DIAGNOSED_STEPS: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferSources:
    """What the buffer is told by: what is known now, and what happened between two times."""

    inputs: Callable[[], BufferInputs]
    history: Callable[[datetime, datetime], Awaitable[NeedHistory]]


def has_buffer(config: SiteConfig) -> bool:
    """Whether a home has what the buffer is about: a battery, and sun to trust in."""
    return bool(config.batteries) and config.has_pv


def in_force(settings: SiteSettings, buffer: BufferSnapshot) -> SiteSettings:
    """Return the settings with the minimum SoC that counts: the buffer's, where it is live."""
    effective = buffer.effective_soc_percent
    return settings if effective is None else replace(settings, battery_soc_min=effective)


class Buffering:
    """Step, keep and show the buffer of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        config: SiteConfig,
        settings: SettingsStore,
        sources: BufferSources,
    ) -> None:
        """Begin with nothing reckoned; ``async_start`` reads what was kept."""
        self._hass = hass
        self._entry = entry
        self._config = config
        self._settings = settings
        self._sources = sources
        self._store = buffer_store(hass, entry.entry_id)
        self._faults = BufferFaults(hass, entry.entry_id, config.name)
        self._listeners: list[Callable[[], None]] = []
        self._history = NO_HISTORY
        self._read_at: datetime | None = None
        self._reserve_kwh: float | None = None
        self._is_running = False
        self._wide_per_kwh: float | None = None
        self._buffer = DynamicBuffer(self._terms())
        self.snapshot = BufferSnapshot()

    @property
    def is_wanted(self) -> bool:
        """Whether this home has a buffer."""
        return has_buffer(self._config)

    @property
    def log(self) -> tuple[BufferEvent, ...]:
        """The steps and orders of the last 7 days, oldest first."""
        return self._buffer.state.log

    async def async_load(self) -> None:
        """Go on from what was kept."""
        if not self.is_wanted:
            return
        kept = await self._store.async_take(self)
        self._faults.look_at_store(kept)
        self._buffer.state = kept.state
        self._show()

    async def async_start(self) -> None:
        """Step, and step again at every quarter of an hour."""
        if not self.is_wanted:
            return
        self._is_running = True
        await self._async_learn()
        self._step(at_start=True)
        await self._store.async_flush(self)  # when the observation began must not be lost
        unload = self._entry.async_on_unload
        unload(self._settings.async_on_change(self._on_settings))
        unload(
            async_track_utc_time_change(self._hass, self._on_quarter, minute=_QUARTERS, second=0)
        )

    @callback
    def stop(self) -> None:
        """Step no more; what was reckoned stays kept."""
        self._is_running = False

    async def async_save(self) -> None:
        """Write what is to be written: the site is unloaded."""
        await self._store.async_flush(self)

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever what is shown has changed; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def on_confidence(self, confidence: float | None) -> None:
        """Step at once when the forecast's confidence is known for the first time."""
        last = self.log[-1] if self.log else None
        unknown = last is not None and last.reason is BufferReason.CONFIDENCE_UNKNOWN
        if confidence is not None and unknown:
            self._step()

    async def async_activate(self) -> None:
        """Apply targets from now on."""
        self._buffer.activate_live(dt_util.utcnow())
        await self._async_ordered()

    async def async_extend(self, days: float) -> None:
        """Observe for so many days more, or again."""
        self._buffer.extend_observation(days, dt_util.utcnow())
        await self._async_ordered()

    def as_dict(self) -> dict[str, Any]:
        """Return the state as plain data, with the last day of the log."""
        plain: dict[str, Any] = to_plain(self._buffer.state)
        return plain | {
            "log": plain["log"][-_DIAGNOSED_STEPS:],
            "terms": to_plain(self._buffer.terms),
        }

    @callback
    def _on_quarter(self, now: datetime) -> None:
        # a clock that was put back must not keep the next reading away
        if self._read_at is None or abs(now - self._read_at) >= _HISTORY_LIFE:
            self._entry.async_create_background_task(
                self._hass, self._async_learn(), f"loadstar buffer {self._entry.title}"
            )
        self._step()

    @callback
    def _on_settings(self) -> None:
        """Step when what the user has changed makes a difference here."""
        before, now = self._buffer.terms, self._terms()
        if (before.base_percent, before.formula) != (now.base_percent, now.formula):
            self._step()

    @callback
    def _step(self, *, at_start: bool = False) -> None:
        """Reckon the reserve; a failure leaves the last target standing."""
        if not self._is_running:
            return
        try:
            self._reckon(at_start=at_start)
        except Exception as error:  # noqa: BLE001  the buffer's outermost edge: no clock sees it
            self._faults.look_at_step(error)
            self._show()  # another minimum counts all the same
            return
        self._faults.look_at_step(None)
        self._accept()

    def _reckon(self, *, at_start: bool) -> None:
        self._buffer.terms = self._terms()
        inputs = self._sources.inputs()
        if at_start and inputs.confidence is None and self.log:
            return  # forecasts may take a while to be there; what was kept stands until then
        median = self._history.median_price_per_kwh or inputs.median_price_per_kwh
        currency = inputs.currency or self._hass.config.currency
        self._wide_per_kwh = wide_spread_per_kwh(currency, median)
        self._buffer.terms = self._terms()
        self._buffer.step(
            inputs.confidence,
            inputs.spread_per_kwh,
            dt_util.utcnow(),
            inputs.pv_ahead_kwh,
            inputs.ev_boost_active,
        )

    async def _async_ordered(self) -> None:
        self._accept()
        await self._store.async_flush(self)

    def _accept(self) -> None:
        """Keep and show what came of a step or an order."""
        self._store.keep(self, self._buffer.state)
        self._show()

    def _show(self) -> None:
        buffer, left = self._buffer, self._buffer.left
        last = buffer.state.log[-1] if buffer.state.log else None
        observation_ends = None
        if last is not None and left:
            observation_ends = (last.time + left).replace(microsecond=0)
        self.snapshot = BufferSnapshot(
            mode=buffer.mode,
            formula=buffer.terms.formula,
            target_soc_percent=buffer.state.target_percent,
            effective_soc_percent=buffer.effective_percent,
            observation_ends=observation_ends,
            days_left=round(left / timedelta(days=1), 2),
            reason=None if last is None else last.reason,
            reason_data={} if last is None else last.data,
        )
        for listener in tuple(self._listeners):
            listener()

    def _terms(self) -> BufferTerms:
        site, needed = self._settings.site, self._reserve_kwh
        batteries = self._config.batteries.values()
        return BufferTerms(
            base_percent=min(FULL_PERCENT, max(0.0, site.battery_soc_min)),
            time_zone=self._hass.config.time_zone,
            formula=site.buffer_formula,
            wide_spread_per_kwh=self._wide_per_kwh,
            reserve_percent=None if needed is None else percent_for(batteries, needed),
        )

    async def _async_learn(self) -> None:
        """Read what the last month has shown; without it, what was read before stands."""
        self._read_at = now = dt_util.utcnow()
        try:
            history = await self._sources.history(now - _MONTH, now)
            needed = await self._hass.async_add_executor_job(reserve_kwh, history)
        except Exception:  # noqa: BLE001  the buffer's outermost edge: no clock sees it
            LOGGER.exception("%s: no history for the buffer; trying tomorrow", self._config.name)
            return
        if history.start_s.size:  # there is none while the file cannot be read
            self._history, self._reserve_kwh = history, needed
