"""Find out under which keys a list that nobody has described holds times and prices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
import math
from typing import Any, Final

from .reading import Keys, read_price, read_times

# Best first: a row may have a time of day besides its start.
_STARTS: Final = (
    "start",
    "start_time",
    "startsat",
    "starts_at",
    "starttime",
    "from",
    "valid_from",
    "period_start",
    "time",
    "timestamp",
    "datetime",
    "date_time",
    "hour",
    "date",
)
_ENDS: Final = (
    "end",
    "end_time",
    "endsat",
    "ends_at",
    "endtime",
    "till",
    "to",
    "until",
    "valid_to",
    "valid_until",
    "period_end",
)
_PRICES: Final = (
    "price",
    "value",
    "price_per_kwh",
    "per_kwh",
    "total",
    "value_inc_vat",
    "electricity_price",
    "cost",
    "rate",
    "tariff",
)


def as_rows(value: object) -> Sequence[Mapping[str, Any]] | None:
    """Return a list of rows, also of a mapping from start to price; None of anything else."""
    if isinstance(value, Mapping):
        return [{"start": start, "price": price} for start, price in value.items()]
    if isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value):
        return list(value)
    return None


def detect_keys(rows: Sequence[Mapping[str, Any]], zone: tzinfo) -> Keys | None:
    """Return the keys of starts, ends and prices that every row has; None without any."""
    if not rows:
        return None
    shared = [key for key in rows[0] if all(key in row for row in rows)]
    times = [key for key in shared if None not in read_times((row[key] for row in rows), zone)]
    numbers = [key for key in shared if _are_prices(row[key] for row in rows)]
    start, end, price = _best(times, _STARTS), _best(times, _ENDS), _best(numbers, _PRICES)
    return Keys(start=start, end=end, price=price) if start and price else None


def _are_prices(values: Iterable[object]) -> bool:
    """Say whether all are numbers or missing, and not all missing."""
    prices = [read_price(value) for value in values]
    known = [price for price in prices if price is not None]
    return bool(known) and not any(math.isnan(price) for price in known)


def _best(keys: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the key whose name comes first in ``names``, whatever its case."""
    return min(
        (key for key in keys if key.lower() in names),
        key=lambda key: names.index(key.lower()),
        default=None,
    )
