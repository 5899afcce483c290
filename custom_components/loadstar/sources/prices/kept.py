"""One source's prices, asked for once and kept until they have changed."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import (
    EventStateChangedData,
    async_track_point_in_utc_time,
    async_track_state_change_event,
)
from homeassistant.util import dt as dt_util

from ...const import LOGGER
from ...engine.planner.inputs.types import PlanWarning
from ...engine.prices import normalise
from ...engine.prices.types import PricePeriod
from ...planning_wiring import SourceRef
from ..types import Prices, SourceError
from .registry import price_source
from .timing import next_fetch

_AHEAD: Final = timedelta(days=3)
# Failures in a row: at a start, other integrations may come up after this one.
_WORTH_SAYING: Final = 2


class KeptPrices:
    """Ask a source when it is due, and keep its last good prices while it fails.

    Due is: an entity that it watches has changed, an hour has passed, or the day's new
    prices must be there. There is never more than one question at a time.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        ref: SourceRef,
        on_change: Callable[[], None],
        jitter: Callable[[], float],
    ) -> None:
        """``on_change`` is told of new prices that came by themselves; ``jitter`` is in s."""
        self._hass = hass
        self._ref = ref
        self._on_change = on_change
        self._jitter = jitter
        self._name = ref.entity_id or ref.kind
        self._lock = asyncio.Lock()
        self._is_running = False
        self._stale = True
        self._due = dt_util.utcnow()
        self._failures = 0
        self._watched: tuple[str, ...] = ()
        self._stop_watching: CALLBACK_TYPE | None = None
        self._stop_timer: CALLBACK_TYPE | None = None
        self._task: asyncio.Task[None] | None = None
        self.periods: tuple[PricePeriod, ...] = ()
        self.currency: str | None = None
        self.warnings: tuple[PlanWarning, ...] = ()

    @callback
    def start(self) -> None:
        """Look out for changes; the first prices come with the first update."""
        self._is_running = True
        self._watch()

    @callback
    def stop(self) -> None:
        """Ask no more by itself."""
        self._is_running = False
        for stop in (self._stop_watching, self._stop_timer):
            if stop is not None:
                stop()
        self._stop_watching = self._stop_timer = None
        self._watched = ()
        if self._task is not None:
            self._task.cancel()

    async def async_update(self, now: datetime) -> bool:
        """Ask again if that is due; return whether prices from ``now`` on have changed."""
        async with self._lock:
            if not self._stale and now < self._due:
                return False
            self._stale = False
            before = _from(self.periods, now)
            await self._async_fetch(now)
            self._schedule(now)
            return _from(self.periods, now) != before

    async def _async_fetch(self, now: datetime) -> None:
        start = dt_util.start_of_local_day(dt_util.as_local(now))
        try:
            source = price_source(self._ref.kind)
            prices = await source.async_fetch(
                self._hass, self._ref, dt_util.as_utc(start), dt_util.as_utc(start + _AHEAD)
            )
            # a list of a week takes long enough to keep it off the event loop
            found = await self._hass.async_add_executor_job(normalise, prices.prices)
            self._take(prices, *found, now)
        except SourceError as error:
            self._failures += 1
            if self._failures == _WORTH_SAYING:
                LOGGER.warning("No prices of %s: %s", self._name, _said(error.warning))
            self.warnings = self._named([error.warning])
        else:
            if self._failures >= _WORTH_SAYING:
                LOGGER.info("There are prices of %s again", self._name)
            self._failures = 0

    def _take(
        self,
        prices: Prices,
        periods: tuple[PricePeriod, ...],
        warnings: tuple[PlanWarning, ...],
        now: datetime,
    ) -> None:
        """Keep new prices, and of the old ones what lies beyond them."""
        if not periods:
            raise SourceError("price_nothing_usable", source=self._name)
        if periods[-1].end <= now:
            raise SourceError("price_wrong_day", source=self._name)
        beyond = tuple(period for period in self.periods if period.start >= periods[-1].end)
        self.periods = periods + beyond
        self.currency = prices.currency
        self.warnings = self._named([*prices.warnings, *warnings])

    def _named(self, warnings: Iterable[PlanWarning]) -> tuple[PlanWarning, ...]:
        return tuple(
            replace(warning, data={"source": self._name} | dict(warning.data))
            for warning in warnings
        )

    def _schedule(self, now: datetime) -> None:
        known_until = self.periods[-1].end if self.periods else None
        zone = dt_util.get_default_time_zone()
        due = next_fetch(now, known_until, self._failures, zone)
        self._due = due + timedelta(seconds=self._jitter())
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None
        if self._is_running:
            self._watch()
            self._stop_timer = async_track_point_in_utc_time(self._hass, self._on_due, self._due)

    def _watch(self) -> None:
        """Follow the entities of now: those of a template come and go."""
        try:
            watched = tuple(price_source(self._ref.kind).watched(self._hass, self._ref))
        except SourceError:
            return
        if watched == self._watched:
            return
        if self._stop_watching is not None:
            self._stop_watching()
        self._watched = watched
        self._stop_watching = async_track_state_change_event(
            self._hass, watched, self._on_state_change
        )

    @callback
    def _on_state_change(self, _event: Event[EventStateChangedData]) -> None:
        self._stale = True
        self._update_in_background()

    @callback
    def _on_due(self, _now: datetime) -> None:
        self._stop_timer = None
        self._stale = True
        self._update_in_background()

    def _update_in_background(self) -> None:
        if self._task is None:
            # started later, or it might be over before it is known as the task
            self._task = self._hass.async_create_background_task(
                self._async_update_all(), f"loadstar prices {self._name}", eager_start=False
            )

    async def _async_update_all(self) -> None:
        """Update until nothing more has changed meanwhile."""
        try:
            changed = False
            while self._stale:
                changed |= await self.async_update(dt_util.utcnow())
        finally:
            self._task = None
        if changed:
            self._on_change()


def _said(warning: PlanWarning) -> str:
    details = ", ".join(f"{name} {value}" for name, value in warning.data.items())
    return f"{warning.code} ({details})"


def _from(periods: Sequence[PricePeriod], now: datetime) -> list[PricePeriod]:
    return [period for period in periods if period.end > now]
