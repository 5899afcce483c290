"""Say it once when something goes wrong, and once when it is right again."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from .const import LOGGER
from .engine.control.types import MeterState
from .models import Snapshot
from .repairs import (
    async_clear_meter_stale,
    async_clear_removed,
    async_clear_uncontrolled,
    async_report_meter_stale,
    async_report_uncontrolled,
)
from .wiring import SiteConfig

# Home Assistant's start and a meter's hiccup are not worth anybody's attention.
METER_PATIENCE_S: Final = 30.0


class Faults:
    """Log and raise repair issues for what the control cycle finds."""

    def __init__(self, hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
        """Know nothing of a site that has just been set up or wired anew."""
        self._hass = hass
        self._entry_id = entry_id
        self._config = config
        self._stale_since: float | None = None
        self._stale_reported = False
        self._problems: dict[str, str | None] = {}
        async_clear_removed(hass)

    @callback
    def look(self, grid: MeterState, snapshot: Snapshot, now: float) -> None:
        """Compare with what has been said; ``now`` is in monotonic seconds."""
        self._look_at_meter(stale=grid is MeterState.STALE, now=now)
        for key, charger in snapshot.chargers.items():
            if charger.connected:
                self._look_at_charger(key, charger.problem)

    def _look_at_meter(self, *, stale: bool, now: float) -> None:
        if not stale:
            if self._stale_reported:
                LOGGER.info("%s: the grid meter reports again", self._config.name)
            async_clear_meter_stale(self._hass, self._entry_id)
            self._stale_since, self._stale_reported = None, False
            return
        if self._stale_since is None:
            self._stale_since = now
        if not self._stale_reported and now - self._stale_since >= METER_PATIENCE_S:
            self._stale_reported = True
            LOGGER.warning(
                "%s: no usable values from the grid meter (%s); chargers stay at or under"
                " their fallback until it reports again",
                self._config.name,
                ", ".join(self._config.meter.entities),
            )
            async_report_meter_stale(self._hass, self._entry_id, self._config)

    def _look_at_charger(self, key: str, problem: str | None) -> None:
        if key in self._problems and problem == self._problems[key]:
            return
        charger = self._config.chargers[key]
        before = self._problems.get(key)
        self._problems[key] = problem
        if problem is None:
            if before is not None:
                LOGGER.info("%s: takes its set-points again", charger.name)
            async_clear_uncontrolled(self._hass, key)
            return
        LOGGER.warning("%s: cannot be held to a current (%s)", charger.name, problem)
        async_report_uncontrolled(self._hass, charger, problem)
