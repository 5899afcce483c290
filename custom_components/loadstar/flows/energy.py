"""What the user has told the energy dashboard already, offered as first values."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_CAPACITY,
    CONF_EXPORT_FIXED,
    CONF_GRID_EXPORT_TOTAL,
    CONF_GRID_INVERT,
    CONF_GRID_TOTAL,
    CONF_IMPORT_FIXED,
    CONF_POWER,
    CONF_POWER_INVERT,
    CONF_PV_POWER,
    CONF_SOC,
)
from ..sources.quantity import Quantity, quantity_of


async def async_site_defaults(hass: HomeAssistant) -> dict[str, Any]:
    """Return the grid meter and the PV powers that the dashboard knows."""
    sources = await _async_sources(hass)
    defaults: dict[str, Any] = {}
    grids = [found for source in _of(sources, "grid") if (found := _grid(hass, source))]
    if len(grids) == 1:
        defaults |= grids[0]
    pv = [
        _entity(hass, source.get("stat_rate"), Quantity.POWER) for source in _of(sources, "solar")
    ]
    if known := [entity for entity in pv if entity]:
        defaults[CONF_PV_POWER] = known
    return defaults


async def async_price_defaults(hass: HomeAssistant) -> dict[str, Any]:
    """Return the fixed prices that the dashboard counts with, if there is one grid."""
    grids = _of(await _async_sources(hass), "grid")
    if len(grids) != 1:
        return {}
    prices = {
        CONF_IMPORT_FIXED: grids[0].get("number_energy_price"),
        CONF_EXPORT_FIXED: grids[0].get("number_energy_price_export"),
    }
    return {name: price for name, price in prices.items() if price is not None}


async def async_battery_defaults(hass: HomeAssistant, taken: set[str]) -> dict[str, Any]:
    """Return the first battery of the dashboard whose power is not among ``taken``."""
    for source in _of(await _async_sources(hass), "battery"):
        defaults = _battery(hass, source)
        if defaults and defaults.get(CONF_POWER) not in taken:
            return defaults
    return {}


async def _async_sources(hass: HomeAssistant) -> list[Mapping[str, Any]]:
    manager = await async_get_manager(hass)
    return [] if manager.data is None else list(manager.data["energy_sources"])


def _of(sources: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [source for source in sources if source["type"] == kind]


def _grid(hass: HomeAssistant, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a grid's meter; the dashboard, as we, counts import as positive."""
    config = source.get("power_config", {})
    imported = _entity(hass, config.get("stat_rate_from"), Quantity.POWER)
    exported = _entity(hass, config.get("stat_rate_to"), Quantity.POWER)
    if imported and exported:
        return {CONF_GRID_TOTAL: imported, CONF_GRID_EXPORT_TOTAL: exported}
    if inverted := _entity(hass, config.get("stat_rate_inverted"), Quantity.POWER):
        return {CONF_GRID_TOTAL: inverted, CONF_GRID_INVERT: True}
    signed = _entity(hass, source.get("stat_rate"), Quantity.POWER)
    return {CONF_GRID_TOTAL: signed} if signed else {}


def _battery(hass: HomeAssistant, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a battery; the dashboard counts discharge as positive, and we charge."""
    defaults: dict[str, Any] = {}
    config = source.get("power_config", {})
    if charging := _entity(hass, config.get("stat_rate_inverted"), Quantity.POWER):
        defaults |= {CONF_POWER: charging, CONF_POWER_INVERT: False}
    elif discharging := _entity(hass, source.get("stat_rate"), Quantity.POWER):
        defaults |= {CONF_POWER: discharging, CONF_POWER_INVERT: True}
    if soc := _entity(hass, source.get("stat_soc"), Quantity.PERCENT):
        defaults[CONF_SOC] = soc
    if capacity := source.get("capacity"):
        defaults[CONF_CAPACITY] = capacity
    return defaults


def _entity(hass: HomeAssistant, statistic_id: str | None, quantity: Quantity) -> str | None:
    """Return a statistic's entity; some statistics have none, or none of this unit."""
    state = None if statistic_id is None else hass.states.get(statistic_id)
    return None if state is None or quantity_of(state) is not quantity else statistic_id
