"""Every source of PV forecasts by its kind."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.core import HomeAssistant

from ...planning_wiring import SourceRef
from ..types import Candidate, PvSource
from . import (
    energy_platform,
    forecast_solar,
    list_attribute,
    open_meteo_solar,
    solcast,
    template,
)

PV_SOURCES: Final[Mapping[str, PvSource]] = {
    solcast.KIND: solcast,
    forecast_solar.KIND: forecast_solar,
    open_meteo_solar.KIND: open_meteo_solar,
    energy_platform.KIND: energy_platform,
    list_attribute.KIND: list_attribute,
    template.KIND: template,
}
# the source that knows more of an integration than its energy platform tells
_BY_DOMAIN: Final[Mapping[str, str]] = {
    solcast.DOMAIN: solcast.KIND,
    forecast_solar.DOMAIN: forecast_solar.KIND,
    open_meteo_solar.DOMAIN: open_meteo_solar.KIND,
}


def ref_of_entry(hass: HomeAssistant, entry_id: str) -> SourceRef:
    """Return the best source for an integration's entry."""
    entry = hass.config_entries.async_get_entry(entry_id)
    kind = _BY_DOMAIN.get(entry.domain if entry else "", energy_platform.KIND)
    return SourceRef(kind=kind, entry_id=entry_id)


def detect_all(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return what could be read here, the best first, each integration's entry once."""
    found: list[Candidate] = []
    entries: set[str] = set()
    for source in PV_SOURCES.values():
        for candidate in source.detect(hass):
            entry_id = candidate.ref.entry_id
            if entry_id is not None and entry_id in entries:
                continue
            found.append(candidate)
            if entry_id is not None:
                entries.add(entry_id)
    return found
