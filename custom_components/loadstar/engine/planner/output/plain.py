"""Dataclasses to plain JSON data and back, by their type hints.

Times are ISO strings, sets sorted lists, NaN is None. Fields that
have a default may be missing; names that a dataclass does not have are an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from functools import cache
import math
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import numpy as np

# Most of what there is: not worth a look at what else it might be.
_AS_IT_IS = frozenset({str, int, bool, NoneType})

type Path = tuple[str | int, ...]


class PlainError(ValueError):
    """Plain data that does not fit: where, what was expected, and what was found."""

    def __init__(self, path: Path, expected: str, found: object) -> None:
        """Keep the place as the keys and positions that lead to it."""
        place = ".".join(str(part) for part in path) or "the whole"
        super().__init__(f"{place}: expected {expected}, found {shown(found)}")
        self.path = path
        self.expected = expected
        self.found = found


def shown(found: object) -> str:
    """Return how a value is quoted in a message."""
    match found:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f'"{found}"'
        case _:
            return str(found)


def to_plain(value: Any) -> Any:
    """Return a dataclass, number, time stamp or collection of them as JSON data."""
    if type(value) in _AS_IT_IS:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    plain = value
    match value:
        case StrEnum():
            plain = value.value
        case datetime() | date() | time():
            plain = value.isoformat()
        case float() if not math.isfinite(value):
            plain = None
        case np.generic():
            plain = to_plain(value.item())
        case Mapping():
            plain = {str(to_plain(key)): to_plain(each) for key, each in value.items()}
        case set() | frozenset():
            plain = sorted(to_plain(each) for each in value)
        case tuple() | list():
            plain = [to_plain(each) for each in value]
    return plain


def from_plain[T](kind: type[T], data: Any, zone: tzinfo | None = None) -> T:
    """Return the dataclass that ``data`` describes, or raise ``PlainError``.

    Time stamps without an offset are an error, or, given a ``zone``, local there.
    """
    value: T = _Reader(zone).read(kind, data, ())
    return value


def field_types(kind: Any) -> dict[str, Any]:
    """Return the types of a dataclass' fields."""
    return _hints(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


class _Reader:
    """Reads plain data into types."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone

    def read(self, kind: Any, data: Any, path: Path) -> Any:
        """Return ``data`` as ``kind``, which stands at ``path``."""
        if kind is Any:
            return data
        if kind in _SCALARS:
            return _SCALARS[kind](data, path, self._zone)
        if is_dataclass(kind):
            return self._dataclass(kind, data, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return _member(kind, data, path)
        return self._generic(kind, data, path)

    def _generic(self, kind: Any, data: Any, path: Path) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in {UnionType, Union}:
            if data is None:
                return None
            return self.read(next(each for each in arguments if each is not NoneType), data, path)
        if origin is Mapping:
            return self._mapping(arguments, data, path)
        items = self._items(arguments, data, path)
        return frozenset(items) if origin is frozenset else tuple(items)

    def _items(self, arguments: tuple[Any, ...], data: Any, path: Path) -> list[Any]:
        if not isinstance(data, list):
            raise PlainError(path, "a list", data)
        if len(arguments) > 1 and arguments[1] is not Ellipsis:
            if len(data) != len(arguments):
                raise PlainError(path, f"a list of {len(arguments)}", len(data))
            kinds = list(arguments)
        else:
            kinds = [arguments[0]] * len(data)
        return [
            self.read(kind, each, (*path, index))
            for index, (kind, each) in enumerate(zip(kinds, data, strict=True))
        ]

    def _mapping(self, arguments: tuple[Any, ...], data: Any, path: Path) -> dict[Any, Any]:
        key, value = arguments
        if not isinstance(data, dict):
            raise PlainError(path, "a mapping", data)
        return {
            self.read(key, name, (*path, name)): self.read(value, each, (*path, name))
            for name, each in data.items()
        }

    def _dataclass(self, kind: Any, data: Any, path: Path) -> Any:
        if not isinstance(data, dict):
            raise PlainError(path, "a mapping", data)
        known = {each.name: each for each in fields(kind)}
        for name in data:
            if name not in known:
                raise PlainError((*path, name), f"one of {', '.join(known)}", name)
        for name, each in known.items():
            required = each.default is MISSING and each.default_factory is MISSING
            if required and name not in data:
                raise PlainError((*path, name), name, None)
        hints = field_types(kind)
        values = {name: self.read(hints[name], data[name], (*path, name)) for name in data}
        return kind(**values)


def _instant(data: Any, path: Path, zone: tzinfo | None) -> datetime:
    expected = "a time stamp such as 2026-11-20T06:30+01:00"
    instant = _parsed(datetime.fromisoformat, expected)(data, path, zone)
    if instant.tzinfo is None and zone is None:
        raise PlainError(path, expected, data)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def _text(data: Any, path: Path, _zone: tzinfo | None) -> str:
    if not isinstance(data, str):
        raise PlainError(path, "text", data)
    return data


def _number(data: Any, path: Path, _zone: tzinfo | None) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
        raise PlainError(path, "a number", data)
    return float(data)


def _whole(data: Any, path: Path, _zone: tzinfo | None) -> int:
    if isinstance(data, bool) or not isinstance(data, int):
        raise PlainError(path, "a whole number", data)
    return data


def _truth(data: Any, path: Path, _zone: tzinfo | None) -> bool:
    if not isinstance(data, bool):
        raise PlainError(path, "true or false", data)
    return data


def _member(kind: type[StrEnum], data: Any, path: Path) -> StrEnum:
    try:
        return kind(data)
    except ValueError:
        raise PlainError(path, f"one of {', '.join(kind)}", data) from None


def _parsed[T](parse: Callable[[str], T], expected: str) -> Callable[[Any, Path, tzinfo | None], T]:
    def read(data: Any, path: Path, _zone: tzinfo | None) -> T:
        try:
            return parse(data)
        except TypeError, ValueError:
            raise PlainError(path, expected, data) from None

    return read


_SCALARS: Final[dict[Any, Callable[[Any, Path, tzinfo | None], Any]]] = {
    str: _text,
    float: _number,
    int: _whole,
    bool: _truth,
    datetime: _instant,
    date: _parsed(date.fromisoformat, "a date such as 2026-11-20"),
    time: _parsed(time.fromisoformat, 'a time of day such as "06:30"'),
}
