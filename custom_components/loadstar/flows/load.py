"""Add a load that may run when energy is cheap, or change it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME

from ..const import CONF_LOAD_KIND, LOAD_WATER_HEATER
from ..wiring import SiteConfig
from .form import Form, flat
from .load_check import check_deferrable, check_load, check_water_heater
from .load_schema import deferrable_schema, load_schema, water_heater_schema
from .problems import Problems
from .subentry import SubentryFlow


class LoadFlow(SubentryFlow):
    """Ask what a load is, then when it may run."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Mapping[str, Any] = {}  # what fields show at first
        self._data: dict[str, Any] = {}  # what the steps have gathered

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with empty fields."""
        return await self.async_step_load()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the load as it is."""
        self._own = self._get_reconfigure_subentry()
        self._known = {CONF_NAME: self._own.title, **self._own.data}
        return await self.async_step_load()

    async def async_step_load(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for what every load has."""
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = check_load(self.hass, self._site, values, self._own_id)
            if not problems:
                self._data = dict(values)
                return await self._next()
        form = Form(step_id="load", schema=load_schema(self._site.phases))
        return form.show(self, values, problems)

    async def async_step_water_heater(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how much water is heated, and when."""
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = check_water_heater(self._data | values)
            if not problems:
                return self._finish(self._data | values)
        form = Form(step_id="water_heater", schema=water_heater_schema(), last_step=True)
        return form.show(self, values, problems)

    async def async_step_deferrable(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how long a run takes, and when it may be."""
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = check_deferrable(values)
            if not problems:
                return self._finish(self._data | values)
        form = Form(step_id="deferrable", schema=deferrable_schema(), last_step=True)
        return form.show(self, values, problems)

    async def _next(self) -> SubentryFlowResult:
        if self._data[CONF_LOAD_KIND] == LOAD_WATER_HEATER:
            return await self.async_step_water_heater()
        return await self.async_step_deferrable()

    @property
    def _site(self) -> SiteConfig:
        return SiteConfig.from_entry(self._get_entry())
