"""Any sensor with a list, or a map, of a forecast in an attribute."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State

from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .series import Window, is_unit, normalise
from .shapes import extract, find_keys, is_power_by_time, is_rows

KIND: Final = "list_attribute"


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return every list that looks like powers or energies over time."""
    return [
        Candidate(
            ref=SourceRef(kind=KIND, entity_id=state.entity_id, attribute=attribute),
            name=f"{state.name}: {attribute}",
        )
        for state in hass.states.async_all("sensor")
        for attribute in _forecasts_of(state)
    ]


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:  # noqa: ARG001  see PvSource
    """Return the sensor."""
    return (ref.entity_id,) if ref.entity_id else ()


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return the attribute's list; its unit is the chosen one, the key's or the sensor's."""
    state = hass.states.get(ref.entity_id or "")
    if state is None:
        raise SourceError("pv_source_gone", source=ref.entity_id or KIND)
    value = state.attributes.get(ref.attribute or "")
    if value is None:
        raise SourceError("pv_attribute_missing", source=state.name, attribute=ref.attribute or "")
    rows, unit = extract(value, ref.options)
    if not rows:
        raise SourceError("pv_shape", source=state.name, attribute=ref.attribute or "")
    return normalise(
        rows,
        unit or state.attributes.get(ATTR_UNIT_OF_MEASUREMENT),
        state.name,
        Window(start, end),
    )


def _forecasts_of(state: State) -> Iterator[str]:
    fits = is_unit(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    for attribute, value in state.attributes.items():
        if is_rows(value):
            keys = find_keys(value, {})
            if keys is not None and (fits or keys.unit is not None):
                yield attribute
        elif fits and is_power_by_time(value):
            yield attribute
