"""The steps for a source that the user describes: a list in an attribute, or a template."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.selector import EntitySelector, TemplateSelector, TextSelector
from probatio import Marker, Optional, Required, Schema

from ..const import SOURCE_LIST_ATTRIBUTE, SOURCE_TEMPLATE
from ..planning_wiring import SourceRef
from .fields import labelled_choice
from .form import Form, flat
from .problems import Problems
from .source_door import (
    UNIT_UNKNOWN,
    FoundList,
    SourceDoor,
    async_source_problem,
    check_template,
    read_list,
)

_ENTITY: Final = "entity_id"
_ATTRIBUTE: Final = "attribute"
_TOMORROW: Final = "attribute_tomorrow"
_START_KEY: Final = "start_key"
_END_KEY: Final = "end_key"
_VALUE_KEY: Final = "value_key"
_UNIT: Final = "unit"
_TEMPLATE: Final = "template"


class SourceSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Ask where a list is and confirm what its keys mean, or ask for a template."""

    _door: SourceDoor
    _known_ref: SourceRef | None = None  # what fields show at first
    _place: Mapping[str, str] = MappingProxyType({})  # of the list

    @abstractmethod
    async def _source_done(self, ref: SourceRef) -> ResultT:
        """Go on with a source that gives something."""

    async def async_step_source_list(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which entity has the list, and under which name."""
        problems = Problems()
        if user_input is None:
            return self._show_list(self._known_place(), problems)
        self._place = flat(user_input)
        if self._read(problems) is None:
            return self._show_list(self._place, problems)
        return await self.async_step_source_keys()

    async def async_step_source_keys(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Show what the list's keys seem to mean, for the user to confirm."""
        problems = Problems()
        found = self._read(problems)
        if found is None:  # the entity has changed meanwhile
            return self._show_list(self._place, problems)
        values = self._known_keys(found)
        if user_input is not None:
            values = {name: value for name, value in flat(user_input).items() if value}
            ref = self._list_ref(values)
            field = _VALUE_KEY if found.keys else "base"
            await self._async_check_ref(ref, field, problems)
            if not problems:
                return await self._source_done(ref)
        schema = _keys_schema(found, self._door.units(self.hass))
        words = {"entity": self._place[_ENTITY], "rows": f"{found.rows}", "first": found.first}
        form = Form(step_id="source_keys", schema=schema, words=words, last_step=None)
        return form.show(self, values, problems)

    async def async_step_source_template(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask for a template that yields a list."""
        problems = Problems()
        if user_input is None:
            known = self._known_ref
            if known is None or known.template is None:
                return self._show_template({}, problems)
            return self._show_template({_TEMPLATE: known.template, **known.options}, problems)
        values = flat(user_input)
        check_template(self.hass, values[_TEMPLATE], problems)
        options = {_UNIT: values[_UNIT]} if values.get(_UNIT) else {}
        ref = SourceRef(kind=SOURCE_TEMPLATE, template=values[_TEMPLATE], options=options)
        if not problems:
            await self._async_check_ref(ref, _TEMPLATE, problems)
        return self._show_template(values, problems) if problems else await self._source_done(ref)

    def _show_list(self, values: Mapping[str, Any], problems: Problems) -> ResultT:
        fields: dict[Marker, Any] = {
            Required(_ENTITY): EntitySelector(),
            Required(_ATTRIBUTE): TextSelector(),
        }
        if self._door.tomorrow_option is not None:
            fields[Optional(_TOMORROW)] = TextSelector()
        return Form(step_id="source_list", schema=Schema(fields)).show(self, values, problems)

    def _show_template(self, values: Mapping[str, Any], problems: Problems) -> ResultT:
        fields: dict[Marker, Any] = {Required(_TEMPLATE): TemplateSelector()}
        schema = Schema(fields | _unit_field(self._door.units(self.hass)))
        form = Form(step_id="source_template", schema=schema, last_step=None)
        return form.show(self, values, problems)

    def _read(self, problems: Problems) -> FoundList | None:
        place = self._place
        found = read_list(self.hass, self._door, place[_ENTITY], place[_ATTRIBUTE], problems)
        return None if problems else found

    async def _async_check_ref(self, ref: SourceRef, field: str, problems: Problems) -> None:
        if error := await async_source_problem(self.hass, self._door, ref):
            problems.add(_UNIT if error == UNIT_UNKNOWN else field, error)
        else:
            self._check_use(ref, field, problems)

    def _check_use(self, ref: SourceRef, field: str, problems: Problems) -> None:
        """Refuse a source that is in use elsewhere, where that matters."""

    def _known_place(self) -> dict[str, Any]:
        known = self._known_ref
        if known is None or known.attribute is None:
            return {}
        tomorrow = known.options.get(self._door.tomorrow_option or "")
        return {_ENTITY: known.entity_id, _ATTRIBUTE: known.attribute, _TOMORROW: tomorrow}

    def _known_keys(self, found: FoundList) -> dict[str, Any]:
        """Return the keys in use where the list still has them, else those that seem right."""
        names, known = found.names, self._known_ref
        values: dict[str, str | None] = {
            _START_KEY: names.start,
            _END_KEY: names.end,
            _VALUE_KEY: names.value,
        }
        place = (self._place[_ENTITY], self._place[_ATTRIBUTE])
        if known is not None and (known.entity_id, known.attribute) == place:
            in_use = {**known.options, _VALUE_KEY: known.options.get(self._door.value_option)}
            values |= {name: key for name, key in in_use.items() if key in found.keys}
            values[_UNIT] = known.options.get(_UNIT)
        return {name: value for name, value in values.items() if value}

    def _list_ref(self, values: Mapping[str, Any]) -> SourceRef:
        """Return the source under the names that its own options have."""
        options = dict(values)
        if value_key := options.pop(_VALUE_KEY, None):
            options[self._door.value_option] = value_key
        tomorrow, name = self._place.get(_TOMORROW), self._door.tomorrow_option
        if tomorrow and name is not None:
            options[name] = tomorrow
        return SourceRef(
            kind=SOURCE_LIST_ATTRIBUTE,
            entity_id=self._place[_ENTITY],
            attribute=self._place[_ATTRIBUTE],
            options=options,
        )


def _keys_schema(found: FoundList, units: Sequence[str]) -> Schema:
    fields: dict[Marker, Any] = {}
    if found.keys:
        key = labelled_choice([(name, name) for name in found.keys])
        fields = {Required(_START_KEY): key, Optional(_END_KEY): key, Required(_VALUE_KEY): key}
    return Schema(fields | _unit_field(units))


def _unit_field(units: Sequence[str]) -> dict[Marker, Any]:
    return {Optional(_UNIT): labelled_choice([(unit, unit) for unit in units])}
