"""Forms with sections over flat data: what is stored knows nothing of sections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.data_entry_flow import FlowHandler, FlowResult, section
from probatio import Schema

from ..const import (
    CONF_BLOCK,
    CONF_CAR_PHASES,
    CONF_CONNECTOR_ID,
    CONF_DURATION,
    CONF_OCPP_PORT,
    CONF_OCPP_TLS_PORT,
    CONF_PEAK_COUNT,
    CONF_PEAK_FROM,
    CONF_PEAK_UNTIL,
    CONF_PEAK_WINDOW,
    CONF_PHASES,
    CONF_PRIORITY,
)
from .problems import Problems

# Choices have strings as values, and a number field gives a float.
_WHOLE = (
    CONF_PHASES,
    CONF_CAR_PHASES,
    CONF_CONNECTOR_ID,
    CONF_OCPP_PORT,
    CONF_OCPP_TLS_PORT,
    CONF_PRIORITY,
    CONF_PEAK_WINDOW,
    CONF_PEAK_COUNT,
    CONF_PEAK_FROM,
    CONF_PEAK_UNTIL,
    CONF_BLOCK,
    CONF_DURATION,
)
_WHOLE_UP_TO = 2**31  # a form could not be shown again with a number of hundreds of digits
_CHOSEN = (CONF_PHASES, CONF_CAR_PHASES, CONF_PEAK_WINDOW)


def flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's values without its sections, in the types that are stored."""
    values: dict[str, Any] = {}
    for name, value in user_input.items():
        values |= value if isinstance(value, Mapping) else {name: value}
    return {name: _stored(name, value) for name, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One step of a flow."""

    step_id: str
    schema: Schema
    words: Mapping[str, str] = field(default_factory=dict)
    last_step: bool | None = False  # None: that depends on the answers

    def show[ResultT: FlowResult[Any, Any]](
        self, flow: FlowHandler[Any, ResultT, Any], values: Mapping[str, Any], problems: Problems
    ) -> ResultT:
        """Show the step with ``values`` in its fields and its problems beside them."""
        schema = _opened(self.schema, problems)
        return flow.async_show_form(
            step_id=self.step_id,
            data_schema=flow.add_suggested_values_to_schema(schema, _nested(schema, values)),
            errors=_placed(schema, problems.errors),
            description_placeholders={**self.words, **problems.placeholders},
            last_step=self.last_step,
        )


def _stored(name: str, value: Any) -> Any:
    if name in _WHOLE and abs(float(value)) <= _WHOLE_UP_TO:
        return int(value)
    return value.strip() if isinstance(value, str) else value


def _sections(schema: Schema) -> dict[str, set[str]]:
    """Return the fields of each section."""
    return {
        str(name): {str(inner) for inner in value.schema.schema}
        for name, value in schema.schema.items()
        if isinstance(value, section)
    }


def _nested(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        name: str(value) if name in _CHOSEN else value
        for name, value in values.items()
        if value is not None
    }
    for name, fields in _sections(schema).items():
        shown[name] = {inner: shown[inner] for inner in fields & shown.keys()}
    return shown


def _placed(schema: Schema, errors: Mapping[str, str]) -> dict[str, str]:
    """Move the problems of a section's fields to the section: its fields cannot show any."""
    home = {inner: name for name, fields in _sections(schema).items() for inner in fields}
    placed: dict[str, str] = {}
    for name, error in errors.items():
        placed.setdefault(home.get(name, name), error)
    return placed


def _opened(schema: Schema, problems: Problems) -> Schema:
    """Open the sections in which something is wrong."""
    wrong = _placed(schema, problems.errors)
    return Schema(
        {
            name: section(value.schema, {"collapsed": False})
            if isinstance(value, section) and str(name) in wrong
            else value
            for name, value in schema.schema.items()
        }
    )
