"""The forecasts that the energy dashboard shows for its solar panels."""

from collections.abc import Collection
from importlib import import_module

from homeassistant.core import HomeAssistant

from ...const import DOMAIN
from ...planning_wiring import SourceRef
from .registry import ref_of_entry


async def async_dashboard_refs(hass: HomeAssistant, but: Collection[str]) -> list[SourceRef]:
    """Return each forecast of the dashboard once, but those of some entries and our own."""
    # it brings the whole frontend along: not before it is needed, and not in the event loop
    await hass.async_add_import_executor_job(import_module, "homeassistant.components.energy.data")
    from homeassistant.components.energy.data import async_get_manager  # noqa: PLC0415  see above

    ours = {entry.entry_id for entry in hass.config_entries.async_entries(DOMAIN)}
    manager = await async_get_manager(hass)
    if manager.data is None:
        return []
    entries = dict.fromkeys(
        entry_id
        for source in manager.data["energy_sources"]
        if source["type"] == "solar"
        for entry_id in source["config_entry_solar_forecast"] or ()
        if entry_id not in but and entry_id not in ours
    )
    return [ref_of_entry(hass, entry_id) for entry_id in entries]
