"""The simulated home's solar forecast, for the energy dashboard and whoever reads it there."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from . import SimulatedHomeEntry
from .const import DOMAIN


async def async_get_solar_forecast(
    hass: HomeAssistant, config_entry_id: str
) -> dict[str, dict[str, float]] | None:
    """Return Wh by the beginning of their hour."""
    entry: SimulatedHomeEntry | None = hass.config_entries.async_get_entry(config_entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return {"wh_hours": entry.runtime_data.pv_forecast_wh(dt_util.utcnow())}
