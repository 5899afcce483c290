"""Lists and maps that a user points to: which of their keys say what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeGuard

from homeassistant.const import UnitOfEnergy, UnitOfPower

from .series import RawPv

type Row = Mapping[str, object]
type PowerByTime = Mapping[Any, object]  # keys are time stamps, as text or not

OPTION_START: Final = "start_key"
OPTION_END: Final = "end_key"
OPTION_VALUE: Final = "value_key"
OPTION_P10: Final = "p10_key"
OPTION_P90: Final = "p90_key"
OPTION_UNIT: Final = "unit"

_START = (
    "period_start",
    "start",
    "start_time",
    "from",
    "time",
    "datetime",
    "timestamp",
    "hour",
)
_END = ("period_end", "end", "end_time", "till", "to")
_VALUE = (
    "pv_estimate",
    "value",
    "watts",
    "kw",
    "wh",
    "kwh",
    "power",
    "energy",
    "estimate",
    "forecast",
)
_P10 = ("pv_estimate10", "p10", "estimate10")
_P90 = ("pv_estimate90", "p90", "estimate90")
# keys that say what they are in
_UNITS: Final[Mapping[str, str]] = {
    "pv_estimate": UnitOfPower.KILO_WATT,
    "watts": UnitOfPower.WATT,
    "kw": UnitOfPower.KILO_WATT,
    "wh": UnitOfEnergy.WATT_HOUR,
    "kwh": UnitOfEnergy.KILO_WATT_HOUR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Under which names a list of rows has what it says."""

    start: str
    value: str
    end: str | None = None
    p10: str | None = None
    p90: str | None = None

    @property
    def unit(self) -> str | None:
        """The unit that the value's name stands for, if it stands for one."""
        return _UNITS.get(self.value.lower())


def is_rows(value: object) -> TypeGuard[Sequence[Row]]:
    """Whether ``value`` is a list of rows."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes)
        and bool(value)
        and all(isinstance(row, Mapping) for row in value)
    )


def is_power_by_time(value: object) -> TypeGuard[PowerByTime]:
    """Whether ``value`` maps time stamps to something, as ``{"2026-06-01T12:00:00+02:00": 5}``."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(key, datetime) or (isinstance(key, str) and "-" in key) for key in value)
    )


def find_keys(rows: Sequence[Row], options: Mapping[str, Any]) -> Keys | None:
    """Return the keys that the user chose, or the well-known ones that the rows have."""
    present = {key.lower(): key for row in rows for key in row}

    def choose(option: str, known: tuple[str, ...]) -> str | None:
        if chosen := options.get(option):
            return str(chosen)
        return next((present[name] for name in known if name in present), None)

    start, value = choose(OPTION_START, _START), choose(OPTION_VALUE, _VALUE)
    if start is None or value is None:
        return None
    return Keys(
        start=start,
        value=value,
        end=choose(OPTION_END, _END),
        p10=choose(OPTION_P10, _P10),
        p90=choose(OPTION_P90, _P90),
    )


def by_time(values: PowerByTime) -> tuple[RawPv, ...]:
    """Return rows of a map from period starts."""
    return tuple(RawPv(start=start, value=value) for start, value in values.items())


def by_keys(rows: Sequence[Row], keys: Keys) -> tuple[RawPv, ...]:
    """Return rows of a list."""
    return tuple(
        RawPv(
            start=row.get(keys.start),
            value=row.get(keys.value),
            end=row.get(keys.end) if keys.end else None,
            p10=row.get(keys.p10) if keys.p10 else None,
            p90=row.get(keys.p90) if keys.p90 else None,
        )
        for row in rows
    )


def extract(value: object, options: Mapping[str, Any]) -> tuple[tuple[RawPv, ...], str | None]:
    """Return the rows of a list or map, and the unit as far as chosen or named by a key."""
    unit = options.get(OPTION_UNIT)
    if is_power_by_time(value):
        return by_time(value), unit
    if is_rows(value) and (keys := find_keys(value, options)) is not None:
        return by_keys(value, keys), unit or keys.unit
    return (), unit
