"""Actions: what automations and dashboards may ask of Loadstar."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from probatio import Required, Schema

from .chargers import Chargers
from .const import DOMAIN
from .coordinator import LoadstarConfigEntry

SESSION_SCHEMA: Final = Schema({Required(ATTR_DEVICE_ID): cv.string})

type ChargerAction = Callable[[Chargers, str], Awaitable[None]]

SESSION_ACTIONS: Final[dict[str, ChargerAction]] = {
    "start_session": Chargers.async_start_session,
    "stop_session": Chargers.async_stop_session,
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action in SESSION_ACTIONS.items():
        hass.services.async_register(
            DOMAIN, name, partial(_async_at_charger, action), schema=SESSION_SCHEMA
        )


async def _async_at_charger(action: ChargerAction, call: ServiceCall) -> None:
    """Do something at the charger whose device is named."""
    chargers, key = _find_charger(call.hass, call.data[ATTR_DEVICE_ID])
    await action(chargers, key)


def _find_charger(hass: HomeAssistant, device_id: str) -> tuple[Chargers, str]:
    """Return a device's charger, or say in words what the device is instead."""
    device, _ = dr.async_get_device_and_config_entry_for_domain(
        hass, device_id, domain=DOMAIN, include_child_devices=False
    )
    if device is None:
        raise _error("device_unknown", device=device_id)
    name = device.name_by_user or device.name or device_id
    entry: LoadstarConfigEntry | None = hass.config_entries.async_get_entry(device.config_entry_id)
    key = device.config_subentry_id
    if entry is None or entry.domain != DOMAIN:
        raise _error("device_not_charger", device=name)
    if entry.state is not ConfigEntryState.LOADED:
        raise _error("entry_not_loaded", site=entry.title)
    if key is None or key not in entry.runtime_data.config.chargers:
        raise _error("device_not_charger", device=name)
    return entry.runtime_data.chargers, key


def _error(key: str, **words: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=words
    )
