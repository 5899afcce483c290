"""Energi Data Service, as the community's integration shows it."""

from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_parts

# The key stays ``hour`` where prices are for quarters.
_KEYS: Final = Keys(start="hour", price="price")


class Row(TypedDict):
    """A price without an end."""

    hour: datetime | str
    price: float | None


class Shape(TypedDict):
    """Attributes of the sensor; tomorrow's list is None until it is there."""

    raw_today: list[Row]
    raw_tomorrow: list[Row] | None
    unit: str
    use_cent: bool
    currency: str


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are an Energi Data Service sensor's."""
    return are_rows(data.get("raw_today"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return the prices of today and tomorrow; its forecast is another matter."""
    return read_rows(data.get("raw_today"), _KEYS, zone) + read_rows(
        data.get("raw_tomorrow"), _KEYS, zone
    )


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit, which the attributes say in parts."""
    return read_parts(
        data.get("unit"), cents=data.get("use_cent"), currency=data.get("currency"), source=source
    )


SOURCE: Final = AttributeSource(
    kind="energi_data_service", fits=is_valid, extract=extract, unit=unit
)
