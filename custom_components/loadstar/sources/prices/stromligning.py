"""Strømligning, as the community's integration shows it: tomorrow is an entity of its own."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_unit

_KEYS: Final = Keys(start="start", end="end", price="price")
_EX_VAT: Final = "_ex_vat"


class Row(TypedDict):
    """A price."""

    start: datetime | str
    end: datetime | str
    price: float | None


class Shape(TypedDict):
    """Attributes of today's sensor and of tomorrow's binary sensor."""

    prices: list[Row]


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are a Strømligning sensor's."""
    return are_rows(data.get("prices"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return one day's prices."""
    return read_rows(data.get("prices"), _KEYS, zone)


def days(hass: HomeAssistant, entity_id: str) -> Sequence[str]:
    """Return today's sensor and tomorrow's binary sensor, both with VAT or both without."""
    registry = er.async_get(hass)
    entry = registry.async_get(entity_id)
    if entry is None or entry.config_entry_id is None:
        return [entity_id]
    return [entity_id] + [
        other.entity_id
        for other in er.async_entries_for_config_entry(registry, entry.config_entry_id)
        if other.domain == "binary_sensor"
        and "tomorrow" in other.unique_id
        and (_EX_VAT in other.unique_id) == (_EX_VAT in entry.unique_id)
    ]


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit of the entity."""
    return read_unit(data.get(ATTR_UNIT_OF_MEASUREMENT), source)


SOURCE: Final = AttributeSource(
    kind="stromligning", fits=is_valid, extract=extract, unit=unit, entities=days
)
