"""Add a PV array, or change it."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector
from probatio import Optional, Required, Schema

from ..const import CONF_AZIMUTH, CONF_FORECAST_SOURCE, CONF_PEAK_POWER, CONF_TILT
from ..planning_wiring import PvArrayConfig, SourceRef
from ..price_parsing import parse_source
from ..sources.pv.dashboard import async_dashboard_refs
from ..wiring import SiteConfig
from .doors import PV_DOOR
from .fields import number, number_to_enter
from .form import Form, flat
from .problems import Problems
from .source_choice import (
    CHOICE_ENERGY,
    CHOICE_LIST,
    CHOICE_TEMPLATE,
    Option,
    chosen,
    found_options,
    ref_of,
    source_choice,
    stored_source,
)
from .source_door import async_source_problem
from .source_steps import SourceSteps
from .subentry import SubentryFlow
from .validation import check_name, check_ranges

_FORECAST: Final = "forecast"


class PvArrayFlow(
    SubentryFlow, SourceSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]]
):
    """Ask for a PV array and where its forecast comes from."""

    _door = PV_DOOR

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Mapping[str, Any] = {}  # what fields show at first
        self._data: dict[str, Any] = {}  # what the steps have gathered
        # sources in the form that is shown: what is chosen may vanish meanwhile
        self._offered: list[Option] = []

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with empty fields."""
        return await self.async_step_pv_array()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the array as it is."""
        self._own = self._get_reconfigure_subentry()
        self._known = {CONF_NAME: self._own.title, **self._own.data}
        self._known_ref = parse_source(self._own.data.get(CONF_FORECAST_SOURCE))
        return await self.async_step_pv_array()

    async def async_step_pv_array(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the array and the choice of its forecast."""
        if user_input is None:
            self._offered = self._options()
        options = self._offered
        values, problems = self._known, Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = await self._async_check(values, options)
            if not problems:
                self._data = {name: value for name, value in values.items() if name != _FORECAST}
                return await self._go_on(values[_FORECAST], options)
        first = await self._async_first_choice(options)
        form = Form(step_id="pv_array", schema=_schema(options, first), last_step=None)
        return form.show(self, values, problems)

    async def _go_on(self, choice: str, options: list[Option]) -> SubentryFlowResult:
        if choice == CHOICE_LIST:
            return await self.async_step_source_list()
        if choice == CHOICE_TEMPLATE:
            return await self.async_step_source_template()
        if (ref := ref_of(options, choice)) is not None:
            return await self._source_done(ref)
        return self._finish(self._data)

    @override
    async def _source_done(self, ref: SourceRef) -> SubentryFlowResult:
        return self._finish({**self._data, CONF_FORECAST_SOURCE: stored_source(ref)})

    async def _async_check(self, values: Mapping[str, Any], options: list[Option]) -> Problems:
        problems = Problems()
        check_name(values, [array.name for array in self._others], problems)
        check_ranges(values, problems)
        ref = ref_of(options, values[_FORECAST])
        if ref is not None and ref != self._known_ref:
            if error := await async_source_problem(self.hass, self._door, ref):
                problems.add(_FORECAST, error)
            self._check_use(ref, _FORECAST, problems)
        elif values[_FORECAST] == CHOICE_ENERGY and not await async_dashboard_refs(self.hass, ()):
            problems.add(_FORECAST, "dashboard_empty")
        return problems

    @override
    def _check_use(self, ref: SourceRef, field: str, problems: Problems) -> None:
        for array in self._others:
            if array.forecast == ref:
                problems.add(field, "forecast_used", {"array": array.name})

    @property
    def _others(self) -> list[PvArrayConfig]:
        arrays = SiteConfig.from_entry(self._get_entry()).planning.pv_arrays
        return [array for key, array in arrays.items() if key != self._own_id]

    async def _async_first_choice(self, options: list[Option]) -> str:
        if self._known_ref is not None:
            return chosen(options, self._known_ref)
        if self._own is not None or await async_dashboard_refs(self.hass, ()):
            return CHOICE_ENERGY
        return options[0].value if options[0].ref is not None else CHOICE_LIST

    def _options(self) -> list[Option]:
        own = (CHOICE_ENERGY, CHOICE_LIST, CHOICE_TEMPLATE)
        return found_options(self._door.detect(self.hass), self._known_ref, own)


def _schema(options: list[Option], first: str) -> Schema:
    return Schema(
        {
            Required(CONF_NAME): TextSelector(),
            Required(CONF_PEAK_POWER): number_to_enter(CONF_PEAK_POWER),
            Required(_FORECAST, default=first): source_choice(_FORECAST, options),
            Optional(CONF_TILT): number(CONF_TILT),
            Optional(CONF_AZIMUTH): number(CONF_AZIMUTH),
        }
    )
