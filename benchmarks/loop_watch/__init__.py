"""A custom component that watches the event loop of the Home Assistant it is loaded into."""

from dataclasses import asdict

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .measure import measure_loop

DOMAIN = "loop_watch"

CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Register the one action."""

    async def measure(call: ServiceCall) -> ServiceResponse:
        return asdict(await measure_loop(float(call.data["seconds"])))

    hass.services.async_register(
        DOMAIN, "measure", measure, supports_response=SupportsResponse.ONLY
    )
    return True
