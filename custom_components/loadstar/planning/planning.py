"""One site's plans: made by the clock, kept over restarts, shown and asked of."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..engine.planner.config import PlannerConfig
from ..engine.planner.devices import ManualBlock
from ..engine.planner.inputs.types import PlannerInput, PlanWarning
from ..engine.planner.output.types import Schedule, StrategyEvent
from ..engine.planner.pipeline import generate_schedule
from ..engine.planner.solver.types import SolveStatus
from ..engine.planner.what_if import Comparison, Overrides, simulate
from ..models import PlannerMode, PlanSnapshot, Snapshot
from ..settings import SettingsStore
from ..wiring import SiteConfig
from .clock import PlanningClock, next_boundary
from .errors import PlanningError, Problem
from .events import PlanEvents
from .executor import async_compute
from .faults import PlanFaults
from .gather import Gatherer
from .settings import planner_config
from .shown import Standing, plan_snapshot
from .sources import PlanSources
from .store import Kept, PlanStore
from .strategy_log import StrategyLog
from .words import PlanWords, async_load_words

# Without a fresh plan for so long, the last one is no longer to be trusted.
STALE_AFTER: Final = timedelta(hours=2)


class Planning:
    """Make, keep and show the plans of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        config: SiteConfig,
        settings: SettingsStore,
        sources: PlanSources,
    ) -> None:
        """Plan nothing yet."""
        self._hass = hass
        self._entry = entry
        self._config = config
        self._settings = settings
        self._clock = PlanningClock(hass, entry, self._async_make)
        self._gatherer = Gatherer(hass, entry.entry_id, config, settings, sources.forecasting)
        self._snapshot = sources.snapshot
        self._store = PlanStore(hass, entry.entry_id)
        self._words = PlanWords()
        self._faults = PlanFaults(hass, entry.entry_id, config, self._sentence)
        self._log = StrategyLog()
        self._events = PlanEvents(hass, entry.entry_id)
        self._listeners: list[Callable[[], None]] = []
        self._kept = Kept()
        self._problem: Problem | None = None
        self._since = dt_util.utcnow()  # of the last good plan, else of the set-up
        self._seen: tuple[frozenset[str], float | None] | None = None  # cars, minimum SoC
        self._cancel_boundary: CALLBACK_TYPE | None = None
        self.snapshot = PlanSnapshot(mode=settings.site.planner_mode)

    @property
    def schedule(self) -> Schedule | None:
        """The newest plan."""
        return self._kept.schedule

    @property
    def source(self) -> PlannerInput | None:
        """What the newest plan was made from."""
        return self._kept.source

    @property
    def manual(self) -> tuple[ManualBlock, ...]:
        """What the user has ordered, without what is over."""
        now = dt_util.utcnow()
        return tuple(block for block in self._kept.manual if block.end > now)

    @property
    def strategy_log(self) -> Sequence[StrategyEvent]:
        """What the strategy has changed, oldest first."""
        return self._log.events

    @property
    def is_wanted(self) -> bool:
        """Whether plans are to be made: there are prices, and the planner is not off."""
        wanted = self._settings.site.planner_mode is not PlannerMode.OFF
        return wanted and self._config.planning.has_prices

    async def async_start(self) -> None:
        """Go on from what was kept, and begin to plan."""
        self._kept = await self._store.async_load()
        self._log.restore(self._kept.strategy)
        if self._kept.schedule is not None:
            self._since = self._kept.schedule.created_at
        self._gatherer.start(self._clock.request)
        self._words = await async_load_words(self._hass)
        unload = self._entry.async_on_unload
        unload(self._settings.async_on_change(self._on_settings))
        self._clock.start()
        # what other integrations give may not have been there yet
        unload(async_at_started(self._hass, self._on_started))
        self._show()
        self._follow_boundaries()

    @callback
    def stop(self) -> None:
        """Plan no more; what was planned stays kept."""
        self._clock.stop()
        self._gatherer.stop()
        if self._cancel_boundary is not None:
            self._cancel_boundary()
            self._cancel_boundary = None

    async def async_save(self) -> None:
        """Write what is to be written: the site is unloaded."""
        await self._store.async_flush()

    @callback
    def observe(self, snapshot: Snapshot) -> None:
        """Plan anew when a car has come or gone, or another minimum SoC is in force."""
        plugged = frozenset(key for key, value in snapshot.chargers.items() if value.plugged)
        seen = (plugged, snapshot.buffer.effective_soc_percent)
        before, self._seen = self._seen, seen
        if before is not None and before != seen:
            self._clock.request()

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever what is shown has changed; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_plan(self) -> Schedule:
        """Make a fresh plan now; raise PlanningError."""
        if not self.is_wanted:
            raise self._unwanted()
        await self._clock.async_run()
        if self._kept.schedule is None:
            raise self._unwanted()
        return self._kept.schedule

    async def async_simulate(self, overrides: Overrides) -> Comparison:
        """Return what the newest plan would be with other figures; nothing is kept."""
        source, config = self._kept.source, self._kept.config
        if source is None or config is None:
            await self.async_plan()
            source, config = self._kept.source, self._kept.config
        if source is None or config is None:
            raise self._unwanted()
        return await async_compute(self._hass, partial(simulate, source, config, overrides))

    async def async_set_manual(self, block: ManualBlock) -> ManualBlock:
        """Keep a user's order, in the place of one of the same id, and plan with it."""
        others = tuple(each for each in self.manual if each.block_id != block.block_id)
        self._keep(replace(self._kept, manual=(*others, block)))
        await self._store.async_flush()
        self._clock.request()
        return block

    async def async_clear_manual(self, block_id: str | None) -> int:
        """Forget one order, or all; return how many they were."""
        staying = tuple(
            block for block in self.manual if block_id is not None and block.block_id != block_id
        )
        gone = len(self.manual) - len(staying)
        if gone:
            self._keep(replace(self._kept, manual=staying))
            await self._store.async_flush()
            self._clock.request()
        return gone

    async def _async_make(self) -> None:
        """Make a plan and show it; keep the last one where that fails."""
        if not self.is_wanted:
            self._faults.look_at_input(())
            self._fare(None)
            return
        begun = time.monotonic()
        try:
            await self._async_make_one()
        except PlanningError as error:
            self._failed(error)
            raise
        except Exception as error:  # the clock's outermost edge: it must go on
            LOGGER.exception("%s: planning failed; the last plan stands", self._config.name)
            failure = PlanningError(Problem.CRASHED, self._config.name, type(error).__name__)
            self._failed(failure)
            raise failure from error
        LOGGER.debug("%s: planned in %.2f s", self._config.name, time.monotonic() - begun)

    async def _async_make_one(self) -> None:
        config = planner_config(self._settings.site)
        kept = self._kept
        before = None
        if kept.source is not None and kept.schedule is not None:
            before = kept.source, kept.schedule
        assemble = await self._gatherer.async_gather(self._snapshot(), self.manual, before)

        def make() -> tuple[PlannerInput, Schedule | None]:
            source = assemble()
            return source, generate_schedule(source, config) if source.slots else None

        source, schedule = await async_compute(self._hass, make)
        self._faults.look_at_input(schedule.warnings if schedule else source.warnings)
        if schedule is None:
            raise PlanningError(Problem.PRICES_MISSING, self._config.name)
        if schedule.status is SolveStatus.FAILED:
            raise PlanningError(Problem.SOLVER_FAILED, self._config.name)
        self._accept(source, config, schedule)

    def _accept(self, source: PlannerInput, config: PlannerConfig, schedule: Schedule) -> None:
        self._since = schedule.created_at
        fresh = self._log.add(schedule.strategy)
        self._keep(
            replace(
                self._kept,
                schedule=schedule,
                source=source,
                config=config,
                manual=self.manual,
                strategy=tuple(self._log.events),
            )
        )
        self._fare(None)
        self._events.updated(schedule, fresh)

    def _failed(self, error: PlanningError) -> None:
        self._fare(error.problem)
        self._events.failed(error)

    def _fare(self, problem: Problem | None) -> None:
        self._problem = problem
        self._show()

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        self._store.keep(kept)

    @callback
    def _show(self) -> None:
        """Bring what is shown up to date, and tell who listens."""
        now = dt_util.utcnow()
        stale = self.is_wanted and now - self._since > STALE_AFTER
        self._faults.look_at_planning(self._problem, stale=stale)
        standing = Standing(
            mode=self._settings.site.planner_mode,
            currency=self._hass.config.currency,
            stale=stale,
            problem=self._problem,
        )
        self.snapshot = plan_snapshot(standing, self._kept.schedule, self._kept.source, now)
        for listener in tuple(self._listeners):
            listener()

    def _follow_boundaries(self) -> None:
        """Show the next slot when it begins, also before a new plan is there."""
        self._cancel_boundary = async_track_point_in_utc_time(
            self._hass, self._on_boundary, next_boundary(dt_util.utcnow())
        )

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        self._clock.request()

    @callback
    def _on_boundary(self, _now: datetime) -> None:
        self._show()
        self._follow_boundaries()

    @callback
    def _on_settings(self) -> None:
        self._show()
        self._clock.request()

    def _sentence(self, warning: PlanWarning) -> str:
        return self._words.sentence(warning)

    def _unwanted(self) -> PlanningError:
        is_off = self._settings.site.planner_mode is PlannerMode.OFF
        problem = Problem.OFF if is_off else Problem.PRICES_MISSING
        return PlanningError(problem, self._config.name)
