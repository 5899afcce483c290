"""What is kept of one site's plans over restarts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..engine.planner.config import PlannerConfig
from ..engine.planner.devices import ManualBlock
from ..engine.planner.inputs.types import PlannerInput
from ..engine.planner.output.plain import from_plain, to_plain
from ..engine.planner.output.stored import (
    input_as_dict,
    input_from_dict,
    schedule_as_dict,
    schedule_from_dict,
)
from ..engine.planner.output.types import Schedule, StrategyEvent

STORAGE_VERSION: Final = 1
# Seldom enough for an SD card: a new plan is made as soon as Home Assistant is back, and an
# orderly stop writes the newest in any case.
SAVE_DELAY_S: Final = 3600.0


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
        self._kept = Kept()
        self._is_due = False  # a write: the store would put it off at every further wish

    async def async_load(self) -> Kept:
        """Return what was kept, without the parts that make no sense."""
        stored = await self._store.async_load()
        if not isinstance(stored, Mapping):
            return Kept()
        return await self._hass.async_add_executor_job(_restored, stored)

    @callback
    def keep(self, kept: Kept) -> None:
        """Write within the hour, and when Home Assistant stops."""
        self._kept = kept
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Write at once what is still to be written."""
        if not self._is_due:
            return
        self._is_due = False
        plain = await self._hass.async_add_executor_job(_plain, self._kept)
        await self._store.async_save(plain)
        if self._is_due:  # there is news since, whose own write this one has called off
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    def _written(self) -> dict[str, Any]:
        self._is_due = False
        return _plain(self._kept)


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
        "schedule": None if kept.schedule is None else schedule_as_dict(kept.schedule),
        "source": None if kept.source is None else input_as_dict(kept.source),
        "config": to_plain(kept.config),
        "manual": to_plain(kept.manual),
        "strategy": to_plain(kept.strategy),
    }


def _restored(stored: Mapping[str, Any]) -> Kept:
    return Kept(
        schedule=_part(schedule_from_dict, stored, "schedule"),
        source=_part(input_from_dict, stored, "source"),
        config=_part(_config, stored, "config"),
        manual=_part(_orders, stored, "manual") or (),
        strategy=_part(_events, stored, "strategy") or (),
    )


def _config(data: Any) -> PlannerConfig:
    return from_plain(PlannerConfig, data)


def _orders(data: Any) -> tuple[ManualBlock, ...]:
    return from_plain(tuple[ManualBlock, ...], data)


def _events(data: Any) -> tuple[StrategyEvent, ...]:
    return from_plain(tuple[StrategyEvent, ...], data)


def _part[PartT](
    read: Callable[[Any], PartT], stored: Mapping[str, Any], name: str
) -> PartT | None:
    """Return a part of what was kept, or None where it is not what it should be."""
    if stored.get(name) is None:
        return None
    try:
        return read(stored[name])
    except ValueError as error:
        LOGGER.warning("The kept plan's %s cannot be read and is left out: %s", name, error)
        return None
