"""Add a battery, or change it."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, TextSelector
from probatio import Optional, Required, Schema

from ..const import (
    CONF_CAPACITY,
    CONF_MAX_CHARGE_POWER,
    CONF_MAX_DISCHARGE_POWER,
    CONF_POWER,
    CONF_POWER_INVERT,
    CONF_SOC,
)
from ..wiring import BatteryConfig, SiteConfig
from .battery_planning import SECTION_PLANNING, check_planning, planning_schema
from .energy import async_battery_defaults
from .fields import number_to_enter, power_entity, soc_entity
from .form import Form, flat
from .problems import Problems
from .subentry import SubentryFlow
from .validation import Measure, check_distinct, check_entities, check_name, check_ranges

_SCHEMA = Schema(
    {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_SOC): soc_entity(),
        Required(CONF_POWER): power_entity(),
        Required(CONF_POWER_INVERT, default=False): BooleanSelector(),
        Required(CONF_CAPACITY): number_to_enter(CONF_CAPACITY),
        Required(CONF_MAX_CHARGE_POWER): number_to_enter(CONF_MAX_CHARGE_POWER),
        Required(CONF_MAX_DISCHARGE_POWER): number_to_enter(CONF_MAX_DISCHARGE_POWER),
        Optional(SECTION_PLANNING): section(planning_schema(), {"collapsed": True}),
    }
)


class BatteryFlow(SubentryFlow):
    """Ask for a home battery in one step."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Mapping[str, Any] = {}  # what fields show at first

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with what the energy dashboard knows."""
        self._known = await async_battery_defaults(
            self.hass, _powers(self._site.batteries.values())
        )
        return await self.async_step_battery()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the battery as it is."""
        self._own = self._get_reconfigure_subentry()
        self._known = {CONF_NAME: self._own.title, **self._own.data}
        return await self.async_step_battery()

    async def async_step_battery(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for everything."""
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = _check(self.hass, self._site, values, self._own)
            if not problems:
                return self._finish(values)
        form = Form(step_id="battery", schema=_SCHEMA, last_step=True)
        return form.show(self, values, problems)

    @property
    def _site(self) -> SiteConfig:
        return SiteConfig.from_entry(self._get_entry())


def _check(
    hass: HomeAssistant, site: SiteConfig, values: Mapping[str, Any], own: ConfigSubentry | None
) -> Problems:
    problems = Problems()
    own_id = None if own is None else own.subentry_id
    others = [battery for key, battery in site.batteries.items() if key != own_id]
    taken = [*site.meter.entities, *site.pv_power, *_powers(others)]
    check_name(values, [battery.name for battery in others], problems)
    check_ranges(values, problems)
    check_entities(hass, values, (CONF_SOC,), Measure.PERCENT, problems)
    check_entities(hass, values, (CONF_POWER,), Measure.POWER, problems)
    check_distinct(values, (CONF_POWER,), problems, taken=taken)
    check_planning(values, problems)
    return problems


def _powers(batteries: Iterable[BatteryConfig]) -> set[str]:
    return {battery.power for battery in batteries}
