"""Add a vehicle, or change it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import TextSelector, TimeSelector
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_CAPACITY,
    CONF_CAR_PHASES,
    CONF_CHARGER,
    CONF_DEPARTURE,
    CONF_EFFICIENCY,
    CONF_SOC,
)
from ..wiring import SiteConfig
from .fields import choice, labelled_choice, number, number_to_enter, soc_entity
from .form import Form, flat
from .problems import Problems
from .subentry import SubentryFlow
from .validation import Measure, check_distinct, check_entities, check_name, check_ranges


class VehicleFlow(SubentryFlow):
    """Ask for an electric vehicle in one step."""

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with empty fields."""
        return await self.async_step_vehicle()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the vehicle as it is."""
        self._own = self._get_reconfigure_subentry()
        return await self.async_step_vehicle()

    async def async_step_vehicle(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for everything."""
        site = SiteConfig.from_entry(self._get_entry())
        values = {} if self._own is None else {CONF_NAME: self._own.title, **self._own.data}
        problems = Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = _check(self.hass, site, values, self._own_id)
            if not problems:
                return self._finish(values)
        if values.get(CONF_CHARGER) not in site.chargers:
            values.pop(CONF_CHARGER, None)
        form = Form(step_id="vehicle", schema=_schema(site), last_step=True)
        return form.show(self, values, problems)


def _schema(site: SiteConfig) -> Schema:
    fields: dict[Marker, Any] = {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_CAPACITY): number_to_enter(CONF_CAPACITY),
        Optional(CONF_SOC): soc_entity(),
    }
    if site.chargers:
        chargers = [(key, charger.name) for key, charger in site.chargers.items()]
        fields[Optional(CONF_CHARGER)] = labelled_choice(chargers)
    if site.phases > 1:
        fields[Optional(CONF_CAR_PHASES)] = choice(CONF_CAR_PHASES, ("1", "2", "3"))
    return Schema(
        fields
        | {
            Required(CONF_EFFICIENCY, default=90): number(CONF_EFFICIENCY),
            Optional(CONF_DEPARTURE): TimeSelector(),
        }
    )


def _check(
    hass: HomeAssistant, site: SiteConfig, values: Mapping[str, Any], own_id: str | None
) -> Problems:
    problems = Problems()
    others = [vehicle for key, vehicle in site.planning.vehicles.items() if key != own_id]
    taken = [vehicle.soc for vehicle in others if vehicle.soc]
    taken += [battery.soc for battery in site.batteries.values()]
    check_name(values, [vehicle.name for vehicle in others], problems)
    check_ranges(values, problems)
    check_entities(hass, values, (CONF_SOC,), Measure.PERCENT, problems)
    check_distinct(values, (CONF_SOC,), problems, taken=taken)
    if CONF_CHARGER in values and values[CONF_CHARGER] not in site.chargers:
        problems.add(CONF_CHARGER if site.chargers else "base", "charger_gone")
    return problems
