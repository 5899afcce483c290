"""Frank Energie, as the community's integration shows it."""

from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_unit

Row = TypedDict("Row", {"from": datetime | str, "till": datetime | str, "price": float | None})
_KEYS: Final = Keys(start="from", end="till", price="price")


class Shape(TypedDict):
    """Attributes of the current price's sensors."""

    prices: list[Row]


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are a Frank Energie sensor's."""
    return are_rows(data.get("prices"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return all prices."""
    return read_rows(data.get("prices"), _KEYS, zone)


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit of the entity: the same list is there for gas, in EUR per m³."""
    return read_unit(data.get(ATTR_UNIT_OF_MEASUREMENT), source)


SOURCE: Final = AttributeSource(kind="frank_energie", fits=is_valid, extract=extract, unit=unit)
