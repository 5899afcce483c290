"""The buffer of one home: stepped once per planning cycle, watched before it is let loose."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .calibrated import calibrated_target
from .formula import Figures, Target, is_wide, target_soc
from .observation import Observation
from .types import (
    BufferEvent,
    BufferFormula,
    BufferMode,
    BufferReason,
    BufferState,
    BufferTerms,
)

LOGGED: Final = timedelta(days=7)
MOST_LOGGED: Final = 672


class DynamicBuffer:
    """Reckon the reserve and decide whether it counts.

    ``terms`` may be replaced between steps. ``state`` is all that is to be kept.
    """

    def __init__(self, terms: BufferTerms, state: BufferState | None = None) -> None:
        """Begin, or go on from what was kept."""
        self.terms = terms
        self.state = BufferState() if state is None else state

    @property
    def mode(self) -> BufferMode:
        """Whether targets are applied."""
        return BufferMode.LIVE if self.state.is_live else BufferMode.OBSERVATION

    @property
    def effective_percent(self) -> float:
        """The minimum SoC in force: the target in live mode, else the user's own number."""
        base, state = self.terms.base_percent, self.state
        if not state.is_live or state.target_percent is None or state.base_percent != base:
            return base
        return state.target_percent

    @property
    def left(self) -> timedelta:
        """How long the observation goes on."""
        observation = self.state.observation
        return timedelta(0) if self.state.is_live or observation is None else observation.left

    def step(
        self,
        confidence: float | None,
        spread: float | None,
        now: datetime,
        pv_ahead_kwh: float | None,
        ev_boost_active: bool,  # noqa: FBT001  the seed's own signature
    ) -> BufferEvent:
        """Reckon the reserve as of ``now`` (aware) and return what came of it.

        ``confidence`` is of the PV forecast, 0-1; ``spread`` is P80 less P20 of known
        import prices per kWh; ``pv_ahead_kwh`` of the next 4 h is for the log alone.
        While the battery feeds a car, the target stands. What is unknown is None.
        """
        self._watch(now)
        target = None if ev_boost_active else self._target(confidence, spread, now)
        event = self._event(now, confidence, spread, pv_ahead_kwh, target)
        self._write(event, self.terms.base_percent if target else self.state.base_percent)
        return event

    def activate_live(self, now: datetime) -> BufferEvent:
        """Apply targets from now on; return what is logged."""
        self._watch(now)
        self.state = replace(self.state, is_live=True)
        return self._order(now, BufferReason.ACTIVATED, {})

    def extend_observation(self, days: float, now: datetime) -> BufferEvent:
        """Observe for so many days more, or again where the buffer is live.

        Return what is logged; raise ValueError unless ``days`` is positive.
        """
        if not 0 < days < float("inf"):
            raise ValueError("days")
        was_live, by = self.state.is_live, timedelta(days=days)
        self._watch(now)
        watched = self.state.observation
        if was_live or self.state.is_live or watched is None:
            watched = Observation.begin(now, by)
        else:
            watched = watched.extended(by)
        self.state = replace(self.state, observation=watched, is_live=False)
        return self._order(now, BufferReason.EXTENDED, {"days": days})

    def _watch(self, now: datetime) -> None:
        """Take note of the time, and go live when the observation is over."""
        if now.tzinfo is None:
            raise ValueError("now")
        before = self.state.observation
        watched = Observation.begin(now) if before is None else before.at(now)
        is_live = self.state.is_live or watched.left == timedelta(0)
        self.state = replace(self.state, observation=watched, is_live=is_live)

    def _target(self, confidence: float | None, spread: float | None, now: datetime) -> Target:
        terms = self.terms
        if terms.formula is BufferFormula.CALIBRATED:
            return calibrated_target(terms.base_percent, terms.reserve_percent)
        return target_soc(
            terms.base_percent,
            confidence,
            wide_spread=is_wide(spread, terms.wide_spread_per_kwh),
            local_hour=self._local_hour(now),
        )

    def _event(
        self,
        now: datetime,
        confidence: float | None,
        spread: float | None,
        pv_ahead_kwh: float | None,
        target: Target | None,
    ) -> BufferEvent:
        old = self.state.target_percent
        return BufferEvent(
            time=now,
            mode=self.mode,
            old_percent=old,
            new_percent=old if target is None else target.percent,
            confidence=confidence,
            spread_per_kwh=spread,
            local_hour=self._local_hour(now),
            pv_ahead_kwh=pv_ahead_kwh,
            applied=self.state.is_live and target is not None,
            reason=BufferReason.CAR_BOOST if target is None else target.reason,
            data={} if target is None else target.data,
        )

    def _order(self, now: datetime, reason: BufferReason, data: Figures) -> BufferEvent:
        event = replace(
            self._event(now, None, None, None, None),
            reason=reason,
            data=data,
            applied=self.state.is_live,
        )
        self._write(event, self.state.base_percent)
        return event

    def _write(self, event: BufferEvent, base_percent: float | None) -> None:
        since = event.time - LOGGED
        log = (*(each for each in self.state.log if each.time > since), event)
        self.state = replace(
            self.state,
            target_percent=event.new_percent,
            base_percent=base_percent,
            log=log[-MOST_LOGGED:],
        )

    def _local_hour(self, now: datetime) -> int:
        return now.astimezone(ZoneInfo(self.terms.time_zone)).hour
