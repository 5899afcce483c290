"""Move into the simulated home, or out of it."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from probatio import All, Coerce, Range, Required, Schema

from .const import (
    CONF_DRIVEWAY_KEY,
    CONF_GARAGE_KEY,
    CONF_OCPP_URL,
    CONF_SEED,
    CONF_START_HOUR,
    DOMAIN,
)

_SCHEMA = Schema(
    {
        Required(CONF_SEED, default=1): int,
        Required(CONF_START_HOUR, default=10.0): All(Coerce(float), Range(min=0, max=24)),
        Required(CONF_OCPP_URL, default="ws://127.0.0.1:9016"): str,
        Required(CONF_GARAGE_KEY, default="garage-key-0123456"): str,
        Required(CONF_DRIVEWAY_KEY, default="driveway-key-01234"): str,
    }
)


class SimulatedHomeFlow(ConfigFlow, domain=DOMAIN):
    """One step, and no more than one home."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for everything."""
        if user_input is None:
            return self.async_show_form(step_id="user", data_schema=_SCHEMA)
        return self.async_create_entry(title="Simulated home", data=user_input)
