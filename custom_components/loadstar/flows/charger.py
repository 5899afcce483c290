"""Add a charger, or change how it is wired."""

from typing import Any, override

from homeassistant.config_entries import SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_NAME

from ..const import CONF_PASSWORD
from .charger_key import new_key
from .charger_schema import CHARGER_FIRST_VALUES
from .charger_steps import ChargerSteps
from .subentry import SubentryFlow


class ChargerFlow(
    SubentryFlow, ChargerSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]]
):
    """Go through a charger's steps from a site's page."""

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with a new key."""
        self._known = {CONF_PASSWORD: new_key()}
        return await self.async_step_identity()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the charger as it is."""
        self._own = self._get_reconfigure_subentry()
        self._known = {CONF_PASSWORD: new_key(), CONF_NAME: self._own.title, **self._own.data}
        return await self.async_step_identity()

    @override
    def _save(self, title: str, data: dict[str, Any], unique_id: str) -> SubentryFlowResult:
        if self._own is None:
            return self.async_create_entry(title=title, data=data, unique_id=unique_id)
        first = {name: self._known[name] for name in CHARGER_FIRST_VALUES if name in self._known}
        return self.async_update_and_abort(
            self._get_entry(), self._own, title=title, data=first | data, unique_id=unique_id
        )
