"""The entities of another integration's config entry that carry a forecast."""

from collections.abc import Iterable, Sequence

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ...planning_wiring import SourceRef
from ..types import SourceError


def entries_of(hass: HomeAssistant, domain: str) -> Sequence[ConfigEntry]:
    """Return the config entries of an integration that are in use."""
    return hass.config_entries.async_entries(domain, include_ignore=False, include_disabled=False)


def named(hass: HomeAssistant, ref: SourceRef) -> str:
    """Return what a source is called in messages."""
    if ref.entry_id and (entry := hass.config_entries.async_get_entry(ref.entry_id)):
        return entry.title
    return ref.entity_id or ref.kind


def required_entry(hass: HomeAssistant, ref: SourceRef) -> ConfigEntry:
    """Return the config entry of a source; raise SourceError where it is gone."""
    entry = hass.config_entries.async_get_entry(ref.entry_id or "")
    if entry is None:
        raise SourceError("pv_source_gone", source=ref.kind)
    return entry


def states_with(hass: HomeAssistant, entry_id: str, attributes: Iterable[str]) -> list[State]:
    """Return the states of an entry's entities that have one of some attributes."""
    wanted = set(attributes)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    states = (hass.states.get(entity.entity_id) for entity in entities)
    return [state for state in states if state is not None and wanted & set(state.attributes)]
