"""ENTSO-e, as the community's integration shows it."""

from datetime import datetime, tzinfo
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_unit

_KEYS: Final = Keys(start="time", price="price")


class Row(TypedDict):
    """A price, with a space between date and time and without an end."""

    time: datetime | str
    price: float | None


class Shape(TypedDict, total=False):
    """Attributes of the average's sensor; ``prices`` holds all, where it is there."""

    prices: list[Row]
    prices_today: list[Row]
    prices_tomorrow: list[Row]


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are an ENTSO-e sensor's."""
    return are_rows(data.get("prices"), _KEYS) or are_rows(data.get("prices_today"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return all prices; the days' lists and the whole one may hold the same."""
    if are_rows(data.get("prices"), _KEYS):
        return read_rows(data["prices"], _KEYS, zone)
    return read_rows(data.get("prices_today"), _KEYS, zone) + read_rows(
        data.get("prices_tomorrow"), _KEYS, zone
    )


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit of the entity."""
    return read_unit(data.get(ATTR_UNIT_OF_MEASUREMENT), source)


SOURCE: Final = AttributeSource(kind="entsoe", fits=is_valid, extract=extract, unit=unit)
