"""From a source's unit to currency per kWh."""

from collections.abc import Iterable
from dataclasses import replace

from ...engine.prices.types import RawPrice
from .units import Unit


def scaled(prices: Iterable[RawPrice], unit: Unit) -> tuple[RawPrice, ...]:
    """Return ``prices`` in currency per kWh."""
    return tuple(
        one if one.price is None else replace(one, price=one.price * unit.factor) for one in prices
    )
