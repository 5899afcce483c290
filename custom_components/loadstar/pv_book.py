"""The home's PV forecast: asked for when a source has changed or an hour has passed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from .const import LOGGER
from .engine.planner.inputs.pv import EnergyPeriod
from .engine.planner.inputs.types import PlanWarning
from .planning_wiring import PvArrayConfig, SourceRef
from .sources.pv.adding import add, between, prolong
from .sources.pv.dashboard import async_dashboard_refs
from .sources.pv.entry_states import named
from .sources.pv.registry import PV_SOURCES
from .sources.types import PvForecast, SourceError

LIFE: Final = timedelta(hours=1)
# a sensor may write its list anew every minute, and a template read any
_NEWS_APART: Final = timedelta(minutes=5)
# what a source gave before it fell silent still beats no forecast
_LONGEST_LIFE: Final = timedelta(hours=24)
# the strategy looks at the days after the plan
_AHEAD: Final = timedelta(days=8)
_SUNSETS_APART: Final = timedelta(hours=6)
# Every source has something new at least once a day, and a good one does not fail for so long.
NEWS_AT_LEAST: Final = timedelta(hours=24)
FAILING_AT_MOST: Final = timedelta(hours=6)


@dataclass(slots=True)
class _Page:
    """What a source gave, and when."""

    ref: SourceRef
    forecast: PvForecast | None = None
    fetched: datetime | None = None
    news: datetime | None = None  # when it last gave other figures than before
    watched: tuple[str, ...] = ()
    changed: bool = False
    unwatch: CALLBACK_TYPE | None = field(default=None, repr=False)


class PvBook:
    """Keep the forecasts of a home's arrays and sum them."""

    def __init__(
        self,
        hass: HomeAssistant,
        arrays: Mapping[str, PvArrayConfig],
        on_change: Callable[[], None],
        *,
        has_pv: bool,
    ) -> None:
        """``on_change`` is called, not too often, when a source has something new.

        Arrays without a source of their own, and a home that ``has_pv`` but no arrays,
        have the energy dashboard's forecasts.
        """
        self._hass = hass
        self._arrays = arrays
        self._on_change = on_change
        self._has_pv = has_pv or bool(arrays)
        self._pages: dict[str, _Page] = {}
        self._told_at: datetime | None = None

    async def async_forecast(self, start: datetime, end: datetime) -> PvForecast | None:
        """Return the sum over arrays from ``start`` to ``end``, None for a home without PV.

        What is missing is in the warnings. ``end`` is at most a week away.
        """
        if not self._has_pv:
            return None
        refs, warnings = await self.async_refs()
        forecasts = []
        for key, ref in refs.items():
            forecast, said = await self._async_page(key, ref, start)
            warnings += said + _stopped(self._pages[key], named(self._hass, ref))
            if forecast is not None:
                forecasts.append((named(self._hass, ref), forecast))
        periods = _sum(forecasts, warnings) if forecasts else ()
        return between(PvForecast(periods=periods, warnings=tuple(warnings)), start, end)

    @callback
    def stop(self) -> None:
        """Watch no more."""
        for page in self._pages.values():
            if page.unwatch is not None:
                page.unwatch()
        self._pages.clear()

    async def async_refs(self) -> tuple[dict[str, SourceRef], list[PlanWarning]]:
        """Return every source once, by a key, and what is without one."""
        refs = {key: array.forecast for key, array in self._arrays.items() if array.forecast}
        without = [array.name for array in self._arrays.values() if array.forecast is None]
        if self._arrays and not without:
            return refs, []
        own = {ref.entry_id for ref in refs.values() if ref.entry_id}
        shown = await async_dashboard_refs(self._hass, own)
        refs |= {f"dashboard {ref.entry_id}": ref for ref in shown}
        if shown:
            return refs, []
        return refs, [PlanWarning(code="pv_no_source", data={"source": ", ".join(without) or "PV"})]

    async def _async_page(
        self, key: str, ref: SourceRef, start: datetime
    ) -> tuple[PvForecast | None, tuple[PlanWarning, ...]]:
        page = self._pages.setdefault(key, _Page(ref))
        now = dt_util.utcnow()
        if _is_fresh(page, now) and page.forecast is not None:
            return page.forecast, page.forecast.warnings
        page.changed = False
        try:
            forecast = await self._async_fetch(ref, start)
        except SourceError as error:
            page.changed = True  # ask again next time
            LOGGER.debug("%s: no PV forecast: %s", key, error.warning)
            return _old(page, now, start), (error.warning,)
        finally:
            self._watch(page)
        if page.forecast is None or _has_news(page.forecast, forecast):
            page.news = now
        page.forecast = forecast
        page.fetched = now
        return page.forecast, page.forecast.warnings

    async def _async_fetch(self, ref: SourceRef, start: datetime) -> PvForecast:
        source = PV_SOURCES.get(ref.kind)
        if source is None:
            raise SourceError("pv_source_gone", source=ref.kind)
        return await source.async_fetch(self._hass, ref, start, start + _AHEAD)

    @callback
    def _watch(self, page: _Page) -> None:
        source = PV_SOURCES.get(page.ref.kind)
        watched = tuple(source.watched(self._hass, page.ref)) if source else ()
        if watched == page.watched:
            return
        if page.unwatch is not None:
            page.unwatch()
        page.watched = watched

        @callback
        def on_state(event: Event[EventStateChangedData]) -> None:
            if _is_news(page.ref, event.data):
                page.changed = True
                self._tell()

        page.unwatch = async_track_state_change_event(self._hass, watched, on_state)

    @callback
    def _tell(self) -> None:
        now = dt_util.utcnow()
        if self._told_at is None or abs(now - self._told_at) >= _NEWS_APART:
            self._told_at = now
            self._on_change()


