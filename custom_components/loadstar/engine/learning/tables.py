"""The store's tables, with a column for each field of its rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
import math
from typing import Any, Final, override

from sqlalchemy import JSON, Column, Dialect, Float, Integer, MetaData, Table, Text, TypeDecorator

from .types import Quality, SlotForecast, SlotObservation

SLOT_S: Final = 900


class Instant(TypeDecorator[datetime]):
    """An aware time stamp, kept as whole s since 1970."""

    impl = Integer
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value.timestamp())

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


class QualityFlags(TypeDecorator[Quality]):
    """Flags, kept as their sum."""

    impl = Integer
    cache_ok = True

    @override
    def process_bind_param(self, value: Quality | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> Quality | None:
        return None if value is None else Quality(value)


METADATA: Final = MetaData()


def _key(name: str, kind: type[Text | Instant]) -> Column[Any]:
    return Column(name, kind, primary_key=True, nullable=False)


def _figures(names: Iterable[str]) -> list[Column[Any]]:
    return [Column(name, Float) for name in names]


OBSERVATIONS: Final = Table(
    "slot_observations",
    METADATA,
    _key("entry_id", Text),
    _key("start", Instant),
    *_figures(
        (
            "import_kwh",
            "export_kwh",
            "import_price_per_kwh",
            "export_price_per_kwh",
            "pv_kwh",
            "load_kwh",
            "battery_charge_kwh",
            "battery_discharge_kwh",
            "soc_start_percent",
            "soc_end_percent",
            "water_kwh",
        )
    ),
    Column("chargers_kwh", JSON, nullable=False),
    Column("quality", QualityFlags, nullable=False),
    sqlite_with_rowid=False,  # the key is the order on the disk
)

FORECASTS: Final = Table(
    "slot_forecasts",
    METADATA,
    _key("entry_id", Text),
    _key("start", Instant),
    _key("issued", Instant),
    *_figures(
        (
            "pv_source_kwh",
            "pv_p10_kwh",
            "pv_p50_kwh",
            "pv_p90_kwh",
            "load_p10_kwh",
            "load_p50_kwh",
            "load_p90_kwh",
        )
    ),
    sqlite_with_rowid=False,
)


def columns(table: Table) -> list[Column[Any]]:
    """Return the columns of a row's fields: all but whose it is."""
    return [column for column in table.columns if column.name != "entry_id"]


def as_values(
    entry_id: str, rows: Iterable[SlotObservation] | Iterable[SlotForecast]
) -> list[dict[str, Any]]:
    """Return rows as they are written; what is no number is not known.

    Raises ValueError for a start that is naive or no quarter of an hour.
    """
    return [
        {"entry_id": entry_id}
        | {field.name: _known(getattr(row, field.name)) for field in fields(row)}
        for row in rows
        if _is_a_slots(row.start)
    ]


def _known(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: kwh for key, kwh in value.items() if math.isfinite(kwh)}
    return value


def _is_a_slots(start: datetime) -> bool:
    if start.tzinfo is None or start.timestamp() % SLOT_S:
        raise ValueError("start")
    return True


def as_rows[RowT](make: Callable[..., RowT], found: Iterable[Mapping[Any, Any]]) -> list[RowT]:
    """Return what was read as rows."""
    return [make(**values) for values in found]
