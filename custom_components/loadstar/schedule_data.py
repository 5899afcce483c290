"""A site's newest plan as plain data: made once for all who ask, and not in the event loop."""

import asyncio
from typing import Any, Final
from weakref import WeakKeyDictionary

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .coordinator import LoadstarCoordinator
from .engine.planner.output.types import Schedule
from .plan_data import plan_data
from .planning.words import async_load_words

type _Made = tuple[Schedule, str, asyncio.Future[dict[str, Any]]]  # plan, language, its data

_MADE: Final[HassKey[WeakKeyDictionary[LoadstarCoordinator, _Made]]] = HassKey(
    f"{DOMAIN}_schedule_data"
)


async def async_schedule_data(coordinator: LoadstarCoordinator) -> dict[str, Any] | None:
    """Return the plan that there is now, with a sentence beside each code."""
    hass, schedule = coordinator.hass, coordinator.planning.schedule
    if schedule is None:
        return None
    words = await async_load_words(hass)
    made = _made(hass)
    known = made.get(coordinator)
    if known is None or known[0] is not schedule or known[1] != hass.config.language:
        job = hass.async_add_executor_job(plan_data, schedule, words)
        known = made[coordinator] = schedule, hass.config.language, job
    return await asyncio.shield(known[2])  # others wait for it too


def _made(hass: HomeAssistant) -> WeakKeyDictionary[LoadstarCoordinator, _Made]:
    return hass.data.setdefault(_MADE, WeakKeyDictionary())
