"""Share a home's power among its chargers, safely."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .buffering import async_remove_buffer
from .central import CENTRAL_SYSTEMS, async_setup_central_systems
from .commissioning import async_clear_findings, async_remove_commissioning
from .const import DOMAIN
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator, forget_controller
from .devices import async_setup_devices
from .household_reserve import async_remove_reserve
from .issues import async_clear_all
from .observing import async_remove_observations
from .out_of_service import OutOfService, async_remove_out_of_service
from .planning import async_remove_plans
from .putting_back import async_put_leaving_back
from .settings import SettingsStore, async_remove_settings
from .websocket_api import async_setup_websocket
from .wiring import SiteConfig

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Set up what all sites share."""
    await async_setup_central_systems(hass)
    async_setup_actions(hass)
    async_setup_websocket(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: LoadstarConfigEntry) -> bool:
    """Set up a site."""
    # before anything is read: a change that comes meanwhile waits its turn instead of being lost
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    config = SiteConfig.from_entry(entry)
    settings = SettingsStore(hass, entry.entry_id, config)
    await settings.async_load()
    coordinator = entry.runtime_data = LoadstarCoordinator(hass, entry, config, settings)
    entry.async_on_unload(coordinator.async_stop)
    await coordinator.async_start()
    async_setup_devices(hass, coordinator)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: LoadstarConfigEntry) -> bool:
    """Unload a site; its chargers stay connected unless it has been disabled."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    if entry.disabled_by is not None:
        await _async_hand_back(hass, entry)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: LoadstarConfigEntry) -> None:
    """Hand back a removed site's chargers and delete what was kept of it."""
    await _async_hand_back(hass, entry)
    await async_remove_settings(hass, entry.entry_id)
    await async_remove_reserve(hass, entry.entry_id)
    await async_remove_commissioning(hass, entry.entry_id)
    await async_remove_out_of_service(hass, entry.entry_id)
    await async_remove_plans(hass, entry.entry_id)
    await async_remove_observations(hass, entry.entry_id)
    await async_remove_buffer(hass, entry.entry_id)


async def async_migrate_entry(_hass: HomeAssistant, entry: LoadstarConfigEntry) -> bool:
    """Refuse an entry that a later Loadstar has written; older ones there are none."""
    return entry.version == 1


async def _async_hand_back(hass: HomeAssistant, entry: LoadstarConfigEntry) -> None:
    """Give the chargers back to themselves and forget what was said and learnt of the site."""
    if CENTRAL_SYSTEMS in hass.data:
        memory = OutOfService(hass, entry.entry_id)
        await memory.async_load()
        await async_put_leaving_back(hass, memory, staying=())
        await hass.data[CENTRAL_SYSTEMS].async_release(entry.entry_id)
    forget_controller(hass, entry.entry_id)
    async_clear_all(hass, entry.entry_id, entry.subentries)
    async_clear_findings(hass, entry.entry_id)


async def _async_reload(hass: HomeAssistant, entry: LoadstarConfigEntry) -> None:
    await hass.config_entries.async_reload(entry.entry_id)
