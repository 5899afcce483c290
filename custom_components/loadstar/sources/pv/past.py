"""Sensors that remember what a source of PV forecasts expected: their statistics are the past."""

from collections.abc import Iterable
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...planning_wiring import SourceRef

# How the unique id of a sensor of the power that is expected now ends, by integration.
_EXPECTED_NOW: Final = {
    "forecast_solar": "power_production_now",
    "open_meteo_solar_forecast": "power_production_now",
    "solcast_solar": "power_now",
}
# Others name theirs as one of these do, or so.
_USUAL: Final = (*dict.fromkeys(_EXPECTED_NOW.values()), "pv_forecast_power")


@callback
def past_sensors(hass: HomeAssistant, refs: Iterable[SourceRef]) -> tuple[str, ...]:
    """Return a sensor for each source, none at all where one of them has none.

    A source that is a list or a template of another integration's entity has the
    sensors of that integration.
    """
    found = [_sensor_of(hass, ref) for ref in refs]
    return tuple(dict.fromkeys(sensor for sensor in found if sensor)) if all(found) else ()


def _sensor_of(hass: HomeAssistant, ref: SourceRef) -> str | None:
    registry = er.async_get(hass)
    entry_id = ref.entry_id
    if entry_id is None and ref.entity_id and (known := registry.async_get(ref.entity_id)):
        entry_id = known.config_entry_id
    if entry_id is None:
        return None
    for entity in er.async_entries_for_config_entry(registry, entry_id):
        key = _EXPECTED_NOW.get(entity.platform)
        if entity.domain == Platform.SENSOR and entity.unique_id.endswith(
            _USUAL if key is None else key
        ):
            return entity.entity_id
    return None
