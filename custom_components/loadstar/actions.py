"""Actions: what automations and dashboards may ask of Loadstar."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from probatio import All, Length, Optional, Required, Schema

from .chargers import Chargers
from .commissioning import report_data
from .const import DOMAIN
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator

SESSION_SCHEMA: Final = Schema({Required(ATTR_DEVICE_ID): cv.string})
DEVICES: Final = All(cv.ensure_list, [cv.string], Length(min=1))
ATTR_DISCONNECT_TEST: Final = "disconnect_test"
COMMISSION_SCHEMA: Final = Schema(
    {
        Required(ATTR_DEVICE_ID): DEVICES,
        Optional(ATTR_DISCONNECT_TEST, default=False): cv.boolean,
    }
)
STOP_COMMISSIONING_SCHEMA: Final = Schema({Required(ATTR_DEVICE_ID): DEVICES})

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
    hass.services.async_register(
        DOMAIN,
        "commission",
        _async_commission,
        schema=COMMISSION_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        "stop_commissioning",
        _async_stop_commissioning,
        schema=STOP_COMMISSIONING_SCHEMA,
    )


async def _async_commission(call: ServiceCall) -> dict[str, Any] | None:
    """Test chargers; return the report, once it is there, to who wants an answer."""
    coordinator, keys = _find_site(call.hass, call.data[ATTR_DEVICE_ID])
    commissioning = coordinator.commissioning
    await commissioning.async_begin(keys, disconnect=call.data[ATTR_DISCONNECT_TEST])
    if not call.return_response:
        return None
    return report_data(await commissioning.async_wait())


async def _async_stop_commissioning(call: ServiceCall) -> None:
    """End the test that runs at a site."""
    coordinator, _ = _find_site(call.hass, call.data[ATTR_DEVICE_ID])
    await coordinator.commissioning.async_stop()


async def _async_at_charger(action: ChargerAction, call: ServiceCall) -> None:
    """Do something at the charger whose device is named."""
    chargers, key = _find_charger(call.hass, call.data[ATTR_DEVICE_ID])
    await action(chargers, key)


def _find_charger(hass: HomeAssistant, device_id: str) -> tuple[Chargers, str]:
    """Return a device's charger, or say in words what the device is instead."""
    coordinator, key, name = _find(hass, device_id)
    if key is None or key not in coordinator.config.chargers:
        raise _error("device_not_charger", device=name)
    return coordinator.chargers, key


def _find_site(
    hass: HomeAssistant, device_ids: Iterable[str]
) -> tuple[LoadstarCoordinator, list[str] | None]:
    """Return the site of devices and the chargers among them; None: all, as the site is named."""
    found = [_find(hass, device_id) for device_id in device_ids]
    coordinator, _, first = found[0]
    keys: list[str] = []
    for other, key, name in found:
        if other is not coordinator:
            raise _error("devices_of_two_sites", first=first, second=name)
        if key is None:
            return coordinator, None
        if key not in coordinator.config.chargers:
            raise _error("device_not_charger", device=name)
        keys.append(key)
    return coordinator, list(dict.fromkeys(keys))


def _find(hass: HomeAssistant, device_id: str) -> tuple[LoadstarCoordinator, str | None, str]:
    """Return a device's site, subentry and name."""
    device, _ = dr.async_get_device_and_config_entry_for_domain(
        hass, device_id, domain=DOMAIN, include_child_devices=False
    )
    if device is None:
        raise _error("device_unknown", device=device_id)
    name = device.name_by_user or device.name or device_id
    entry: LoadstarConfigEntry | None = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.domain != DOMAIN:
        raise _error("device_not_charger", device=name)
    if entry.state is not ConfigEntryState.LOADED:
        raise _error("entry_not_loaded", site=entry.title)
    return entry.runtime_data, device.config_subentry_id, name


def _error(key: str, **words: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=words
    )
