"""Which figures a device can have at all."""

from dataclasses import fields, is_dataclass
from typing import Any, Final

from ..output.plain import Path, PlainError

# By the end of a field's name, the first that fits: least, most, in words.
RANGES: Final = (
    ("price_per_kwh", None, None, ""),
    ("efficiency", 1e-3, 1.0, "a number above 0, at most 1"),
    ("_percent", 0.0, 100.0, "a percentage from 0 to 100"),
    ("duration_minutes", 1, 2880, "minutes from 1 to 2880"),
    ("_minutes", 1, 1440, "minutes from 1 to 1440"),
    ("voltage", 50.0, 500.0, "a voltage from 50 to 500"),
    ("_hour", 0, 24, "an hour from 0 to 24"),
    ("weekday", 0, 6, "a weekday from 0 (Monday) to 6"),
    ("peaks_counted", 1, 366, "a number of days from 1 to 366"),
    ("risk_appetite", 1, 5, "a number from 1 to 5"),
    ("threads", 1, 64, "a number from 1 to 64"),
    ("_kw", 0.0, None, "a number of at least 0"),
    ("_kwh", 0.0, None, "a number of at least 0"),
    ("_kwh_per_day", 0.0, None, "a number of at least 0"),
    ("_per_kw", 0.0, None, "a number of at least 0"),
    ("_a", 0.0, None, "a number of at least 0"),
    ("_h", 0.0, None, "a number of at least 0"),
    ("_s", 0.0, None, "a number of at least 0"),
    ("_gap", 0.0, None, "a number of at least 0"),
)


def check_ranges(value: Any, path: Path = ()) -> None:
    """Raise PlainError at the first figure, anywhere inside, that no device can have."""
    if isinstance(value, tuple):
        for index, each in enumerate(value):
            check_ranges(each, (*path, index))
    elif is_dataclass(value):
        for each in fields(value):
            inside = getattr(value, each.name)
            _check(each.name, inside, (*path, each.name))
            check_ranges(inside, (*path, each.name))


def _check(name: str, value: Any, path: Path) -> None:
    if name.endswith("phases"):
        _check_phases(value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        least, most, expected = next(
            (each[1:] for each in RANGES if name.endswith(each[0])), (None, None, "")
        )
        if (least is not None and value < least) or (most is not None and value > most):
            raise PlainError(path, expected, value)


def _check_phases(value: Any, path: Path) -> None:
    if isinstance(value, str):
        if not value or set(value) - set("ABC") or len(set(value)) < len(value):
            raise PlainError(path, "phases such as A or ABC", value)
    elif value not in {1, 3}:
        raise PlainError(path, "1 or 3 phases", value)
