"""How the house's life begins, and goes on after a restart."""

from importlib import import_module

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.util import dt as dt_util

from . import SimulatedHomeEntry
from .almanac import HouseClock, almanac
from .const import CONF_CLOCK_SHIFT
from .home import VOLTAGE, HomeConfig, SimulatedHome


async def async_begin(hass: HomeAssistant, entry: SimulatedHomeEntry) -> SimulatedHome:
    """Return a house whose day goes on, or begins anew where its sun has gone."""
    config = HomeConfig.from_data(entry.data)
    await hass.async_add_executor_job(almanac, config.seed)  # some tenths of a second
    now = dt_util.now()
    kept = HouseClock(entry.data.get(CONF_CLOCK_SHIFT, 0.0))
    if kept.is_day(now.timestamp()):
        clock = kept
    else:
        clock = HouseClock.beginning(config.seed, config.start_hour, now)
    return SimulatedHome(HomeConfig.from_data(entry.data, clock))


async def async_remember(hass: HomeAssistant, entry: SimulatedHomeEntry) -> None:
    """Give the recorder the year before, unless it has that; wait for it where that is possible.

    While Home Assistant starts it is not: the recorder writes nothing before that is done.
    """
    if "recorder" not in hass.config.components:
        return
    remembering = entry.async_create_background_task(
        hass, _async_remember(hass, entry), "simulated home's past"
    )
    if hass.state is CoreState.running:
        await remembering


async def _async_remember(hass: HomeAssistant, entry: SimulatedHomeEntry) -> None:
    # only with a recorder can it be imported, and not in the event loop
    await hass.async_add_import_executor_job(import_module, ".backfill", __package__)
    from .backfill import async_fill, async_is_filled  # noqa: PLC0415

    home = entry.runtime_data
    shift_s = home.clock.shift_s
    if entry.data.get(CONF_CLOCK_SHIFT) == shift_s and await async_is_filled(hass, entry.entry_id):
        return
    await async_fill(hass, entry.entry_id, home.seed, home.clock, VOLTAGE)
    hass.config_entries.async_update_entry(entry, data=entry.data | {CONF_CLOCK_SHIFT: shift_s})
