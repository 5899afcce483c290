"""Buttons of repair issues: what a user does once a charger has been mended."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from probatio import Schema

from .const import DOMAIN
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator
from .issues import IssueKey

type Fix = Callable[[LoadstarCoordinator, str], Awaitable[None]]


async def _async_prove_fallback(coordinator: LoadstarCoordinator, key: str) -> None:
    await coordinator.chargers.async_prove_fallback(key)


FIXES: Final[Mapping[str, Fix]] = {
    IssueKey.OUT_OF_SERVICE: LoadstarCoordinator.async_put_back,
    IssueKey.FALLBACK_FAILED: _async_prove_fallback,
}


class ChargerFixFlow(RepairsFlow):
    """Ask once, and do at the charger what its issue offers."""

    data: dict[str, str | int | float | None]

    def __init__(self, fix: Fix) -> None:
        """Do ``fix`` when the user says so."""
        self._fix = fix

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Begin by asking."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Do it when the user says so; what the charger refuses may be tried again."""
        key = str(self.data["subentry_id"])
        coordinator = self._coordinator(key)
        if coordinator is None:
            return self.async_abort(reason="not_running")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._fix(coordinator, key)
            except HomeAssistantError as error:
                errors["base"] = str(error.translation_key)
            else:
                return self.async_create_entry(data={})
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="confirm",
            data_schema=Schema({}),
            errors=errors,
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    def _coordinator(self, key: str) -> LoadstarCoordinator | None:
        """Return the site that the charger belongs to, if it runs and still has it."""
        entry: LoadstarConfigEntry | None = self.hass.config_entries.async_get_entry(
            str(self.data["entry_id"])
        )
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        coordinator = entry.runtime_data
        return coordinator if key in coordinator.config.chargers else None


async def async_create_fix_flow(
    _hass: HomeAssistant, _issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return what mends an issue; ``data`` says which fix it offers."""
    if data is None or (fix := FIXES.get(str(data.get("fix")))) is None:
        return ConfirmRepairFlow()
    return ChargerFixFlow(fix)
