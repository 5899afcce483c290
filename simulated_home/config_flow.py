"""Move into the simulated home, or out of it."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from probatio import All, Coerce, In, Optional, Range, Required, Schema

from .charger import VARIANTS
from .const import (
    CONF_DRIVEWAY_KEY,
    CONF_DRIVEWAY_VARIANT,
    CONF_GARAGE_KEY,
    CONF_GARAGE_VARIANT,
    CONF_OCPP_URL,
    CONF_SEED,
    CONF_START_HOUR,
    DOMAIN,
)

_VARIANTS = {
    Optional(name, default="obedient"): In(list(VARIANTS))
    for name in (CONF_GARAGE_VARIANT, CONF_DRIVEWAY_VARIANT)
}
_SCHEMA = Schema(
    {
        Required(CONF_SEED, default=1): int,
        Required(CONF_START_HOUR, default=10.0): All(Coerce(float), Range(min=0, max=24)),
        Required(CONF_OCPP_URL, default="ws://127.0.0.1:9016"): str,
        Required(CONF_GARAGE_KEY, default="garage-key-0123456"): str,
        Required(CONF_DRIVEWAY_KEY, default="driveway-key-01234"): str,
        **_VARIANTS,
    }
)


class SimulatedHomeFlow(ConfigFlow, domain=DOMAIN):
    """One step, no more than one home, and other chargers on request."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for everything."""
        if user_input is None:
            return self.async_show_form(step_id="user", data_schema=_SCHEMA)
        return self.async_create_entry(title="Simulated home", data=user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the chargers behave."""
        if user_input is None:
            return self.async_show_form(step_id="reconfigure", data_schema=Schema(_VARIANTS))
        return self.async_update_reload_and_abort(
            self._get_reconfigure_entry(),
            data_updates=user_input,
            reload_even_if_entry_is_unchanged=False,
        )
