"""The slots of a plan from a CSV or JSON file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path

from ..inputs.types import SlotData
from ..output.plain import PlainError, from_plain
from .csv_file import read_csv
from .document import Document
from .yaml_file import read_json

QUARTER = timedelta(minutes=15)
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """A row: prices per kWh, energies over the slot."""

    start: datetime
    import_price: float
    export_price: float
    pv_kwh: float
    load_kwh: float
    pv_p10_kwh: float | None = None
    pv_p90_kwh: float | None = None
    load_p90_kwh: float | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFile:
    """The whole file."""

    slots: tuple[SlotRow, ...]


def read_slots(file: Path, zone: tzinfo) -> tuple[SlotData, ...]:
    """Return a file's slots cut to quarters of an hour; times without an offset are in ``zone``.

    A slot ends where the next begins, the last is as long as the one before. Raises
    FileError.
    """
    document = read_json(file) if file.suffix.lower() == ".json" else read_csv(file)
    if isinstance(document.data, list):
        places = {("slots", *path): place for path, place in document.places.items()}
        document = Document(file, {"slots": document.data}, places)
    try:
        rows = from_plain(SlotFile, document.data, zone).slots
        ends = _ends(rows)
        for index, row in enumerate(rows):
            _check_energies(row, index)
    except PlainError as error:
        raise document.error(error) from error
    return tuple(slot for row, end in zip(rows, ends, strict=True) for slot in _quarters(row, end))


def _ends(rows: tuple[SlotRow, ...]) -> list[datetime]:
    if len(rows) < 2:  # noqa: PLR2004 - the length of a slot shows in the next one
        raise PlainError(("slots",), "at least two slots", len(rows))
    starts = [row.start.astimezone(UTC) for row in rows]
    for index, (before, start) in enumerate(pairwise(starts), start=1):
        path = ("slots", index, "start")
        length = start - before
        found = rows[index].start.isoformat()
        if length <= timedelta(0):
            raise PlainError(path, "a start after the one before", found)
        # the first slot may be what is left of one
        if length > LONGEST or (index > 1 and length % QUARTER):
            raise PlainError(path, "a start 15, 30, 45 or 60 min after the one before", found)
    return [*starts[1:], starts[-1] + (starts[-1] - starts[-2])]


def _check_energies(row: SlotRow, index: int) -> None:
    for name in ("pv_kwh", "load_kwh", "pv_p10_kwh", "pv_p90_kwh", "load_p90_kwh"):
        value = getattr(row, name)
        if value is not None and value < 0.0:
            raise PlainError(("slots", index, name), "a number of at least 0", value)


def _quarters(row: SlotRow, end: datetime) -> Iterator[SlotData]:
    start = row.start.astimezone(UTC)
    whole = end - start
    while start < end:
        quarter = start - timedelta(minutes=start.minute % 15, seconds=start.second)
        until = min(end, quarter + QUARTER)
        part = (until - start) / whole
        yield SlotData(
            start=start,
            hours=(until - start) / timedelta(hours=1),
            import_price_per_kwh=row.import_price,
            export_price_per_kwh=row.export_price,
            price_is_estimated=row.estimated,
            pv_kwh=row.pv_kwh * part,
            load_kwh=row.load_kwh * part,
            pv_p10_kwh=None if row.pv_p10_kwh is None else row.pv_p10_kwh * part,
            pv_p90_kwh=None if row.pv_p90_kwh is None else row.pv_p90_kwh * part,
            load_p90_kwh=None if row.load_p90_kwh is None else row.load_p90_kwh * part,
        )
        start = until
