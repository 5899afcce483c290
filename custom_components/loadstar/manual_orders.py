"""Orders that a user gives to the plan: what fits which device, and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from probatio import All, Coerce, Invalid, Optional, Range, Required

from .addressing import addressing_error, find_device
from .coordinator import LoadstarCoordinator
from .engine.planner.devices import ManualAction, ManualBlock
from .engine.prices.normalise import is_of_our_age
from .goals import goal_key
from .wiring import SiteConfig

MOST_POWER_KW: Final = 1000.0


def moment(value: Any) -> datetime:
    """Validate a point in time; sums with the ends of the calendar overflow."""
    found = cv.datetime(value)
    if not is_of_our_age(found):
        message = f"{value} is not a point in time between 1970 and 2200"
        raise Invalid(message)
    return found


ORDER: Final = {
    Optional(ATTR_DEVICE_ID): cv.string,
    Required("start"): moment,
    Required("end"): moment,
    Required("action"): Coerce(ManualAction),
    Optional("power_kw"): All(Coerce(float), Range(min=0, max=MOST_POWER_KW)),
    Optional("block_id"): cv.string,
}

# What may be ordered of which kind of device; of the site: of all its batteries.
_SITE: Final = frozenset(
    {ManualAction.CHARGE, ManualAction.DISCHARGE, ManualAction.HOLD, ManualAction.EXPORT}
)
_BATTERY: Final = _SITE - {ManualAction.EXPORT}
_CAR: Final = frozenset({ManualAction.CHARGE, ManualAction.HOLD})
_LOAD: Final = frozenset({ManualAction.RUN, ManualAction.HOLD})


def order_of(
    hass: HomeAssistant, coordinator: LoadstarCoordinator, data: Mapping[str, Any]
) -> ManualBlock:
    """Return what is ordered, or refuse what no plan can do."""
    device, name = None, coordinator.config.name
    if device_id := data.get(ATTR_DEVICE_ID):
        device, name = _device(hass, coordinator, device_id)
    action = data["action"]
    if action not in _possible(coordinator.config, device):
        raise addressing_error("order_unfit", action=action, device=name)
    start, end = dt_util.as_utc(data["start"]), dt_util.as_utc(data["end"])
    check_times(start, end)
    if end <= dt_util.utcnow():
        raise addressing_error("order_over", end=shown_time(end))
    return ManualBlock(
        block_id=data.get("block_id") or uuid4().hex,
        start=start,
        end=end,
        action=action,
        device_id=None if device is None else _planned_as(coordinator, device),
        power_kw=data.get("power_kw"),
    )


def planned_device(hass: HomeAssistant, coordinator: LoadstarCoordinator, device_id: str) -> str:
    """Return what the plan knows a device of this site as."""
    device, name = _device(hass, coordinator, device_id)
    if device is None:
        raise addressing_error("device_unplanned", device=name)
    return _planned_as(coordinator, device)


def check_times(start: datetime, end: datetime) -> None:
    """Refuse a stretch that ends before it begins."""
    if start >= end:
        raise addressing_error("times_reversed", start=shown_time(start), end=shown_time(end))


def shown_time(instant: datetime) -> str:
    """Return a time as its user reads it."""
    return dt_util.as_local(instant).strftime("%Y-%m-%d %H:%M")


def _device(
    hass: HomeAssistant, coordinator: LoadstarCoordinator, device_id: str
) -> tuple[str | None, str]:
    site, device, name = find_device(hass, device_id, not_ours="device_unplanned")
    if site is not coordinator:
        raise addressing_error("device_unplanned", device=name)
    return device, name


def _planned_as(coordinator: LoadstarCoordinator, device: str) -> str:
    """Return what the plan knows a subentry as: a charger is the car that is there."""
    if device in coordinator.config.chargers:
        return goal_key(coordinator.config, coordinator.data.plan, device)
    return device


def _possible(config: SiteConfig, device: str | None) -> frozenset[ManualAction]:
    """Return what may be ordered of a device, None being the site."""
    if device is None:
        return _SITE if config.batteries else frozenset()
    if device in config.batteries:
        return _BATTERY
    if device in config.chargers or device in config.planning.vehicles:
        return _CAR
    return _LOAD if device in config.planning.loads else frozenset()
