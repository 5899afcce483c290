"""What every flow checks: numbers, names and entities."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
import math
from typing import Any, Final

from homeassistant.const import CONF_NAME, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..sources.quantity import Quantity, quantity_of
from .fields import RANGES
from .problems import Problems

NAME_LENGTH: Final = 100  # beyond, every entity's id would be the name's first letters


class Measure(StrEnum):
    """What an entity is asked to measure; its value is the problem of one that does not."""

    CURRENT_OR_POWER = "not_current_or_power"
    POWER = "not_power"
    PERCENT = "not_percent"
    TEMPERATURE = "not_temperature"


_QUANTITIES = {
    Measure.CURRENT_OR_POWER: (Quantity.CURRENT, Quantity.POWER),
    Measure.POWER: (Quantity.POWER,),
    Measure.PERCENT: (Quantity.PERCENT,),
    Measure.TEMPERATURE: (Quantity.TEMPERATURE,),
}


def check_ranges(values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse every number outside its field's range."""
    for name, allowed in RANGES.items():
        if name in values and values[name] not in allowed:
            words = {
                f"{name}_min": f"{allowed.minimum:g}",
                f"{name}_max": f"{allowed.maximum:.12g}",
            }
            problems.add(name, f"{name}_range", words)


def check_name(values: Mapping[str, Any], others: Iterable[str], problems: Problems) -> None:
    """Refuse an empty name, an endless one, and one that another has, whatever its case."""
    name = values[CONF_NAME]
    if not name:
        problems.add(CONF_NAME, "name_missing")
    elif len(name) > NAME_LENGTH:
        problems.add(CONF_NAME, "name_long", {"name_length": f"{NAME_LENGTH}"})
    elif name.casefold() in {other.casefold() for other in others}:
        problems.add(CONF_NAME, "name_used")


def check_entities(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    fields: Collection[str],
    measure: Measure,
    problems: Problems,
) -> None:
    """Refuse entities that are not there or do not measure what is asked for.

    One that is unavailable now may come back; its unit is known all the same.
    """
    for name in fields:
        for entity_id in named(values, name):
            if error := _entity_problem(hass, entity_id, measure):
                problems.add_entity(name, error, entity_id)


def check_exists(
    hass: HomeAssistant, values: Mapping[str, Any], name: str, problems: Problems
) -> None:
    """Refuse an entity that is not there; it may measure anything."""
    for entity_id in named(values, name):
        if hass.states.get(entity_id) is None:
            problems.add_entity(name, "entity_missing", entity_id)


def check_foreign(
    hass: HomeAssistant, values: Mapping[str, Any], name: str, problems: Problems
) -> None:
    """Refuse an entity that is Loadstar's own."""
    for entity_id in named(values, name):
        if is_own(hass, entity_id):
            problems.add_entity(name, "entity_own", entity_id)


def check_distinct(
    values: Mapping[str, Any],
    fields: Collection[str],
    problems: Problems,
    taken: Iterable[str] = (),
) -> None:
    """Refuse an entity that stands at two places, or that is among ``taken``."""
    seen = set(taken)
    for name in fields:
        for entity_id in named(values, name):
            if entity_id in seen:
                problems.add_entity(name, "entity_twice", entity_id)
            seen.add(entity_id)


def check_same_quantity(
    hass: HomeAssistant, values: Mapping[str, Any], fields: Collection[str], problems: Problems
) -> None:
    """Refuse a meter that gives amperes on one phase and watts on another."""
    found: Quantity | None = None
    for name in fields:
        for entity_id in named(values, name):
            state = hass.states.get(entity_id)
            quantity = None if state is None else quantity_of(state)
            if quantity not in _QUANTITIES[Measure.CURRENT_OR_POWER]:
                continue  # that is another problem
            if found is not None and quantity is not found:
                problems.add_entity(name, "units_mixed", entity_id)
            found = found or quantity


def check_complete(values: Mapping[str, Any], fields: Collection[str], problems: Problems) -> None:
    """Refuse a meter that is named for some phases and missing for others."""
    missing = [name for name in fields if not values.get(name)]
    if len(missing) < len(fields):
        for name in missing:
            problems.add(name, "phases_incomplete")


def is_own(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity is Loadstar's."""
    entry = er.async_get(hass).async_get(entity_id)
    return entry is not None and entry.platform == DOMAIN


def named(values: Mapping[str, Any], name: str) -> list[str]:
    """Return the entities of a field that holds one, several or none."""
    value = values.get(name)
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def _entity_problem(hass: HomeAssistant, entity_id: str, measure: Measure) -> str | None:
    state = hass.states.get(entity_id)
    if state is None:
        return "entity_missing"
    if is_own(hass, entity_id):
        return "entity_own"
    if quantity_of(state) not in _QUANTITIES[measure]:
        return measure.value
    return None if _has_number_or_waits(state) else "not_numeric"


def _has_number_or_waits(state: State) -> bool:
    if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
        return True
    try:
        return math.isfinite(float(state.state))
    except ValueError:
        return False
