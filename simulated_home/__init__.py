"""A house for developers: meters, PV, battery and OCPP chargers that are not there.

Importing it needs nothing of Home Assistant, so that its chargers run without.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .home import SimulatedHome

type SimulatedHomeEntry = ConfigEntry[SimulatedHome]

_PLATFORMS = ("sensor", "switch")


async def async_setup_entry(hass: HomeAssistant, entry: SimulatedHomeEntry) -> bool:
    """Let the house live until the entry is unloaded, and remember the year before."""
    # reading so many files would hold the event loop
    await hass.async_add_import_executor_job(import_module, ".life", __package__)
    from .life import async_begin, async_remember  # noqa: PLC0415  see the module's docstring

    entry.runtime_data = home = await async_begin(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
    entry.async_create_background_task(hass, home.run(), "simulated home")
    await async_remember(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SimulatedHomeEntry) -> bool:
    """Take the entities down; the tasks end with the entry."""
    return await hass.config_entries.async_unload_platforms(entry, _PLATFORMS)
