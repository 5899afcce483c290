"""Whom an action means: a site, one of its chargers, or another device of it."""

from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr

from .chargers import Chargers
from .const import DOMAIN
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator

ATTR_ENTRY: Final = "config_entry_id"


def find_charger(hass: HomeAssistant, device_id: str) -> tuple[Chargers, str]:
    """Return a device's charger, or say in words what the device is instead."""
    coordinator, key, name = find_device(hass, device_id)
    if key is None or key not in coordinator.config.chargers:
        raise addressing_error("device_not_charger", device=name)
    return coordinator.chargers, key


def find_site(
    hass: HomeAssistant, device_ids: Iterable[str]
) -> tuple[LoadstarCoordinator, list[str] | None]:
    """Return the site of devices and the chargers among them; None: all, as the site is named."""
    found = [find_device(hass, device_id) for device_id in device_ids]
    coordinator, _, first = found[0]
    keys: list[str] = []
    for other, key, name in found:
        if other is not coordinator:
            raise addressing_error("devices_of_two_sites", first=first, second=name)
        if key is None:
            return coordinator, None
        if key not in coordinator.config.chargers:
            raise addressing_error("device_not_charger", device=name)
        keys.append(key)
    return coordinator, list(dict.fromkeys(keys))


def find_entry(hass: HomeAssistant, entry_id: str | None) -> LoadstarCoordinator:
    """Return the site of a config entry; where none is named, the only one that runs."""
    if entry_id is None:
        running: list[LoadstarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
        if not running:
            raise addressing_error("no_site")
        if len(running) > 1:
            raise addressing_error(
                "site_not_named", sites=", ".join(entry.title for entry in running)
            )
        return running[0].runtime_data
    named: LoadstarConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if named is None or named.domain != DOMAIN:
        raise addressing_error("site_unknown", site=entry_id)
    return _loaded(named)


def find_device(
    hass: HomeAssistant, device_id: str, not_ours: str = "device_not_charger"
) -> tuple[LoadstarCoordinator, str | None, str]:
    """Return a device's site, subentry and name; ``not_ours`` says that it is another's."""
    device, _ = dr.async_get_device_and_config_entry_for_domain(
        hass, device_id, domain=DOMAIN, include_child_devices=False
    )
    if device is None:
        raise addressing_error("device_unknown", device=device_id)
    name = device.name_by_user or device.name or device_id
    entry: LoadstarConfigEntry | None = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise addressing_error(not_ours, device=name)
    return _loaded(entry), device.config_subentry_id, name


def addressing_error(key: str, **words: str) -> ServiceValidationError:
    """Return the refusal of what cannot be meant."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=words
    )


def _loaded(entry: LoadstarConfigEntry) -> LoadstarCoordinator:
    if entry.state is not ConfigEntryState.LOADED:
        raise addressing_error("entry_not_loaded", site=entry.title)
    return entry.runtime_data
