"""Octopus Energy, as the community's integration shows it: a day's rates per event entity."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit

_KEYS: Final = Keys(start="start", end="end", price="value_inc_vat")
_CURRENT: Final = "_current_day_rates"
_DAYS: Final = ("_previous_day_rates", _CURRENT, "_next_day_rates")
_POUNDS: Final = Unit(1.0, "GBP")


class Row(TypedDict):
    """A rate in GBP per kWh, for half an hour or for longer."""

    start: datetime | str
    end: datetime | str
    value_inc_vat: float
    is_capped: bool
    is_intelligent_adjusted: bool


class Shape(TypedDict):
    """Attributes of the event."""

    rates: list[Row]


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are those of a day's electricity rates."""
    return are_rows(data.get("rates"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return one day's rates."""
    return read_rows(data.get("rates"), _KEYS, zone)


def days(hass: HomeAssistant, entity_id: str) -> Sequence[str]:
    """Return the entities of yesterday, today and tomorrow, found by identity, else by name."""
    registry = er.async_get(hass)
    entry = registry.async_get(entity_id)
    if entry is not None and entry.unique_id.endswith(_CURRENT):
        stem = entry.unique_id.removesuffix(_CURRENT)
        found = [
            registry.async_get_entity_id(entry.domain, entry.platform, stem + day) for day in _DAYS
        ]
        return [one for one in found if one is not None]
    if entity_id.endswith(_CURRENT):
        return [entity_id.removesuffix(_CURRENT) + day for day in _DAYS]
    return [entity_id]


def is_today(hass: HomeAssistant, entity_id: str) -> bool:
    """Say whether an entity has today's rates, and those of electricity: gas has some too."""
    entry = er.async_get(hass).async_get(entity_id)
    identity = entity_id if entry is None else entry.unique_id
    return identity.endswith(_CURRENT) and "_gas_" not in identity


def unit(data: Attributes, source: str) -> Unit:  # noqa: ARG001 - rates are always in pounds
    """Return the unit."""
    return _POUNDS


SOURCE: Final = AttributeSource(
    kind="octopus",
    fits=is_valid,
    extract=extract,
    unit=unit,
    domain="event",
    entities=days,
    is_offered=is_today,
)
