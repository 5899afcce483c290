"""The choice among sources: what was found here, a list, a template, and what else there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ..const import (
    SOURCE_ATTRIBUTE,
    SOURCE_ENTITY,
    SOURCE_ENTRY,
    SOURCE_KIND,
    SOURCE_LIST_ATTRIBUTE,
    SOURCE_OPTIONS,
    SOURCE_TEMPLATE,
)
from ..planning_wiring import SourceRef
from ..sources.types import Candidate

CHOICE_LIST: Final = "list"
CHOICE_TEMPLATE: Final = "template"
CHOICE_FIXED: Final = "fixed"
CHOICE_NONE: Final = "none"
CHOICE_ENERGY: Final = "energy"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; ``ref`` is that of a source that was found."""

    value: str
    label: str
    ref: SourceRef | None = None


def found_options(
    candidates: Iterable[Candidate], stored: SourceRef | None, own: Sequence[str]
) -> list[Option]:
    """Return the sources that are here, the one in use even if it is not, then ``own`` choices."""
    options = {
        source_key(candidate.ref): Option(source_key(candidate.ref), candidate.name, candidate.ref)
        for candidate in candidates
    }
    if stored is not None and not _is_written(stored):
        key = source_key(stored)
        options.setdefault(key, Option(key, stored.entity_id or stored.kind, stored))
    return [*options.values(), *(Option(choice, choice) for choice in own)]


def source_choice(name: str, options: Sequence[Option]) -> SelectSelector:
    """Return the selector of ``options``; those without a source are translated under ``name``."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=one.value, label=one.label) for one in options],
            translation_key=name,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def chosen(options: Iterable[Option], stored: SourceRef) -> str:
    """Return the choice that a stored source was."""
    key = source_key(stored)
    if any(option.value == key for option in options):
        return key
    return CHOICE_TEMPLATE if stored.kind == SOURCE_TEMPLATE else CHOICE_LIST


def ref_of(options: Iterable[Option], value: str) -> SourceRef | None:
    """Return the source behind a choice, if it was found here."""
    return next((option.ref for option in options if option.value == value), None)


def stored_source(ref: SourceRef) -> dict[str, Any]:
    """Return a source as it is stored."""
    data: Mapping[str, Any] = {
        SOURCE_KIND: ref.kind,
        SOURCE_ENTITY: ref.entity_id,
        SOURCE_ENTRY: ref.entry_id,
        SOURCE_ATTRIBUTE: ref.attribute,
        SOURCE_TEMPLATE: ref.template,
        SOURCE_OPTIONS: dict(ref.options),
    }
    return {name: value for name, value in data.items() if value}


def source_key(ref: SourceRef) -> str:
    """Return what tells a source from all others."""
    parts = (ref.kind, ref.entry_id, ref.entity_id, ref.attribute)
    options = (f"{name}={value}" for name, value in sorted(ref.options.items()))
    return "|".join([*(part for part in parts if part), *options])


def _is_written(ref: SourceRef) -> bool:
    """Return whether a source is one that the user describes."""
    return ref.kind in (SOURCE_LIST_ATTRIBUTE, SOURCE_TEMPLATE)
