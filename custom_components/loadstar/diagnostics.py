"""What a user may send along with a question: everything but secrets."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from .central import CENTRAL_SYSTEMS
from .const import (
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_HOST,
    CONF_OCPP_PRIVATE_KEY,
    CONF_PASSWORD,
    CONF_STATION_ID,
    DOMAIN,
)
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator
from .engine.planner.output.stored import input_as_dict
from .wiring import SiteConfig

# A station's id is half of its login, and with its serial number leads to its owner.
TO_REDACT: Final = {
    CONF_PASSWORD,
    CONF_OCPP_HOST,
    # folders have names of people and houses
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_PRIVATE_KEY,
    CONF_STATION_ID,
    "id_tag",
    "serial",
    "unique_id",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: LoadstarConfigEntry
) -> dict[str, Any]:
    """Return a site as wired and, where it is set up, as tuned and as it stands."""
    integration = await async_get_integration(hass, DOMAIN)
    data: dict[str, Any] = {"version": str(integration.version), "entry": entry.as_dict()}
    if entry.state is ConfigEntryState.LOADED:
        data |= _site(hass, entry.runtime_data)
        data["planner_input"] = await _async_planner_input(hass, entry.runtime_data)
    redacted: dict[str, Any] = async_redact_data(data, TO_REDACT)
    return redacted


def _site(hass: HomeAssistant, coordinator: LoadstarCoordinator) -> Mapping[str, Any]:
    return {
        "settings": coordinator.settings.as_dict(),
        "snapshot": asdict(coordinator.data),
        "buffer": coordinator.buffering.as_dict(),
        "training": coordinator.forecasting.as_dict(),
        "connectors": {
            key: asdict(coordinator.chargers.state(key)) for key in coordinator.config.chargers
        },
        "central_system": _central_system(hass, coordinator.config),
    }


async def _async_planner_input(
    hass: HomeAssistant, coordinator: LoadstarCoordinator
) -> Mapping[str, Any] | None:
    """Return what the newest plan was made from, so that it can be made again elsewhere."""
    source = coordinator.planning.source
    return None if source is None else await hass.async_add_executor_job(input_as_dict, source)


def _central_system(hass: HomeAssistant, config: SiteConfig) -> Mapping[str, Any] | None:
    """Return what the site's OCPP server knows; None while its port is taken."""
    system = hass.data[CENTRAL_SYSTEMS].system(config.ocpp_port)
    if system is None:
        return None
    stations = system.stations
    return {
        "port": system.port,
        "encrypted_port": system.encrypted_port,
        "refused_handshakes": system.refused_handshakes,
        "refusals": system.refusals,
        "unknown_stations": len(system.unknown_ids),
        # by subentry, since the ids of stations are nobody else's business
        "stations": {
            key: asdict(stations[charger.station_id])
            for key, charger in config.chargers.items()
            if charger.station_id in stations
        },
    }
