"""What the load flow checks."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..const import (
    CONF_ALLOWED,
    CONF_BLOCK,
    CONF_CONTINUOUS,
    CONF_DURATION,
    CONF_EARLIEST,
    CONF_ENERGY_PER_DAY,
    CONF_LATEST_END,
    CONF_POWER,
    CONF_RATED_POWER,
    CONF_SWITCH,
    TARIFF_FROM,
    TARIFF_UNTIL,
)
from ..planning_wiring import LoadConfig
from ..wiring import SiteConfig
from .problems import Problems
from .validation import (
    Measure,
    check_distinct,
    check_entities,
    check_exists,
    check_foreign,
    check_name,
    check_ranges,
)

_DAY_MINUTES: Final = 24 * 60
_HOUR_MINUTES: Final = 60


def check_load(
    hass: HomeAssistant, site: SiteConfig, values: Mapping[str, Any], own_id: str | None
) -> Problems:
    """Return what is wrong with what every load has."""
    problems = Problems()
    others = [load for key, load in site.planning.loads.items() if key != own_id]
    check_name(values, [load.name for load in others], problems)
    check_ranges(values, problems)
    check_exists(hass, values, CONF_SWITCH, problems)
    check_foreign(hass, values, CONF_SWITCH, problems)
    check_entities(hass, values, (CONF_POWER,), Measure.POWER, problems)
    check_distinct(values, (CONF_SWITCH, CONF_POWER), problems, taken=_taken(site, others))
    return problems


def check_water_heater(values: Mapping[str, Any]) -> Problems:
    """Return what is wrong with what is heated in a day, and when."""
    problems = Problems()
    check_ranges(values, problems)
    if problems:
        return problems
    allowed = [_window(hours) for hours in values.get(CONF_ALLOWED, ())] or [_DAY_MINUTES]
    block = 0 if values[CONF_CONTINUOUS] else values[CONF_BLOCK]
    if max(allowed) < block:
        words = {"block": f"{block:g}", "longest": f"{max(allowed):g}"}
        problems.add(CONF_ALLOWED, "allowed_below_block", words)
    energy, power = values[CONF_ENERGY_PER_DAY], values[CONF_RATED_POWER]
    hours = min(sum(allowed), _DAY_MINUTES) / _HOUR_MINUTES
    if energy > power * hours:
        words = {"energy": f"{energy:g}", "most": f"{power * hours:.3g}", "hours": f"{hours:.3g}"}
        problems.add(CONF_ENERGY_PER_DAY, "energy_too_much", words)
    return problems


def check_deferrable(values: Mapping[str, Any]) -> Problems:
    """Return what is wrong with a run and its window."""
    problems = Problems()
    check_ranges(values, problems)
    window = _minutes(values[CONF_EARLIEST], values[CONF_LATEST_END])
    if not problems and window < values[CONF_DURATION]:
        words = {"window": f"{window:g}", "duration": f"{values[CONF_DURATION]:g}"}
        problems.add(CONF_LATEST_END, "window_short", words)
    return problems


def _taken(site: SiteConfig, others: list[LoadConfig]) -> set[str]:
    """Return the entities that stand for something else already."""
    taken = {*site.meter.entities, *site.pv_power}
    taken |= {battery.power for battery in site.batteries.values()}
    return taken | {entity for load in others for entity in (load.switch, load.power) if entity}


def _window(hours: Mapping[str, str]) -> int:
    return _minutes(hours[TARIFF_FROM], hours[TARIFF_UNTIL])


def _minutes(begin: str, end: str) -> int:
    """Return the minutes from one time of day to the next other; from 00:00 to 00:00 is a day."""
    first, last = (time.fromisoformat(text) for text in (begin, end))
    minutes = (last.hour - first.hour) * _HOUR_MINUTES + last.minute - first.minute
    return minutes if minutes > 0 else minutes + _DAY_MINUTES
