"""Set a site up: its supply, its grid meter, its PV; chargers and more are subentries."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback

from .const import (
    CONF_METER_LAYOUT,
    CONF_PHASES,
    DOMAIN,
    SUBENTRY_BATTERY,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
    SUBENTRY_LOAD,
    SUBENTRY_PV_ARRAY,
    SUBENTRY_VEHICLE,
)
from .flows.battery import BatteryFlow
from .flows.charger import ChargerFlow
from .flows.circuit import CircuitFlow
from .flows.discovered import DiscoveredCharger
from .flows.energy import async_price_defaults, async_site_defaults
from .flows.form import Form, flat
from .flows.load import LoadFlow
from .flows.prices import PRICE_KEYS, PriceSteps
from .flows.problems import Problems
from .flows.pv_array import PvArrayFlow
from .flows.site import async_check_solar, check_meter, check_supply, normalised, suggested_meter
from .flows.site_schema import SITE_FIRST_VALUES, meter_schema, solar_schema, supply_schema
from .flows.vehicle import VehicleFlow


class LoadstarConfigFlow(DiscoveredCharger, PriceSteps, domain=DOMAIN):
    """Add or change a site, its wiring and its prices; or add a charger that has knocked."""

    VERSION = 1
    MINOR_VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a site."""
        return {
            SUBENTRY_CHARGER: ChargerFlow,
            SUBENTRY_CIRCUIT: CircuitFlow,
            SUBENTRY_BATTERY: BatteryFlow,
            SUBENTRY_VEHICLE: VehicleFlow,
            SUBENTRY_PV_ARRAY: PvArrayFlow,
            SUBENTRY_LOAD: LoadFlow,
        }

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Start with what the energy dashboard knows."""
        self._known = {
            CONF_NAME: self.hass.config.location_name,
            **await async_site_defaults(self.hass),
        }
        self._known_prices = await async_price_defaults(self.hass)
        return await self.async_step_supply()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to be changed, and start with the site as it is."""
        self._entry = self._get_reconfigure_entry()
        self._known = {CONF_NAME: self._entry.title, **self._entry.data}
        self._known_prices = self._entry.data
        return self.async_show_menu(step_id="reconfigure", menu_options=["supply", "prices"])

    async def async_step_supply(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the connection to the grid."""
        if user_input is None:
            return self._show_supply(self._known, Problems())
        values = flat(user_input)
        if problems := check_supply(self.hass, values, self._entry):
            return self._show_supply(values, problems)
        self._data = normalised(values)
        return await self.async_step_meter()

    async def async_step_meter(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the grid meter's entities."""
        if user_input is None:
            return self._show_meter(self._known_meter(), Problems())
        values = flat(user_input)
        if problems := check_meter(self.hass, values, self._data, self._entry):
            return self._show_meter(values, problems)
        self._data |= values
        return await self.async_step_solar()

    async def async_step_solar(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for PV, inverter and OCPP server."""
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = await async_check_solar(self.hass, values, self._data, self._entry)
            if not problems:
                self._data |= values
                return await self.async_step_prices() if self._adding else self._finish(self._data)
        schema = solar_schema(self._data[CONF_PHASES], adding=self._adding)
        form = Form(step_id="solar", schema=schema, last_step=not self._adding)
        return form.show(self, values, problems)

    def _show_supply(self, values: Mapping[str, Any], problems: Problems) -> ConfigFlowResult:
        form = Form(step_id="supply", schema=supply_schema(adding=self._adding))
        return form.show(self, values, problems)

    def _show_meter(self, values: Mapping[str, Any], problems: Problems) -> ConfigFlowResult:
        schema = meter_schema(self._data[CONF_PHASES], self._data[CONF_METER_LAYOUT])
        return Form(step_id="meter", schema=schema).show(self, values, problems)

    @property
    def _adding(self) -> bool:
        return self.source != SOURCE_RECONFIGURE

    def _known_meter(self) -> Mapping[str, Any]:
        return suggested_meter(self._known, self._data) if self._adding else self._known

    @override
    def _finish_prices(self) -> ConfigFlowResult:
        if self._entry is None:
            return self._finish({**self._data, **self._prices})
        if not self._is_known(self._entry):
            return self.async_abort(reason="removed")
        rest = {name: value for name, value in self._entry.data.items() if name not in PRICE_KEYS}
        return self.async_update_and_abort(self._entry, data={**rest, **self._prices})

    def _finish(self, data: dict[str, Any]) -> ConfigFlowResult:
        if self._entry is not None and not self._is_known(self._entry):
            return self.async_abort(reason="removed")
        # another flow may have added a site since the steps were checked
        if problems := check_supply(self.hass, data, self._entry):
            return self._show_supply(data, problems)
        if problems := check_meter(self.hass, data, data, self._entry):
            return self._show_meter(data, problems)
        title = data.pop(CONF_NAME)
        if self._entry is None:
            return self.async_create_entry(title=title, data=data)
        kept = {name: self._known[name] for name in SITE_FIRST_VALUES if name in self._known}
        kept |= {name: self._entry.data[name] for name in PRICE_KEYS & self._entry.data.keys()}
        return self.async_update_and_abort(self._entry, title=title, data=kept | data)

    def _is_known(self, entry: ConfigEntry) -> bool:
        return self.hass.config_entries.async_get_entry(entry.entry_id) is not None
