"""The store keeps every slot once, and survives what happens to files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
import sqlite3
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest
from sqlalchemy import Connection, create_engine

from custom_components.loadstar.engine.learning.errors import StoreError, StoreProblem
from custom_components.loadstar.engine.learning.migrations import (
    APPLICATION_ID,
    MIGRATIONS,
    migrate,
)
from custom_components.loadstar.engine.learning.store import LearningStore
from custom_components.loadstar.engine.learning.types import Quality, SlotForecast, SlotObservation

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"

WHOLE = SlotObservation(
    start=NOON,
    import_kwh=0.25,
    export_kwh=0.0,
    import_price_per_kwh=0.31,
    export_price_per_kwh=-0.02,
    pv_kwh=0.5,
    load_kwh=0.2,
    battery_charge_kwh=0.3,
    battery_discharge_kwh=0.0,
    soc_start_percent=40.0,
    soc_end_percent=43.5,
    water_kwh=0.1,
    chargers_kwh={"garage": 1.75, "carport": 0.0},
    quality=Quality.INTEGRATED | Quality.HOURLY,
)
EXPECTED = SlotForecast(
    start=NOON,
    issued=NOON - DAY,
    pv_source_kwh=0.6,
    pv_p10_kwh=0.2,
    pv_p50_kwh=0.5,
    pv_p90_kwh=0.7,
    load_p10_kwh=0.1,
    load_p50_kwh=0.2,
    load_p90_kwh=0.4,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "loadstar.db"


@pytest.fixture
def store(path: Path) -> Iterator[LearningStore]:
    store = LearningStore(path)
    assert store.open() is None
    yield store
    store.close()


def slots(store: LearningStore, entry_id: str = "home") -> list[SlotObservation]:
    return store.observations(entry_id, NOON - DAY, NOON + DAY)


def forecast(start: datetime, issued: datetime, kwh: float = 0.0) -> SlotForecast:
    return SlotForecast(start=start, issued=issued, pv_p50_kwh=kwh)


# rows


def test_a_slot_is_read_as_it_was_written(store: LearningStore) -> None:
    bare = SlotObservation(start=NOON + QUARTER)
    store.add_observations("home", [WHOLE, bare])
    assert slots(store) == [WHOLE, bare]


def test_a_forecast_is_read_as_it_was_written(store: LearningStore) -> None:
    store.add_forecasts("home", [EXPECTED])
    assert store.issued_before("home", NOON, NOON + QUARTER, time_zone=BERLIN) == [EXPECTED]


def test_rows_are_in_order_and_from_start_to_before_end(store: LearningStore) -> None:
    starts = [NOON + QUARTER * index for index in range(4)]
    store.add_observations("home", [SlotObservation(start=start) for start in reversed(starts)])
    assert [row.start for row in store.observations("home", starts[1], starts[3])] == starts[1:3]


def test_homes_do_not_see_each_others_rows(store: LearningStore) -> None:
    store.add_observations("home", [WHOLE])
    store.add_forecasts("home", [EXPECTED])
    assert slots(store, "cabin") == []
    assert store.issued_before("cabin", NOON, NOON + DAY, time_zone=BERLIN) == []
    assert store.last_issued("cabin") is None


def test_a_removed_home_leaves_nothing_and_takes_nothing_with_it(store: LearningStore) -> None:
    for entry_id in ("home", "cabin"):
        store.add_observations(entry_id, [WHOLE])
        store.add_forecasts(entry_id, [EXPECTED])
    store.remove("home")
    assert slots(store) == []
    assert store.last_issued("home") is None
    assert slots(store, "cabin") == [WHOLE]
    assert store.last_issued("cabin") == EXPECTED.issued


def test_the_time_zone_of_a_time_stamp_does_not_matter(store: LearningStore) -> None:
    eastern = timezone(timedelta(hours=-5))
    store.add_observations("home", [SlotObservation(start=NOON.astimezone(eastern))])
    store.add_observations("home", [WHOLE])
    assert slots(store) == [WHOLE]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_known(store: LearningStore, bad: float) -> None:
    row = SlotObservation(start=NOON, pv_kwh=bad, load_kwh=0.2, chargers_kwh={"a": bad, "b": 1.0})
    store.add_observations("home", [row])
    assert slots(store) == [SlotObservation(start=NOON, load_kwh=0.2, chargers_kwh={"b": 1.0})]


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 11, 20, 12, 0), NOON + timedelta(minutes=5)],  # noqa: DTZ001
)
def test_a_start_that_is_none_is_refused_and_nothing_is_written(
    store: LearningStore, start: datetime
) -> None:
    with pytest.raises(ValueError, match="start"):
        store.add_observations("home", [WHOLE, SlotObservation(start=start)])
    with pytest.raises(ValueError, match="start"):
        store.add_forecasts("home", [forecast(start, NOON)])
    assert slots(store) == []


def test_nothing_to_write_is_written(store: LearningStore) -> None:
    store.add_observations("home", [])
    store.add_forecasts("home", [])
    assert slots(store) == []


# one row per slot


def test_two_instances_never_write_one_row_doubly(store: LearningStore, path: Path) -> None:
    other = LearningStore(path)
    assert other.open() is None
    for instance in (store, other):
        instance.add_observations("home", [WHOLE])
        instance.add_forecasts("home", [EXPECTED])
    other.close()
    assert slots(store) == [WHOLE]
    with sqlite3.connect(path) as raw:
        counts = [
            raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("slot_observations", "slot_forecasts")
        ]
    raw.close()
    assert counts == [1, 1]


PARTIAL = SlotObservation(start=NOON, pv_kwh=0.1, quality=Quality.PARTIAL | Quality.INTEGRATED)
NEWER = SlotObservation(start=NOON, pv_kwh=0.4, quality=Quality.INTEGRATED)
NEWER_PARTIAL = SlotObservation(start=NOON, pv_kwh=0.2, quality=Quality.PARTIAL)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (WHOLE, NEWER, NEWER),
        (PARTIAL, NEWER, NEWER),
        (PARTIAL, NEWER_PARTIAL, NEWER_PARTIAL),
        (WHOLE, PARTIAL, WHOLE),
    ],
    ids=["whole for whole", "whole for partial", "partial for partial", "partial for whole"],
)
def test_a_slot_that_was_seen_in_part_never_replaces_a_whole_one(
    store: LearningStore, before: SlotObservation, after: SlotObservation, kept: SlotObservation
) -> None:
    store.add_observations("home", [before])
    store.add_observations("home", [after])
    assert slots(store) == [kept]


def test_a_forecast_of_the_same_issue_replaces_the_one_before(store: LearningStore) -> None:
    store.add_forecasts("home", [EXPECTED])
    store.add_forecasts("home", [forecast(NOON, EXPECTED.issued, 0.9)])
    (found,) = store.issued_before("home", NOON, NOON + QUARTER, time_zone=BERLIN)
    assert found.pv_p50_kwh == 0.9


# forecasts as they were issued


def test_the_day_befores_newest_forecast_counts(store: LearningStore) -> None:
    midnight = datetime(2026, 11, 20, tzinfo=ZoneInfo(BERLIN))
    rows = [
        forecast(NOON, midnight - timedelta(hours=30), 1.0),
        forecast(NOON, midnight - timedelta(hours=2), 2.0),
        forecast(NOON, midnight + timedelta(minutes=1), 3.0),
        forecast(NOON, NOON - QUARTER, 4.0),
    ]
    store.add_forecasts("home", rows)
    (found,) = store.issued_before("home", NOON, NOON + QUARTER, time_zone=BERLIN)
    assert found.pv_p50_kwh == 2.0
    assert store.last_issued("home") == NOON - QUARTER
    assert store.issued_before("home", NOON + DAY, NOON + 2 * DAY, time_zone=BERLIN) == []


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25), (2026, 6, 1)])
def test_a_day_of_clock_change_is_a_day(store: LearningStore, day: tuple[int, int, int]) -> None:
    zone = ZoneInfo(BERLIN)
    midnight = datetime(*day, tzinfo=zone).astimezone(UTC)
    end = datetime(day[0], day[1], day[2], 23, 59, tzinfo=zone).astimezone(UTC)
    starts: list[datetime] = []
    while midnight + QUARTER * len(starts) < end:
        starts.append(midnight + QUARTER * len(starts))
    for hours in (-1, 0, 1):  # at midnight sharp it is the day before's still
        issued = midnight + timedelta(hours=hours)
        store.add_forecasts("home", [forecast(start, issued, float(hours)) for start in starts])
    found = store.issued_before("home", starts[0], end, time_zone=BERLIN)
    assert [row.start for row in found] == starts
    assert {row.pv_p50_kwh for row in found} == {0.0}


@settings(max_examples=30)
@given(issues=st.lists(st.integers(-72, 12), unique=True, max_size=8))
def test_what_was_known_is_what_a_plain_search_finds(issues: list[int]) -> None:
    store = LearningStore(Path(":memory:"))
    store.open()
    midnight = datetime(2026, 11, 20, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    rows = [forecast(NOON, midnight + timedelta(hours=hour), float(hour)) for hour in issues]
    store.add_forecasts("home", rows)
    found = store.issued_before("home", NOON - DAY, NOON + DAY, time_zone=BERLIN)
    store.close()
    known = [hour for hour in issues if hour <= 0]
    assert [row.pv_p50_kwh for row in found] == ([float(max(known))] if known else [])


# what is too old


def test_two_years_of_slots_are_kept(store: LearningStore) -> None:
    limit = NOON - timedelta(days=730)
    starts = [limit - QUARTER, limit, NOON]
    store.add_observations("home", [SlotObservation(start=start) for start in starts])
    store.add_forecasts("home", [forecast(start, start - DAY) for start in starts])
    store.add_observations("cabin", [SlotObservation(start=starts[0])])
    store.prune("home", NOON, BERLIN)
    found = store.observations("home", starts[0], NOON + DAY)
    assert [row.start for row in found] == starts[1:]
    expected = store.issued_before("home", starts[0], NOON + DAY, time_zone=BERLIN)
    assert [row.start for row in expected] == starts[1:]
    assert len(store.observations("cabin", starts[0], NOON)) == 1


def test_of_old_forecasts_the_day_befores_are_kept_and_of_new_ones_all(
    store: LearningStore, path: Path
) -> None:
    old, new = NOON - timedelta(days=90), NOON - timedelta(days=30)
    for start in (old, old + DAY, new):  # noon UTC is 14 h after midnight in summer
        issues = [start - timedelta(hours=hour) for hour in (36, 18, 16, 6, 1)]
        store.add_forecasts("home", [forecast(start, issued) for issued in issues])
    before = store.issued_before("home", old, NOON, time_zone=BERLIN)
    assert [row.start - row.issued for row in before] == [timedelta(hours=16)] * 3
    store.prune("home", NOON, BERLIN)
    assert store.issued_before("home", old, NOON, time_zone=BERLIN) == before
    with sqlite3.connect(path) as raw:
        counts = raw.execute("SELECT count(*) FROM slot_forecasts GROUP BY start").fetchall()
    raw.close()
    assert counts == [(1,), (1,), (5,)]


# files


def test_rows_are_there_after_a_restart(store: LearningStore, path: Path) -> None:
    store.add_observations("home", [WHOLE])
    store.close()
    assert not store.is_open
    again = LearningStore(path)
    assert again.open() is None
    assert slots(again) == [WHOLE]
    again.close()


def _cut(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2 + 100])


def _scramble(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xa5" * (len(raw) - 4096)
    path.write_bytes(raw)


def _note(path: Path) -> None:
    path.write_text("Dear diary, " * 100)


def _of_later_version(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()


def _of_another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE songs (title TEXT)")
    raw.close()


@pytest.mark.parametrize("spoil", [_cut, _scramble, _note, _of_later_version, _of_another_program])
def test_an_unusable_file_is_put_aside_and_a_new_one_begun(
    store: LearningStore, path: Path, spoil: object
) -> None:
    assert callable(spoil)
    store.add_observations("home", [WHOLE])
    store.close()
    spoil(path)
    spoilt = path.read_bytes()
    aside = store.open()
    assert aside is not None
    assert aside.read_bytes() == spoilt
    assert aside.name.startswith("loadstar.db.corrupt.2")
    assert slots(store) == []
    store.add_observations("home", [WHOLE])
    assert slots(store) == [WHOLE]


def test_what_belongs_to_a_broken_file_goes_with_it(path: Path) -> None:
    path.write_text("no database " * 100)
    path.with_name("loadstar.db-wal").write_text("its log")
    store = LearningStore(path)
    aside = store.begin_afresh()
    assert aside.with_name(f"{aside.name}-wal").read_text() == "its log"
    store.close()


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.touch()
    store = LearningStore(path)
    assert store.open() is None
    store.add_observations("home", [WHOLE])
    store.close()


def test_a_file_that_breaks_while_it_is_open_is_told_apart(
    store: LearningStore, path: Path
) -> None:
    rows = [SlotObservation(start=NOON + QUARTER * index) for index in range(500)]
    store.add_observations("home", rows)
    store.checkpoint()
    assert store._connection is not None
    with store._connection.begin():  # or it reads what it has in memory
        store._connection.exec_driver_sql("PRAGMA shrink_memory")
    _scramble(path)
    with pytest.raises(StoreError) as caught:
        slots(store)
    assert caught.value.problem is StoreProblem.CORRUPT
    aside = store.begin_afresh()
    assert aside.exists()
    assert slots(store) == []


def test_a_checkpoint_leaves_one_file_that_is_whole(
    store: LearningStore, path: Path, tmp_path: Path
) -> None:
    store.add_observations("home", [WHOLE])
    store.checkpoint()
    assert path.with_name("loadstar.db-wal").stat().st_size == 0
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    restored = LearningStore(copy)
    assert restored.open() is None
    assert slots(restored) == [WHOLE]
    restored.close()


def test_a_locked_file_is_said_to_be_locked_and_works_again(
    store: LearningStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr("custom_components.loadstar.engine.learning.store._PATIENCE_S", 0.01)
    store.open()
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as caught:
        store.add_observations("home", [WHOLE])
    assert caught.value.problem is StoreProblem.LOCKED
    raw.execute("COMMIT")
    raw.close()
    store.add_observations("home", [WHOLE])
    assert slots(store) == [WHOLE]


def test_a_file_that_another_writes_is_opened_and_read_without_a_wait(
    store: LearningStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_observations("home", [WHOLE])
    store.close()
    monkeypatch.setattr("custom_components.loadstar.engine.learning.store._PATIENCE_S", 0.0)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    assert store.open() is None
    assert slots(store) == [WHOLE]
    raw.execute("ROLLBACK")
    raw.close()


def test_the_newest_issue_is_told_with_and_without_a_word_of_the_sun(
    store: LearningStore,
) -> None:
    later = replace(EXPECTED, issued=EXPECTED.issued + QUARTER, pv_source_kwh=None)
    store.add_forecasts("home", [EXPECTED, later])
    assert store.last_issued("home") == later.issued
    assert store.last_issued("home", with_sun=True) == EXPECTED.issued


def test_a_full_disk_is_said_to_be_full_and_nothing_is_half_written(
    store: LearningStore,
) -> None:
    assert store._connection is not None
    with store._connection.begin():
        store._connection.exec_driver_sql("PRAGMA max_page_count = 8")
    rows = [SlotObservation(start=NOON + QUARTER * index) for index in range(5000)]
    with pytest.raises(StoreError) as caught:
        store.add_observations("home", rows)
    assert caught.value.problem is StoreProblem.FULL
    assert caught.value.detail == "database or disk is full"
    assert store.observations("home", NOON, NOON + 5000 * QUARTER) == []


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    store = LearningStore(tmp_path / "nowhere" / "loadstar.db")
    with pytest.raises(StoreError) as caught:
        store.open()
    assert caught.value.problem is StoreProblem.NOT_WRITABLE
    assert not store.is_open


def test_a_file_that_may_only_be_read_is_said_so(store: LearningStore) -> None:
    assert store._connection is not None
    with store._connection.begin():
        store._connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreError) as caught:
        store.add_observations("home", [WHOLE])
    assert caught.value.problem is StoreProblem.NOT_WRITABLE


def test_a_broken_file_that_cannot_be_renamed_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "read-only")

    path.write_text("no database " * 100)
    monkeypatch.setattr(Path, "rename", refuse)
    store = LearningStore(path)
    with pytest.raises(StoreError) as caught:
        store.open()
    assert caught.value.problem is StoreProblem.NOT_WRITABLE
    assert path.read_text().startswith("no database")


def test_a_store_that_is_not_open_says_so(path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        slots(LearningStore(path))
    assert caught.value.problem is StoreProblem.FAILED


# versions


def test_a_new_file_has_the_newest_version_and_our_mark(store: LearningStore, path: Path) -> None:
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    raw.close()
    assert store.is_open


def test_an_older_file_takes_the_steps_that_it_lacks(path: Path) -> None:
    taken: list[str] = []
    steps = [lambda _connection, name=name: taken.append(name) for name in ("one", "two", "three")]
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        migrate(connection, steps[:2])
        migrate(connection, steps)
        migrate(connection, steps)
    engine.dispose()
    assert taken == ["one", "two", "three"]


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    def first(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (done TEXT)")

    def then(_connection: Connection) -> None:
        raise ZeroDivisionError

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        with pytest.raises(ZeroDivisionError):
            migrate(connection, [first, then])
        found = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    engine.dispose()
    assert found == 0
