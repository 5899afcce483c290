"""Loadstar's part of the system information page."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .central import CENTRAL_SYSTEMS
from .const import DOMAIN
from .coordinator import LoadstarConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the ports served, the chargers connected and the age of the oldest meter."""
    entries: list[LoadstarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    systems = hass.data.get(CENTRAL_SYSTEMS)
    ports = systems.ports if systems is not None else ()
    chargers = [
        charger for entry in entries for charger in entry.runtime_data.data.chargers.values()
    ]
    connected = sum(charger.connected for charger in chargers)
    return {
        "ports": ", ".join(str(port) for port in ports) or "-",
        "chargers_connected": f"{connected}/{len(chargers)}",
        "refused_handshakes": systems.refused_handshakes if systems is not None else 0,
        "oldest_meter_age": _oldest_meter_age(entries),
    }


def _oldest_meter_age(entries: list[LoadstarConfigEntry]) -> str:
    """Return how long ago the most silent grid meter entity has reported."""
    reports = [
        entry.runtime_data.data.sources.get(entity_id)
        for entry in entries
        for entity_id in entry.runtime_data.config.meter.entities
    ]
    known = [report for report in reports if report is not None]
    if not known or len(known) < len(reports):
        return "-"
    return f"{(dt_util.utcnow() - min(known)).total_seconds():.0f} s"
