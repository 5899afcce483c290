"""Nord Pool as the community's integration shows it: attributes of a sensor."""

from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_parts

_KEYS: Final = Keys(start="start", end="end", price="value")


class Row(TypedDict):
    """A price; None where it is not known yet."""

    start: datetime | str
    end: datetime | str
    value: float | None


class Shape(TypedDict):
    """Attributes of the sensor; ``unit`` is the energy alone."""

    raw_today: list[Row]
    raw_tomorrow: list[Row] | None
    unit: str
    price_in_cents: bool
    currency: str


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are a Nord Pool sensor's."""
    return are_rows(data.get("raw_today"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return the prices of today and tomorrow."""
    return read_rows(data.get("raw_today"), _KEYS, zone) + read_rows(
        data.get("raw_tomorrow"), _KEYS, zone
    )


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit, which the attributes say in three parts."""
    return read_parts(
        data.get("unit"),
        cents=data.get("price_in_cents"),
        currency=data.get("currency"),
        source=source,
    )


SOURCE: Final = AttributeSource(kind="nordpool_hacs", fits=is_valid, extract=extract, unit=unit)
