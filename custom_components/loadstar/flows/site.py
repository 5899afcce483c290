"""What the site flow checks, and what it suggests."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_GRID_A,
    CONF_GRID_EXPORT_A,
    CONF_GRID_EXPORT_TOTAL,
    CONF_GRID_HEARTBEAT,
    CONF_GRID_INVERT,
    CONF_GRID_TOTAL,
    CONF_MAIN_BREAKER,
    CONF_METER_LAYOUT,
    CONF_OUTDOOR_TEMPERATURE,
    CONF_PHASES,
    CONF_PV_POWER,
    DOMAIN,
    METER_PER_PHASE,
    METER_TOTAL,
    SITE_PHASES,
)
from ..limits import fallback_conflict, minimum_conflict
from ..wiring import SiteConfig
from .encryption import async_check_encryption
from .in_force import wiring_of
from .problems import Problems
from .server import check_server
from .site_schema import export_fields, meter_fields
from .validation import (
    Measure,
    check_complete,
    check_distinct,
    check_entities,
    check_exists,
    check_name,
    check_ranges,
    check_same_quantity,
    named,
)
from .weather import check_weather


def check_supply(
    hass: HomeAssistant, values: Mapping[str, Any], own: ConfigEntry | None
) -> Problems:
    """Return what is wrong with a connection to the grid; ``own`` is the site if it exists."""
    problems = Problems()
    check_name(values, [site.title for site in _others(hass, own)], problems)
    check_ranges(values, problems)
    if own is not None and not problems:
        _check_chargers(own, values, problems)
    return problems


def check_meter(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    supply: Mapping[str, Any],
    own: ConfigEntry | None,
) -> Problems:
    """Return what is wrong with a grid meter."""
    problems = Problems()
    wiring = supply[CONF_PHASES], supply[CONF_METER_LAYOUT]
    exports = export_fields(*wiring)
    fields = (*meter_fields(*wiring), *exports)
    check_ranges(values, problems)
    check_entities(hass, values, fields, Measure.CURRENT_OR_POWER, problems)
    check_distinct(values, fields, problems)
    check_same_quantity(hass, values, fields, problems)
    check_complete(values, exports, problems)
    check_exists(hass, values, CONF_GRID_HEARTBEAT, problems)
    for site in _others(hass, own):
        taken = set(SiteConfig.from_entry(site).meter.entities)
        for name in fields:
            if taken.intersection(named(values, name)):
                problems.add(name, "meter_used", {"site": site.title})
    return problems


async def async_check_solar(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    meter: Mapping[str, Any],
    own: ConfigEntry | None,
) -> Problems:
    """Return what is wrong with PV, inverter, weather and the OCPP server."""
    problems = Problems()
    wiring = meter[CONF_PHASES], meter[CONF_METER_LAYOUT]
    fields = (*meter_fields(*wiring), *export_fields(*wiring))
    measured = {entity for name in fields for entity in named(meter, name)}
    check_ranges(values, problems)
    check_entities(hass, values, (CONF_PV_POWER,), Measure.POWER, problems)
    check_distinct(values, (CONF_PV_POWER,), problems, taken=measured)
    check_entities(hass, values, (CONF_OUTDOOR_TEMPERATURE,), Measure.TEMPERATURE, problems)
    check_weather(hass, values, problems)
    others = _others(hass, own)
    check_server(hass, values, others, problems)
    await async_check_encryption(hass, values, own, others, problems)
    return problems


def normalised(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a supply as it is stored: one phase has a meter per phase."""
    single = values[CONF_PHASES] == 1
    return {**values, CONF_METER_LAYOUT: METER_PER_PHASE if single else values[CONF_METER_LAYOUT]}


def suggested_meter(defaults: Mapping[str, Any], supply: Mapping[str, Any]) -> dict[str, Any]:
    """Return a total known to the energy dashboard in the fields where it fits.

    On three phases with a meter for each, it fits nowhere.
    """
    values = dict(defaults)
    total = values.pop(CONF_GRID_TOTAL, None)
    export = values.pop(CONF_GRID_EXPORT_TOTAL, None)
    if supply[CONF_PHASES] == 1:
        return {**values, CONF_GRID_A: total, CONF_GRID_EXPORT_A: export}
    if supply[CONF_METER_LAYOUT] == METER_TOTAL:
        return dict(defaults)
    values.pop(CONF_GRID_INVERT, None)
    return values


def _others(hass: HomeAssistant, own: ConfigEntry | None) -> list[ConfigEntry]:
    sites = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    return [site for site in sites if site is not own]


def _check_chargers(own: ConfigEntry, values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse a supply that cannot carry the chargers that are there."""
    before = wiring_of(own)
    wiring = replace(before, breaker=values[CONF_MAIN_BREAKER])
    phases = set(SITE_PHASES[: values[CONF_PHASES]])
    lost = [c.name for c in wiring.chargers.values() if not set(c.phases) <= phases]
    if lost:
        problems.add(CONF_PHASES, "chargers_need_phases", {"chargers": ", ".join(lost)})
    elif conflict := minimum_conflict(wiring) or fallback_conflict(wiring, before):
        problems.add(CONF_MAIN_BREAKER, conflict.error, conflict.words)
