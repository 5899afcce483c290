"""Add a charger that has knocked at a site's port."""

from types import MappingProxyType
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentry,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from probatio import Marker, Required, Schema

from ..const import (
    CONF_OCPP_PORT,
    CONF_PASSWORD,
    CONF_STATION_ID,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from .charger_check import site_of_station
from .charger_key import new_key
from .charger_steps import ChargerSteps
from .fields import labelled_choice
from .form import Form
from .problems import Problems

CONF_SITE: Final = "site"


class DiscoveredCharger(ChargerSteps[ConfigFlowContext, ConfigFlowResult, str], ConfigFlow):
    """Choose the charger's site, then go through the charger's steps.

    Home Assistant lets a config flow create sites only. So the charger is added to its
    site beside the flow, which then ends without an entry of its own.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self._entry: ConfigEntry | None = None  # the site, if it exists
        self._port = 0
        self._words: dict[str, str] = {}

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Start with who has knocked, and where."""
        station_id = discovery_info[CONF_STATION_ID]
        await self.async_set_unique_id(station_id)
        self._abort_if_unique_id_configured()
        if site_of_station(self.hass, station_id) is not None:
            return self.async_abort(reason="already_configured")
        self._port = discovery_info[CONF_OCPP_PORT]
        self._words = {"station_id": station_id, "address": discovery_info["address"]}
        self.context["title_placeholders"] = self._words
        self._known = {CONF_STATION_ID: station_id, CONF_PASSWORD: new_key()}
        return await self.async_step_discovered()

    async def async_step_discovered(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the charger is the user's own, and at which site it is."""
        sites = self._sites()
        if not sites:
            return self.async_abort(reason="removed")
        fields: dict[Marker, Any] = {}
        if len(sites) > 1:
            titles = [(site.entry_id, site.title) for site in sites.values()]
            fields[Required(CONF_SITE, default=titles[0][0])] = labelled_choice(titles)
        if user_input is None:
            form = Form(step_id="discovered", schema=Schema(fields), words=self._words)
            return form.show(self, {}, Problems())
        self._entry = sites.get(user_input.get(CONF_SITE, next(iter(sites))))
        return await self.async_step_identity()

    def _sites(self) -> dict[str, ConfigEntry]:
        """Return the sites whose chargers connect to the port that was knocked at, by id."""
        return {
            entry.entry_id: entry
            for entry in self.hass.config_entries.async_entries(
                DOMAIN, include_ignore=False, include_disabled=False
            )
            if entry.data[CONF_OCPP_PORT] == self._port
        }

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        known = self.hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if self._entry is None or self._entry not in known:
            raise AbortFlow("removed")
        return self._entry

    @callback
    @override
    def _save(self, title: str, data: dict[str, Any], unique_id: str) -> ConfigFlowResult:
        site = self._get_entry()
        charger = ConfigSubentry(
            data=MappingProxyType(data),
            subentry_type=SUBENTRY_CHARGER,
            title=title,
            unique_id=unique_id,
        )
        self.hass.config_entries.async_add_subentry(site, charger)
        words = {"charger": title, "site": site.title}
        return self.async_abort(reason="charger_added", description_placeholders=words)
