"""Devices: the site, and behind it everything that is wired to it."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.typing import UNDEFINED

from .const import DOMAIN
from .coordinator import LoadstarCoordinator


def device_identifier(entry_id: str, subentry_id: str | None) -> tuple[str, str]:
    """Return what identifies a subentry's device, or the site's where there is none."""
    return DOMAIN, subentry_id or entry_id


@callback
def async_setup_devices(hass: HomeAssistant, coordinator: LoadstarCoordinator) -> None:
    """Register every device before an entity refers to it."""
    entry = coordinator.config_entry
    registry = dr.async_get(hass)
    site = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={device_identifier(entry.entry_id, None)},
        name=coordinator.config.name,
        manufacturer="Loadstar",
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    for subentry in entry.subentries.values():
        registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            config_subentry_id=subentry.subentry_id,
            identifiers={device_identifier(entry.entry_id, subentry.subentry_id)},
            name=subentry.title,
            via_device_id=site.id,
        )
    for key in coordinator.config.chargers:
        plate = NamePlate(hass, coordinator, key)
        plate.copy()
        entry.async_on_unload(coordinator.async_add_listener(plate.copy, key))


class NamePlate:
    """What a charger says of itself when it boots, copied to its device."""

    def __init__(self, hass: HomeAssistant, coordinator: LoadstarCoordinator, key: str) -> None:
        """``key`` is the charger's subentry id."""
        self._registry = dr.async_get(hass)
        self._coordinator = coordinator
        self._key = key
        self._device_id = dr.async_get_device_id_by_identifier(
            hass,
            device_identifier(coordinator.config_entry.entry_id, key),
            config_entry_id=coordinator.config_entry.entry_id,
        )

    @callback
    def copy(self) -> None:
        """Update the device; what the charger has not said yet stays as it was."""
        charger = self._coordinator.data.chargers[self._key]
        self._registry.async_update_device(
            self._device_id,
            manufacturer=charger.vendor or UNDEFINED,
            model=charger.model or UNDEFINED,
            sw_version=charger.firmware or UNDEFINED,
            serial_number=charger.serial or UNDEFINED,
        )
