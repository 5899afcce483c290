"""Actions: what automations and dashboards may ask of Loadstar."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from probatio import All, Length, Optional, Required, Schema

from .addressing import find_charger, find_site
from .buffer_actions import async_setup_buffer_actions
from .chargers import Chargers
from .commissioning import report_data
from .const import DOMAIN
from .forecast_actions import async_setup_forecast_actions
from .planning_actions import async_setup_planning_actions

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
    async_setup_forecast_actions(hass)
    async_setup_planning_actions(hass)
    async_setup_buffer_actions(hass)


async def _async_commission(call: ServiceCall) -> dict[str, Any] | None:
    """Test chargers; return the report, once it is there, to who wants an answer."""
    coordinator, keys = find_site(call.hass, call.data[ATTR_DEVICE_ID])
    commissioning = coordinator.commissioning
    await commissioning.async_begin(keys, disconnect=call.data[ATTR_DISCONNECT_TEST])
    if not call.return_response:
        return None
    return report_data(await commissioning.async_wait())


async def _async_stop_commissioning(call: ServiceCall) -> None:
    """End the test that runs at a site."""
    coordinator, _ = find_site(call.hass, call.data[ATTR_DEVICE_ID])
    await coordinator.commissioning.async_stop()


async def _async_at_charger(action: ChargerAction, call: ServiceCall) -> None:
    """Do something at the charger whose device is named."""
    chargers, key = find_charger(call.hass, call.data[ATTR_DEVICE_ID])
    await action(chargers, key)
