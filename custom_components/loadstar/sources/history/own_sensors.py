"""Loadstar's own sensors, which the recorder remembers like any others."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN


@callback
def own_sensor(hass: HomeAssistant, entry_id: str, *keys: str) -> str | None:
    """Return the entity of a sensor by its key, after that of its subentry if it has one."""
    unique_id = "_".join((entry_id, *keys))
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
