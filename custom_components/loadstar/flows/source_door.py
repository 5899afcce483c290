"""Where the flows meet sources: what is here, what a list's keys are called, what one gives."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import json
from typing import Any, Final, Protocol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.template import Template
from homeassistant.util import dt as dt_util

from ..planning_wiring import SourceRef
from ..sources.types import Candidate, SourceError
from .problems import Problems
from .validation import is_own

_WINDOW: Final = timedelta(days=2)
_LONGEST_ROW: Final = 200
UNIT_UNKNOWN: Final = "unit_unknown"
# by the code of a source's warning, less what it is a source of
_ERRORS: Final[Mapping[str, str]] = {
    "unit": UNIT_UNKNOWN,
    "wrong_day": "no_current_values",
    "source_gone": "source_silent",
    "source_missing": "source_silent",
    "source_unavailable": "source_silent",
    "source_unknown": "source_silent",
    "source_failed": "source_silent",
    "part_unknown": "source_silent",
    "refused": "source_silent",
}


class Check(Protocol):
    """Ask a source for what it knows of a time; raise SourceError where that is nothing."""

    def __call__(
        self, hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
    ) -> Awaitable[None]:
        """Ask it."""


@dataclass(frozen=True, slots=True)
class KeyNames:
    """Under which keys rows have what; None where nothing well-known is there."""

    start: str | None = None
    end: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDoor:
    """One kind of sources, of prices or of PV forecasts."""

    detect: Callable[[HomeAssistant], Sequence[Candidate]]
    async_check: Check
    find_keys: Callable[[Sequence[Mapping[str, Any]]], KeyNames]
    is_map: Callable[[object], bool]  # of values by time, which needs no keys
    units: Callable[[HomeAssistant], Sequence[str]]
    value_option: str  # under which a source's options name the value's key
    tomorrow_option: str | None = None  # and an attribute with the rest of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundList:
    """A list in an attribute, as shown for confirmation."""

    rows: int
    first: str
    keys: tuple[str, ...]  # none in a map
    names: KeyNames


def read_list(
    hass: HomeAssistant, door: SourceDoor, entity_id: str, attribute: str, problems: Problems
) -> FoundList | None:
    """Return the list that an entity has, or say what is wrong."""
    state = hass.states.get(entity_id)
    if state is None:
        problems.add_entity("entity_id", "entity_missing", entity_id)
        return None
    if is_own(hass, entity_id):
        problems.add_entity("entity_id", "entity_own", entity_id)
        return None
    lists = {name: value for name, value in state.attributes.items() if _is_list(door, value)}
    if attribute not in state.attributes:
        words = {"attributes": ", ".join(lists) or "-"}
        problems.add("attribute", "attribute_missing", words)
        return None
    value = lists.get(attribute)
    if value is None:
        problems.add("attribute", "no_list", {"lists": ", ".join(lists) or "-"})
        return None
    if isinstance(value, Mapping):
        first = dict([next(iter(value.items()))])
        return FoundList(rows=len(value), first=_shown(first), keys=(), names=KeyNames())
    keys = dict.fromkeys(str(key) for row in value for key in row)
    return FoundList(
        rows=len(value), first=_shown(value[0]), keys=tuple(keys), names=door.find_keys(value)
    )


def check_template(hass: HomeAssistant, text: str, problems: Problems) -> None:
    """Refuse a template that does not render, with its own message."""
    try:
        Template(text, hass).async_render()
    except TemplateError as error:
        problems.add("template", "template_error", {"template_message": str(error)})


async def async_source_problem(hass: HomeAssistant, door: SourceDoor, ref: SourceRef) -> str | None:
    """Return what is wrong with a source that gives nothing for now."""
    start = dt_util.start_of_local_day()
    try:
        await door.async_check(hass, ref, start, start + _WINDOW)
    except SourceError as error:
        code = error.warning.code.partition("_")[2]
        return _ERRORS.get(code, "nothing_usable")
    return None


def _is_list(door: SourceDoor, value: object) -> bool:
    if door.is_map(value):
        return True
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(row, Mapping) for row in value)
    )


def _shown(row: Mapping[Any, Any]) -> str:
    return json.dumps({str(key): value for key, value in row.items()}, default=str)[:_LONGEST_ROW]