def _old(page: _Page, now: datetime, start: datetime) -> PvForecast | None:
    """Return what a silent source gave before, as far as it reaches."""
    if page.forecast is None or page.fetched is None or now - page.fetched > _LONGEST_LIFE:
        return None
    return page.forecast if page.forecast.periods[-1].end > start else None


def _has_news(before: PvForecast, after: PvForecast) -> bool:
    """Whether a source says anything that it did not say before; the first period may be cut."""
    return not set(after.periods[1:]) <= set(before.periods)


def _stopped(page: _Page, name: str) -> tuple[PlanWarning, ...]:
    """Return a warning where a source that was good has had nothing new for too long."""
    if page.fetched is None or page.news is None:
        return ()
    now = dt_util.utcnow()
    if now - page.news <= NEWS_AT_LEAST and now - page.fetched <= FAILING_AT_MOST:
        return ()
    return (PlanWarning(code="pv_stopped", data={"source": name, "at": page.news.isoformat()}),)


def _is_fresh(page: _Page, now: datetime) -> bool:
    return page.fetched is not None and not page.changed and abs(now - page.fetched) < LIFE


def _is_news(ref: SourceRef, change: EventStateChangedData) -> bool:
    """Whether a change may touch the forecast: lists are in attributes, templates read all."""
    old, new = change["old_state"], change["new_state"]
    if ref.template is not None or old is None or new is None:
        return True
    if ref.attribute is not None:
        return bool(old.attributes.get(ref.attribute) != new.attributes.get(ref.attribute))
    return old.attributes != new.attributes


def _sum(
    forecasts: Sequence[tuple[str, PvForecast]], warnings: list[PlanWarning]
) -> tuple[EnergyPeriod, ...]:
    """Return the sum as far as the longest forecast; shorter ones repeat their last day."""
    until = max(forecast.periods[-1].end for _, forecast in forecasts)
    for name, forecast in forecasts:
        ends = forecast.periods[-1].end
        if until - ends > _SUNSETS_APART:
            warnings.append(
                PlanWarning(code="pv_short", data={"source": name, "at": ends.isoformat()})
            )
    return add([prolong(forecast, until) for _, forecast in forecasts])
