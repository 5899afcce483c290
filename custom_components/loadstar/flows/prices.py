"""The steps for what energy costs and earns."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
)

from ..const import (
    CONF_EXPORT_FACTOR,
    CONF_EXPORT_FEE,
    CONF_EXPORT_FIXED,
    CONF_EXPORT_PRICE,
    CONF_EXPORT_SOURCE,
    CONF_EXPORT_TARIFF,
    CONF_EXPORT_TAX,
    CONF_EXPORT_VAT,
    CONF_FORECAST_SOURCE,
    CONF_IMPORT_FACTOR,
    CONF_IMPORT_FEE,
    CONF_IMPORT_FIXED,
    CONF_IMPORT_SOURCE,
    CONF_IMPORT_TARIFF,
    CONF_IMPORT_TAX,
    CONF_IMPORT_VAT,
)
from ..engine.prices.types import ExportPrice
from ..planning_wiring import SourceRef
from ..price_parsing import parse_source
from .doors import PRICE_DOOR
from .form import Form, flat
from .peak_tariff import PEAK_KEYS, check_peak, stored_peak
from .price_schema import (
    FIELD_EXPORT_FROM,
    FIELD_FORECAST,
    FIELD_IMPORT,
    export_schema,
    import_schema,
    prices_schema,
)
from .problems import Problems
from .source_choice import (
    CHOICE_FIXED,
    CHOICE_LIST,
    CHOICE_NONE,
    CHOICE_TEMPLATE,
    Option,
    chosen,
    found_options,
    ref_of,
    stored_source,
)
from .source_door import async_source_problem
from .source_steps import SourceSteps
from .tariff_rules import async_tariff_selector, check_tariff
from .validation import check_ranges


class Role(StrEnum):
    """What a source is for; its value is under which it is stored."""

    IMPORT = CONF_IMPORT_SOURCE
    FORECAST = CONF_FORECAST_SOURCE
    EXPORT = CONF_EXPORT_SOURCE


PRICE_KEYS: Final = frozenset(
    (
        *Role,
        CONF_IMPORT_FIXED,
        CONF_IMPORT_FACTOR,
        CONF_IMPORT_FEE,
        CONF_IMPORT_TAX,
        CONF_IMPORT_VAT,
        CONF_IMPORT_TARIFF,
        CONF_EXPORT_PRICE,
        CONF_EXPORT_FIXED,
        CONF_EXPORT_FACTOR,
        CONF_EXPORT_FEE,
        CONF_EXPORT_TAX,
        CONF_EXPORT_VAT,
        CONF_EXPORT_TARIFF,
        *PEAK_KEYS,
    )
)
_DESCRIBED: Final = (CHOICE_LIST, CHOICE_TEMPLATE)
_FIELDS: Final = {
    Role.IMPORT: FIELD_IMPORT,
    Role.FORECAST: FIELD_FORECAST,
    Role.EXPORT: FIELD_EXPORT_FROM,
}


class PriceSteps(SourceSteps[ConfigFlowContext, ConfigFlowResult, str], ConfigFlow):
    """Ask for the price of import, then what comes with it, then what export earns."""

    _door = PRICE_DOOR
    _role = Role.IMPORT  # of the source that is asked for
    _is_fixed = False
    _offered: Sequence[Option] = ()  # in the form that is shown
    # what is stored, or what the energy dashboard knows: what fields show at first
    _known_prices: Mapping[str, Any] = MappingProxyType({})
    _prices: Mapping[str, Any] = MappingProxyType({})  # what the steps have gathered

    @abstractmethod
    def _finish_prices(self) -> ConfigFlowResult:
        """Keep ``_prices``."""

    async def async_step_prices(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the price of import comes from."""
        if user_input is None:
            self._offer(Role.IMPORT, (*_DESCRIBED, CHOICE_FIXED, CHOICE_NONE))
        options = self._offered
        values: Mapping[str, Any] = self._known_prices
        problems = Problems()
        if user_input is not None:
            values = flat(user_input)
            check_ranges(values, problems)
            check_peak(values, problems)
            await self._check_choice(Role.IMPORT, values[FIELD_IMPORT], options, problems)
            if not problems:
                self._prices = stored_peak(values)
                self._is_fixed = values[FIELD_IMPORT] == CHOICE_FIXED
                return await self._go_on(Role.IMPORT, values[FIELD_IMPORT], options)
        schema = prices_schema(options, self._first_choice(options), self.hass.config.currency)
        return Form(step_id="prices", schema=schema, last_step=None).show(self, values, problems)

    async def async_step_import_formula(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is paid beside the source's price, or the fixed price itself."""
        if user_input is None:
            self._offer(Role.FORECAST, (*_DESCRIBED, CHOICE_NONE))
        options = self._offered
        values = self._known_values(Role.FORECAST, options, CHOICE_NONE)
        problems = Problems()
        if user_input is not None:
            values = flat(user_input)
            forecast = values.get(FIELD_FORECAST, CHOICE_NONE)
            check_ranges(values, problems)
            check_tariff(values, CONF_IMPORT_TARIFF, CONF_IMPORT_FEE, problems)
            _check_fixed(values, problems)
            await self._check_choice(Role.FORECAST, forecast, options, problems)
            if not problems:
                self._gather(values)
                return await self._go_on(Role.FORECAST, forecast, options)
        tariff = await async_tariff_selector(self.hass, self._unit)
        schema = import_schema(options, tariff, self._unit, fixed=self._is_fixed)
        return Form(step_id="import_formula", schema=schema, last_step=None).show(
            self, values, problems
        )

    async def async_step_export_formula(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what export earns."""
        kind = ExportPrice(self._prices[CONF_EXPORT_PRICE])
        if user_input is None:
            self._offer(Role.EXPORT, _DESCRIBED)
        options = self._offered
        values = self._known_values(Role.EXPORT, options, options[0].value)
        problems = Problems()
        if user_input is not None:
            values = flat(user_input)
            source = values.get(FIELD_EXPORT_FROM, CHOICE_NONE)
            check_ranges(values, problems)
            check_tariff(values, CONF_EXPORT_TARIFF, CONF_EXPORT_FEE, problems)
            await self._check_choice(Role.EXPORT, source, options, problems)
            if not problems:
                self._gather(values)
                return await self._go_on(Role.EXPORT, source, options)
        tariff = await async_tariff_selector(self.hass, self._unit)
        schema = export_schema(options, tariff, self._unit, kind)
        return Form(step_id="export_formula", schema=schema, last_step=None).show(
            self, values, problems
        )

    @override
    async def _source_done(self, ref: SourceRef) -> ConfigFlowResult:
        self._prices = {**self._prices, self._role: stored_source(ref)}
        return await self._after(self._role)

    async def _go_on(self, role: Role, choice: str, options: Sequence[Option]) -> ConfigFlowResult:
        """Follow a choice to where its source is described, or to what comes after."""
        self._role = role
        self._known_ref = self._stored(role)
        if choice == CHOICE_LIST:
            return await self.async_step_source_list()
        if choice == CHOICE_TEMPLATE:
            return await self.async_step_source_template()
        if (ref := ref_of(options, choice)) is not None:
            return await self._source_done(ref)
        if role is Role.IMPORT and choice == CHOICE_NONE:
            return self._finish_prices()
        return await self._after(role)

    async def _after(self, role: Role) -> ConfigFlowResult:
        if role is Role.IMPORT:
            return await self.async_step_import_formula()
        if role is Role.FORECAST and self._prices[CONF_EXPORT_PRICE] != ExportPrice.SAME:
            return await self.async_step_export_formula()
        return self._finish_prices()

    async def _check_choice(
        self, role: Role, choice: str, options: Sequence[Option], problems: Problems
    ) -> None:
        """Refuse a source that gives nothing, unless it is in use already."""
        ref = ref_of(options, choice)
        if ref is None or ref == self._stored(role):
            return
        if error := await async_source_problem(self.hass, self._door, ref):
            problems.add(_FIELDS[role], error)

    def _gather(self, values: Mapping[str, Any]) -> None:
        kept = {name: value for name, value in values.items() if name in PRICE_KEYS}
        self._prices = {**self._prices, **kept}

    def _offer(self, role: Role, own: Sequence[str]) -> None:
        """Look for sources once for each form: what is chosen may vanish meanwhile."""
        self._offered = found_options(self._door.detect(self.hass), self._stored(role), own)

    def _first_choice(self, options: Sequence[Option]) -> str:
        if (stored := self._stored(Role.IMPORT)) is not None:
            return chosen(options, stored)
        if self.source != SOURCE_RECONFIGURE and options[0].ref is not None:
            return options[0].value
        return CHOICE_FIXED if CONF_IMPORT_FIXED in self._known_prices else CHOICE_NONE

    def _known_values(
        self, role: Role, options: Sequence[Option], otherwise: str
    ) -> Mapping[str, Any]:
        """Return what fields show at first, with the choice that the stored source was."""
        stored = self._stored(role)
        choice = otherwise if stored is None else chosen(options, stored)
        values = {**self._known_prices, _FIELDS[role]: choice}
        if self._is_fixed and values.get(CONF_EXPORT_PRICE) == ExportPrice.SPOT:
            del values[CONF_EXPORT_PRICE]  # there is no spot price any more
        return values

    def _stored(self, role: Role) -> SourceRef | None:
        return parse_source(self._known_prices.get(role))

    @property
    def _unit(self) -> str:
        return f"{self.hass.config.currency}/kWh"


def _check_fixed(values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse energy that costs nothing: the field begins at 0."""
    parts = (CONF_IMPORT_FIXED, CONF_IMPORT_FEE, CONF_IMPORT_TAX, CONF_IMPORT_TARIFF)
    if CONF_IMPORT_FIXED in values and not any(values.get(name) for name in parts):
        problems.add(CONF_IMPORT_FIXED, "price_missing")
