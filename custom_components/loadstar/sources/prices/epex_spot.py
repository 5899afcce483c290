"""EPEX Spot, as the community's integration shows it."""

from datetime import tzinfo
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT

from ...engine.prices.types import RawPrice
from .attributes import Attributes, AttributeSource
from .reading import Keys, are_rows, read_rows
from .units import Unit, read_unit

_KEYS: Final = Keys(start="start_time", end="end_time", price="price_per_kwh")


class Row(TypedDict):
    """A price with ISO times."""

    start_time: str
    end_time: str
    price_per_kwh: float | None


class Shape(TypedDict):
    """Attributes of the price's sensors."""

    data: list[Row]


def is_valid(data: Attributes) -> TypeGuard[Shape]:
    """Say whether attributes are an EPEX Spot sensor's."""
    return are_rows(data.get("data"), _KEYS)


def extract(data: Attributes, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return all prices."""
    return read_rows(data.get("data"), _KEYS, zone)


def unit(data: Attributes, source: str) -> Unit:
    """Return the unit of the entity; its other sensors show rank and quantile, without one."""
    return read_unit(data.get(ATTR_UNIT_OF_MEASUREMENT), source)


SOURCE: Final = AttributeSource(kind="epex_spot", fits=is_valid, extract=extract, unit=unit)
