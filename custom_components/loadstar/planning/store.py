"""What is kept of one site's plans over restarts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..engine.planner.config import PlannerConfig
from ..engine.planner.devices import ManualBlock
from ..engine.planner.inputs.types import PlannerInput
from ..engine.planner.output.plain import from_plain, to_plain
from ..engine.planner.output.types import Schedule, StrategyEvent

STORAGE_VERSION: Final = 1
# Together with what else changes at the same moment, and seldom enough for an SD card.
SAVE_DELAY_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The newest plan, what it was made from, and what the user has ordered."""

    schedule: Schedule | None = None
    source: PlannerInput | None = None
    config: PlannerConfig | None = None
    manual: tuple[ManualBlock, ...] = ()
    strategy: tuple[StrategyEvent, ...] = ()


class PlanStore:
    """Read and write what is kept."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Have nothing to write yet."""
        self._hass = hass
        self._store = _store(hass, entry_id)
        self._kept: Kept | None = None

    async def async_load(self) -> Kept:
        """Return what was kept, without the parts that make no sense."""
        stored = await self._store.async_load()
        if not isinstance(stored, Mapping):
            return Kept()
        return await self._hass.async_add_executor_job(_restored, stored)

    @callback
    def keep(self, kept: Kept) -> None:
        """Write soon."""
        self._kept = kept
        self._store.async_delay_save(lambda: _plain(kept), SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Write at once what is still to be written."""
        if self._kept is not None:
            plain = await self._hass.async_add_executor_job(_plain, self._kept)
            await self._store.async_save(plain)


async def async_remove_plans(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(
        hass,
        STORAGE_VERSION,
        f"{DOMAIN}.{entry_id}.plan",
        atomic_writes=True,
        serialize_in_event_loop=False,  # two days of slots take a while
    )


def _plain(kept: Kept) -> dict[str, Any]:
    return {
        "schedule": to_plain(kept.schedule),
        "source": to_plain(kept.source),
        "config": to_plain(kept.config),
        "manual": to_plain(kept.manual),
        "strategy": to_plain(kept.strategy),
    }


def _restored(stored: Mapping[str, Any]) -> Kept:
    return Kept(
        schedule=_part(Schedule | None, stored, "schedule"),
        source=_part(PlannerInput | None, stored, "source"),
        config=_part(PlannerConfig | None, stored, "config"),
        manual=_part(tuple[ManualBlock, ...], stored, "manual") or (),
        strategy=_part(tuple[StrategyEvent, ...], stored, "strategy") or (),
    )


def _part(kind: Any, stored: Mapping[str, Any], name: str) -> Any:
    """Return a part of what was kept, or None where it is not what it should be."""
    try:
        return from_plain(kind, stored.get(name))
    except ValueError as error:
        LOGGER.warning("The kept plan's %s cannot be read and is left out: %s", name, error)
        return None
