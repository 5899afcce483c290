"""Prices over time. Money is per kWh in the home's currency, time stamps aware UTC."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """A price that holds from ``start`` to before ``end``."""

    start: datetime
    end: datetime
    price_per_kwh: float
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class RawPrice:
    """A price as a source gives it: the end, or the price, may be missing."""

    start: datetime
    end: datetime | None
    price: float | None


class ExportPrice(StrEnum):
    """What exported energy earns."""

    SAME = "same"  # as import costs
    SPOT = "spot"  # the source's price, through the export formula
    SOURCE = "source"  # a source of its own, through the export formula
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTariff:
    """A grid operator's fee per kWh where it applies: months 1-12, weekdays 0-6, local times.

    ``until`` 00:00 is the end of the day; ``from_time`` after ``until`` spans midnight.
    """

    fee_per_kwh: float
    from_time: time = time(0)
    until: time = time(0)
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFormula:
    """From a source's price to what is paid: (price·factor + fee + tax + grid)·(1 + VAT).

    The first of ``grid`` that applies counts; where none does, it is free.
    ``fixed_per_kwh`` takes the place of the source's price.
    """

    factor: float = 1.0
    fee_per_kwh: float = 0.0
    tax_per_kwh: float = 0.0
    vat_percent: float = 0.0
    grid: tuple[GridTariff, ...] = field(default=())
    fixed_per_kwh: float | None = None
