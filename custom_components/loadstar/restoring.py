"""Kept settings: each value that still has its field's type comes back."""

from collections.abc import Mapping
from dataclasses import fields, replace
import math
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_WRONG = object()


def restored[SettingsT: DataclassInstance](first: SettingsT, kept: object) -> SettingsT:
    """Return ``first`` with every kept value that still has the right type."""
    if not isinstance(kept, Mapping):
        return first
    hints = get_type_hints(type(first))
    values: dict[str, Any] = {
        item.name: _typed(hints[item.name], kept[item.name])
        for item in fields(first)
        if item.name in kept
    }
    return replace(first, **{name: value for name, value in values.items() if value is not _WRONG})


def _typed(kind: Any, value: object) -> object:
    """Return ``value`` as ``kind``, or ``_WRONG`` where it is something else."""
    kinds = get_args(kind) or (kind,)
    if value is None:
        return None if type(None) in kinds else _WRONG
    if kinds[0] is bool or isinstance(value, bool):
        return value if kinds[0] is bool and isinstance(value, bool) else _WRONG
    try:
        typed = kinds[0](value)
    except ValueError, TypeError, OverflowError:
        return _WRONG
    return _WRONG if isinstance(typed, float) and not math.isfinite(typed) else typed
