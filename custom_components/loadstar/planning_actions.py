"""Actions about the plan: make it, read it, ask what if, give orders and goals."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, time
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from probatio import All, Coerce, Optional, Range, Required, Schema

from .addressing import ATTR_ENTRY, addressing_error, find_device, find_entry
from .const import DOMAIN
from .goals import MOST_GOAL_KWH, TIME_OF_DAY, goal_key
from .manual_orders import ORDER, check_times, moment, order_of
from .plan_data import block_data, summary_data
from .planning.words import async_load_words
from .schedule_data import async_schedule_data
from .simulation_action import SCHEMA as SIMULATE_SCHEMA
from .simulation_action import async_simulate

SITE: Final = {Optional(ATTR_ENTRY): cv.string}

PLAN_SCHEMA: Final = Schema(SITE)
GET_PLAN_SCHEMA: Final = Schema({**SITE, Optional("from"): moment, Optional("until"): moment})
SET_MANUAL_SCHEMA: Final = Schema({**SITE, **ORDER})
CLEAR_MANUAL_SCHEMA: Final = Schema({**SITE, Optional("block_id"): cv.string})
GOAL_SCHEMA: Final = Schema(
    {
        Required(ATTR_DEVICE_ID): cv.string,
        Optional("soc_percent"): All(Coerce(float), Range(min=0, max=100)),
        Optional("energy_kwh"): All(Coerce(float), Range(min=0, max=MOST_GOAL_KWH)),
        Optional("departure"): cv.time,
        Optional("by"): moment,
        Optional("clear", default=False): cv.boolean,
    }
)


@callback
def async_setup_planning_actions(hass: HomeAssistant) -> None:
    """Register the actions about the plan."""
    for name, action, schema, response in (
        ("plan", _async_plan, PLAN_SCHEMA, SupportsResponse.OPTIONAL),
        ("get_plan", _async_get_plan, GET_PLAN_SCHEMA, SupportsResponse.ONLY),
        ("simulate", async_simulate, SIMULATE_SCHEMA, SupportsResponse.ONLY),
        ("set_manual_plan", _async_set_manual, SET_MANUAL_SCHEMA, SupportsResponse.OPTIONAL),
        ("clear_manual_plan", _async_clear_manual, CLEAR_MANUAL_SCHEMA, SupportsResponse.OPTIONAL),
        ("set_charging_goal", _async_set_goal, GOAL_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema=schema, supports_response=response
        )


async def _async_plan(call: ServiceCall) -> dict[str, Any]:
    """Make a plan now, and return what came of it."""
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    schedule = await coordinator.planning.async_plan()
    return summary_data(schedule, await async_load_words(call.hass))


async def _async_get_plan(call: ServiceCall) -> dict[str, Any]:
    """Return the newest plan, or the part of it between two times."""
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    start, end = _instant(call, "from"), _instant(call, "until")
    if start is not None and end is not None:
        check_times(start, end)
    plan = await async_schedule_data(coordinator)
    if plan is None:
        raise addressing_error("no_plan", site=coordinator.config.name)
    return {
        **plan,
        "slots": [slot for slot in plan["slots"] if _is_between(slot, start, end)],
        "manual": [block_data(block) for block in coordinator.planning.manual],
    }


async def _async_set_manual(call: ServiceCall) -> dict[str, Any]:
    """Order something for a time; the plan is made around it."""
    entry_id, device_id = call.data.get(ATTR_ENTRY), call.data.get(ATTR_DEVICE_ID)
    if entry_id is None and device_id is not None:
        coordinator, _, _ = find_device(call.hass, device_id, not_ours="device_unplanned")
    else:
        coordinator = find_entry(call.hass, entry_id)
    order = order_of(call.hass, coordinator, call.data)
    return block_data(await coordinator.planning.async_set_manual(order))


async def _async_clear_manual(call: ServiceCall) -> dict[str, Any]:
    """Take back one order, or all of a site."""
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    block_id = call.data.get("block_id")
    cleared = await coordinator.planning.async_clear_manual(block_id)
    if block_id is not None and not cleared:
        raise addressing_error("order_unknown", order=block_id)
    return {"cleared": cleared}


async def _async_set_goal(call: ServiceCall) -> dict[str, Any]:
    """Say what a car is to have and by when, or that it need not have anything."""
    coordinator, device, name = find_device(
        call.hass, call.data[ATTR_DEVICE_ID], not_ours="device_no_car"
    )
    config, settings = coordinator.config, coordinator.settings
    if device is None or (device not in config.chargers and device not in config.planning.vehicles):
        raise addressing_error("device_no_car", device=name)
    key = goal_key(config, coordinator.data.plan, device) if device in config.chargers else device
    changes = _goal_changes(call.data)
    if call.data["clear"]:
        if changes:
            raise addressing_error("goal_cleared_and_set", device=name)
        await settings.async_clear_goal(key)
    elif not changes:
        raise addressing_error("goal_empty", device=name)
    else:
        await settings.async_update_goal(key, **changes)
    return {"subentry_id": key, **asdict(settings.goals[key])}


def _goal_changes(data: Mapping[str, Any]) -> dict[str, float | str | None]:
    """Return what changes of a goal; a SoC takes the place of an energy, and the reverse."""
    changes: dict[str, float | str | None] = {}
    soc, energy = data.get("soc_percent"), data.get("energy_kwh")
    if soc is not None and energy is not None:
        raise addressing_error("goal_twice")
    if soc is not None or energy is not None:
        changes |= {"soc_percent": soc, "energy_kwh": energy}
    departure: time | None = data.get("departure")
    if departure is not None:
        changes["departure"] = departure.strftime(TIME_OF_DAY)
    by: datetime | None = data.get("by")
    if by is not None:
        changes["by"] = dt_util.as_utc(by).isoformat()
    return changes


def _is_between(slot: Mapping[str, Any], start: datetime | None, end: datetime | None) -> bool:
    """Whether a slot has something of a stretch of time, open where it has no start or end."""
    return (start is None or datetime.fromisoformat(slot["end"]) > start) and (
        end is None or datetime.fromisoformat(slot["start"]) < end
    )


def _instant(call: ServiceCall, name: str) -> datetime | None:
    value = call.data.get(name)
    return None if value is None else dt_util.as_utc(value)
