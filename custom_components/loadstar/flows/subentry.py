"""What the flows of all subentries share."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow


class SubentryFlow(ConfigSubentryFlow):
    """A flow that ends in words when what it is about has been removed meanwhile."""

    _own: ConfigSubentry | None = None  # the subentry, if it exists

    @property
    def _own_id(self) -> str | None:
        return None if self._own is None else self._own.subentry_id

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or (self._own is not None and self._own_id not in entry.subentries):
            raise AbortFlow("removed")
        return entry

    @callback
    def _finish(self, data: Mapping[str, Any]) -> SubentryFlowResult:
        """Keep what was answered under the name that was given."""
        kept = {name: value for name, value in data.items() if name != CONF_NAME}
        entry = self._get_entry()
        if self._own is None:
            return self.async_create_entry(title=data[CONF_NAME], data=kept)
        return self.async_update_and_abort(entry, self._own, title=data[CONF_NAME], data=kept)
