"""What the flows of all subentries share."""

from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryFlow
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
