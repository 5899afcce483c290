"""Add a circuit, or change it."""

from collections.abc import Container
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import TextSelector
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_LIMIT,
    CONF_METER_A,
    CONF_METER_B,
    CONF_METER_C,
    CONF_PARENT,
    CONF_PHASES,
)
from ..limits import Wiring, circuits_within, fallback_conflict, minimum_conflict
from ..wiring import CircuitConfig, MeterConfig
from .fields import labelled_choice, meter_entity, number_to_enter
from .form import Form, flat
from .in_force import wiring_of
from .problems import Problems
from .subentry import SubentryFlow
from .validation import (
    Measure,
    check_complete,
    check_distinct,
    check_entities,
    check_name,
    check_ranges,
    check_same_quantity,
)

_METER_FIELDS = (CONF_METER_A, CONF_METER_B, CONF_METER_C)


class CircuitFlow(SubentryFlow):
    """Ask for a sub-breaker in one step."""

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with empty fields."""
        return await self.async_step_circuit()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the circuit as it is."""
        self._own = self._get_reconfigure_subentry()
        return await self.async_step_circuit()

    async def async_step_circuit(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for everything."""
        wiring, own, own_id = wiring_of(self._get_entry()), self._own, self._own_id
        parents = _parents(wiring, own_id)
        meters = _METER_FIELDS[: int(self._get_entry().data[CONF_PHASES])]
        values = {} if own is None else _known(own, parents)
        problems = Problems()
        if user_input is not None:
            values = flat(user_input)
            problems = _check(self.hass, wiring, values, meters, own_id)
            if not problems:
                return self._finish(values)
        form = Form(step_id="circuit", schema=_schema(parents, meters), last_step=True)
        return form.show(self, values, problems)


def _known(own: ConfigSubentry, parents: Container[str]) -> dict[str, Any]:
    """Return a circuit as it is, less a parent that has been removed."""
    values = {CONF_NAME: own.title, **own.data}
    if values.get(CONF_PARENT) not in parents:
        values.pop(CONF_PARENT, None)
    return values


def _schema(parents: dict[str, str], meters: tuple[str, ...]) -> Schema:
    fields: dict[Marker, Any] = {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_LIMIT): number_to_enter(CONF_LIMIT),
    }
    if parents:
        fields[Optional(CONF_PARENT)] = labelled_choice(list(parents.items()))
    return Schema(fields | {Optional(name): meter_entity() for name in meters})


def _parents(wiring: Wiring, own_id: str | None) -> dict[str, str]:
    """Return the circuits that a circuit may hang on: not itself and none behind it."""
    behind = set() if own_id is None else circuits_within(wiring.circuits, own_id)
    return {key: circuit.name for key, circuit in wiring.circuits.items() if key not in behind}


def _check(
    hass: HomeAssistant,
    wiring: Wiring,
    values: dict[str, Any],
    meters: tuple[str, ...],
    own_id: str | None,
) -> Problems:
    problems = Problems()
    others = [circuit.name for key, circuit in wiring.circuits.items() if key != own_id]
    check_name(values, others, problems)
    check_ranges(values, problems)
    check_entities(hass, values, meters, Measure.CURRENT_OR_POWER, problems)
    check_distinct(values, meters, problems)
    check_same_quantity(hass, values, meters, problems)
    check_complete(values, meters, problems)
    if own_id is not None and not problems:
        changed = CircuitConfig(
            subentry_id=own_id,
            name=values[CONF_NAME],
            limit=values[CONF_LIMIT],
            parent=values.get(CONF_PARENT),
            meter=MeterConfig() if values.get(CONF_METER_A) else None,
        )
        after = replace(wiring, circuits={**wiring.circuits, own_id: changed})
        if conflict := minimum_conflict(after) or fallback_conflict(after, wiring):
            problems.add(CONF_LIMIT, conflict.error, conflict.words)
    return problems
