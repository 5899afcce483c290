"""What the household was seen to need, learnt in every control cycle and kept over restarts."""

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .engine.control.types import ChargerReading, ControlResult, MeterState, SiteReadings
from .engine.household_reserve import HouseholdReserve
from .engine.models import PhaseTriple

STORAGE_VERSION = 1
# Often enough to lose little, and seldom enough for an SD card.
SAVE_DELAY_S: Final = 900.0
# A longer silence is a gap: nobody knows what was drawn.
LONGEST_STEP_S: Final = 30.0
# What it says falls only by more than this, so that nothing flickers at a limit.
STEADY_A: Final = 0.5
SECONDS_PER_DAY: Final = 86_400.0


class ReserveKeeper:
    """Feed the estimate of one site, and tell what is to be kept for its household."""

    def __init__(self, hass: HomeAssistant, entry_id: str, phases: int) -> None:
        """Know nothing; ``async_load`` reads what was kept."""
        self._store = _store(hass, entry_id)
        self._phase_count = phases
        self._estimate = HouseholdReserve(phases)
        self._seen_at: float | None = None
        self._is_due = False  # a write: the store would put it off at every further wish
        self.reserve: PhaseTriple | None = None

    async def async_load(self) -> None:
        """Go on from what was kept; what makes no sense of it begins anew."""
        self._estimate = HouseholdReserve(self._phase_count, await self._store.async_load())
        self.reserve = self._estimate.reserve

    @property
    def observed_days(self) -> float:
        """Return for how many days the household has been observed."""
        return self._estimate.observed_s / SECONDS_PER_DAY

    def observe(self, readings: SiteReadings, result: ControlResult) -> None:
        """Count the time since the last cycle at what the household draws now."""
        before, self._seen_at = self._seen_at, readings.now
        if before is None or not 0 < readings.now - before <= LONGEST_STEP_S:
            return
        if not _is_known(readings, result):
            return
        self._estimate.observe(result.household_a, readings.now - before)
        self.reserve = _steady(self.reserve, self._estimate.reserve)
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    async def async_save(self) -> None:
        """Write what there is to be written: the site is unloaded."""
        if self._is_due:
            await self._store.async_save(self._written())

    def _written(self) -> dict[str, Any]:
        self._is_due = False
        return self._estimate.as_dict()


async def async_remove_reserve(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await _store(hass, entry_id).async_remove()


def _is_known(readings: SiteReadings, result: ControlResult) -> bool:
    """Whether the household's draw is measured, per phase and without any charger in it."""
    if result.grid_state is not MeterState.FRESH or result.frozen:
        return False
    on_every_phase = readings.grid.total_only and len(_known(result.household_a)) > 1
    return not on_every_phase and not any(_is_lost(charger) for charger in readings.chargers)


def _is_lost(charger: ChargerReading) -> bool:
    """Whether a charger may be drawing what nobody can tell from the household's."""
    return charger.session is not None and not charger.connected


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _steady(shown: PhaseTriple | None, now: PhaseTriple | None) -> PhaseTriple | None:
    """Return ``now``, but what was shown on a phase that has fallen by little."""
    if shown is None or now is None:
        return now
    a, b, c = (
        old if old - STEADY_A < new < old else new for old, new in zip(shown, now, strict=True)
    )
    return (a, b, c)


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    key = f"{DOMAIN}.{entry_id}.household_reserve"
    return Store(hass, STORAGE_VERSION, key, atomic_writes=True)
