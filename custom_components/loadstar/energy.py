"""The corrected PV forecast for the energy dashboard."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .coordinator import LoadstarConfigEntry
from .engine.planner.inputs.pv import EnergyPeriod

_WH_PER_KWH = 1000.0


async def async_get_solar_forecast(
    hass: HomeAssistant, config_entry_id: str
) -> dict[str, dict[str, float]] | None:
    """Return the energy in Wh by start of the period; None where nothing is foreseen."""
    entry: LoadstarConfigEntry | None = hass.config_entries.async_get_entry(config_entry_id)
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    forecast = entry.runtime_data.forecasting.pv
    if forecast is None or not forecast.periods:
        return None
    return {"wh_hours": {period.start.isoformat(): _wh(period) for period in forecast.periods}}


def _wh(period: EnergyPeriod) -> float:
    hours = (period.end - period.start).total_seconds() / 3600
    return round(period.mean_kw * hours * _WH_PER_KWH, 1)
