"""Slots come from CSV or JSON, and what is broken is named with line and column."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.command.document import FileError
from custom_components.loadstar.engine.planner.command.slots_file import read_slots
from custom_components.loadstar.engine.planner.inputs.types import SlotData

BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "start,import_price,export_price,pv_kwh,load_kwh"
ROWS = (
    "2026-11-20T12:00+01:00,0.30,0.05,0.4,0.2",
    "2026-11-20T12:15+01:00,0.28,0.05,0.3,0.1",
)
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def slots_of(tmp_path: Path, text: str | bytes, name: str = "slots.csv") -> tuple[SlotData, ...]:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_slots(file, BERLIN)


def csv(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows, ""))


def test_rows_are_slots(tmp_path: Path) -> None:
    first, second = slots_of(tmp_path, csv(*ROWS))
    assert first == SlotData(
        start=NOON,
        hours=0.25,
        import_price_per_kwh=0.30,
        export_price_per_kwh=0.05,
        pv_kwh=0.4,
        load_kwh=0.2,
    )
    assert (second.start, second.hours) == (NOON + QUARTER, 0.25)


SAME = {
    "semicolons": csv(*ROWS).replace(",", ";"),
    "tabs": csv(*ROWS).replace(",", "\t"),
    "quotes and blanks": csv(*ROWS).replace(",", '" , "').replace("\n2", '\n"2'),
    "a byte order mark": "\ufeff" + csv(*ROWS),
    "lines of Windows": csv(*ROWS).replace("\n", "\r\n"),
    "remarks and empty lines": "# made by hand\n\n" + csv(*ROWS).replace("\n2", "\n\n# next\n2"),
    "local times": csv(*ROWS).replace("+01:00", ""),
    "other columns in another order": csv(
        *(f"0.05,{row.replace(',0.05', '')}" for row in ROWS),
        header="export_price,start,import_price,pv_kwh,load_kwh",
    ),
    "empty cells of what may be missing": csv(
        *(f"{row}, ," for row in ROWS), header=f"{HEADER},pv_p10_kwh,pv_p90_kwh"
    ),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_csv_may_be_written_in_other_ways(tmp_path: Path, text: str) -> None:
    assert slots_of(tmp_path, text, "other.csv") == slots_of(tmp_path, csv(*ROWS))


def as_json(**changes: object) -> list[dict[str, object]]:
    names = HEADER.split(",")
    rows = [dict(zip(names, row.split(","), strict=True)) for row in ROWS]
    typed = [
        {name: text if name == "start" else float(text) for name, text in row.items()}
        for row in rows
    ]
    return [{**row, **changes} for row in typed]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(as_json()),
        json.dumps({"slots": as_json()}),
        json.dumps(as_json(), indent="\t"),
        json.dumps(as_json(pv_p10_kwh=None, estimated=False), indent=2),
    ],
)
def test_json_is_the_same(tmp_path: Path, text: str) -> None:
    assert slots_of(tmp_path, text, "slots.json") == slots_of(tmp_path, csv(*ROWS))


def test_all_that_is_known_is_read(tmp_path: Path) -> None:
    header = f"{HEADER},pv_p10_kwh,pv_p90_kwh,load_p90_kwh,estimated"
    first, second = slots_of(
        tmp_path, csv(f"{ROWS[0]},0.1,0.9,0.5,true", f"{ROWS[1]},0,0,0,False", header=header)
    )
    assert (first.pv_p10_kwh, first.pv_p90_kwh, first.load_p90_kwh) == (0.1, 0.9, 0.5)
    assert first.price_is_estimated
    assert not second.price_is_estimated


def hourly(*starts: str) -> str:
    return csv(*(f"{start},0.3,0.1,4.0,2.0" for start in starts))


def test_hours_are_cut_into_quarters(tmp_path: Path) -> None:
    slots = slots_of(tmp_path, hourly("2026-11-20T12:00Z", "2026-11-20T13:00Z"))
    assert [slot.start for slot in slots] == [
        NOON + timedelta(hours=1) + index * QUARTER for index in range(8)
    ]
    assert {slot.hours for slot in slots} == {0.25}
    assert {(slot.pv_kwh, slot.load_kwh) for slot in slots} == {(1.0, 0.5)}


def test_the_first_slot_may_be_what_is_left_of_one(tmp_path: Path) -> None:
    slots = slots_of(
        tmp_path, hourly("2026-11-20T12:05Z", "2026-11-20T12:15Z", "2026-11-20T12:30Z")
    )
    assert [slot.hours for slot in slots] == pytest.approx([1 / 6, 0.25, 0.25])
    assert slots[0].pv_kwh == pytest.approx(4.0)


def test_the_first_hour_may_have_begun(tmp_path: Path) -> None:
    slots = slots_of(
        tmp_path, hourly("2026-11-20T12:20Z", "2026-11-20T13:00Z", "2026-11-20T14:00Z")
    )
    assert slots[0].end == slots[1].start
    assert sum(slot.hours for slot in slots) == pytest.approx(2 + 2 / 3)
    assert sum(slot.pv_kwh for slot in slots) == pytest.approx(12.0)
    assert all(slot.start.minute % 15 == 0 for slot in slots[1:])


def test_the_night_in_which_clocks_change_has_its_own_hours(tmp_path: Path) -> None:
    slots = slots_of(
        tmp_path, hourly("2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00")
    )
    assert len(slots) == 12
    assert slots[-1].end - slots[0].start == timedelta(hours=3)


BROKEN = {
    "no number": (
        csv(ROWS[0], "2026-11-20T12:15+01:00,cheap,0.05,0.3,0.1"),
        ':3:24: slots.1.import_price: expected a number, found "cheap"',
    ),
    "a decimal comma": (
        csv(*ROWS).replace(",", ";").replace("0.28", "0,28"),
        ':3:24: slots.1.import_price: expected a number, found "0,28"',
    ),
    "NaN": (
        csv(ROWS[0], ROWS[1].replace("0.3,", "nan,")),
        ":3:34: slots.1.pv_kwh: expected a number, found nan",
    ),
    "infinite": (
        csv(ROWS[0].replace("0.30", "inf"), ROWS[1]),
        ":2:24: slots.0.import_price: expected a number, found inf",
    ),
    "an empty cell": (
        csv(ROWS[0], "2026-11-20T12:15+01:00,,0.05,0.3,0.1"),
        ":3:24: slots.1.import_price: expected import_price, found nothing",
    ),
    "negative sun": (
        csv(ROWS[0], ROWS[1].replace("0.3,", "-0.3,")),
        ":3:34: slots.1.pv_kwh: expected a number of at least 0, found -0.3",
    ),
    "no time": (
        csv(ROWS[0], ROWS[1].replace("2026-11-20T12:15+01:00", "noon")),
        ':3:1: slots.1.start: expected a time stamp such as 2026-11-20T06:30+01:00, found "noon"',
    ),
    "a number for a time": (
        csv(ROWS[0], ROWS[1].replace("2026-11-20T12:15+01:00", "1795000000")),
        (
            ":3:1: slots.1.start: expected a time stamp such as 2026-11-20T06:30+01:00,"
            " found 1795000000.0"
        ),
    ),
    "a cell too few": (
        csv(ROWS[0], "2026-11-20T12:15+01:00,0.28,0.05"),
        ":3:1: expected 5 cells as in the header, found 3",
    ),
    "a column that is missing": (
        csv(*(row[: row.rindex(",")] for row in ROWS), header=HEADER.replace(",load_kwh", "")),
        ":2:1: slots.0.load_kwh: expected load_kwh, found nothing",
    ),
    "a column that is unknown": (
        csv(*(f"{row},7" for row in ROWS), header=f"{HEADER},colour"),
        (
            ":2:42: slots.0.colour: expected one of start, import_price, export_price, pv_kwh,"
            ' load_kwh, pv_p10_kwh, pv_p90_kwh, load_p90_kwh, estimated, found "colour"'
        ),
    ),
    "a column that is there twice": (
        csv(*(f"{row},7" for row in ROWS), header=f"{HEADER},start"),
        ':1:49: expected each column once, found "start" again',
    ),
    "a wrong order": (
        csv(ROWS[1], ROWS[0]),
        (
            ":3:1: slots.1.start: expected a start after the one before,"
            ' found "2026-11-20T12:00:00+01:00"'
        ),
    ),
    "an overlap": (
        csv(ROWS[0], ROWS[0]),
        (
            ":3:1: slots.1.start: expected a start after the one before,"
            ' found "2026-11-20T12:00:00+01:00"'
        ),
    ),
    "a gap": (
        csv(ROWS[0], ROWS[1].replace("12:15", "13:15")),
        (
            ":3:1: slots.1.start: expected a start 15, 30, 45 or 60 min after the one before,"
            ' found "2026-11-20T13:15:00+01:00"'
        ),
    ),
    "an odd length": (
        csv(*ROWS, ROWS[1].replace("12:15", "12:22")),
        (
            ":4:1: slots.2.start: expected a start 15, 30, 45 or 60 min after the one before,"
            ' found "2026-11-20T12:22:00+01:00"'
        ),
    ),
    "one slot": (csv(ROWS[0]), ":1:1: slots: expected at least two slots, found 1"),
    "a header alone": (csv(), ":1:1: slots: expected at least two slots, found 0"),
    "nothing": ("", ":1:1: expected a header line, found nothing"),
    "remarks alone": ("# nothing yet\n", ":1:1: expected a header line, found nothing"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_csv_is_named_with_line_and_column(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        slots_of(tmp_path, text)
    assert str(error.value) == f"{tmp_path / 'slots.csv'}{message}"


BROKEN_JSON = {
    "no JSON": ('[{"start": }]', ":1:12: expected JSON: Expecting value"),
    "no list": ("7", ":1:1: the whole: expected a mapping, found 7"),
    "no slots": ("{}", ":1:1: slots: expected slots, found nothing"),
    "text for a number": (
        json.dumps(as_json(import_price="0.3"), indent=1),
        ':4:19: slots.0.import_price: expected a number, found "0.3"',
    ),
    "a number for truth": (
        json.dumps(as_json(estimated=1), indent=1),
        ":8:16: slots.0.estimated: expected true or false, found 1",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN_JSON.values(), ids=BROKEN_JSON)
def test_broken_json_is_named_with_line_and_column(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FileError) as error:
        slots_of(tmp_path, text, "slots.json")
    assert str(error.value) == f"{tmp_path / 'slots.json'}{message}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.csv: expected a file to read: No such file"):
        read_slots(tmp_path / "none.csv", BERLIN)


def test_a_file_in_another_encoding_is_named_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"slots\.csv:2:4: expected text in UTF-8"):
        slots_of(tmp_path, b"start\n123\xff")
