"""What happened in every slot and what was expected of it, in an SQLite file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from .errors import StoreError, StoreProblem, store_error
from .migrations import migrate
from .queries import (
    all_but_newest_before,
    first_of_many,
    is_whole,
    local_days,
    newest_before,
    within,
)
from .tables import FORECASTS, OBSERVATIONS, as_rows, as_values, columns
from .types import SlotForecast, SlotObservation

KEPT_OBSERVATIONS: Final = timedelta(days=730)
# Until then every issue is kept, afterwards of each slot the one of the day before.
KEPT_ISSUES: Final = timedelta(days=60)
# Another program may be reading the file: a backup, or a curious user.
_PATIENCE_S: Final = 5.0
_UNUSABLE: Final = (StoreProblem.CORRUPT, StoreProblem.FOREIGN)
# What comes of a row that no version of Loadstar has written.
_SENSELESS: Final = (OverflowError, TypeError, ValueError)
_KEYS: Final = ("start", "issued")
_KEPT_FIGURES: Final = [each for each in columns(OBSERVATIONS) if each.name not in _KEYS]
_FORECAST_FIGURES: Final = [each for each in columns(FORECASTS) if each.name not in _KEYS]


class LearningStore:
    """One file for all homes, whose rows are told apart by ``entry_id``.

    Used by one thread at a time. Every method raises StoreError where the file cannot be
    read or written; what was to be written is then not written in parts.
    """

    def __init__(self, path: Path) -> None:
        """Touch nothing yet."""
        self._path = path
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a file to read and write."""
        return self._connection is not None

    def open(self) -> Path | None:
        """Open the file, or begin a new one.

        Return where an unusable file has been put aside: corrupt, cut off, of a later
        version, or another program's.
        """
        try:
            self._open()
        except StoreError as error:
            if error.problem not in _UNUSABLE:
                raise
            return self.begin_afresh()
        return None

    def begin_afresh(self) -> Path:
        """Put the file aside and begin a new one; return where the old one is."""
        self.close()
        aside = _set_aside(self._path)
        self._open()
        return aside

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def add_observations(self, entry_id: str, rows: Iterable[SlotObservation]) -> None:
        """Write what happened, in the place of what was known of the same slots.

        A slot that was seen in part never takes the place of one that was seen whole:
        after a clock was put back there may be both. Raises ValueError for a start that
        is naive or no quarter of an hour.
        """
        statement = insert(OBSERVATIONS)
        upsert = statement.on_conflict_do_update(
            index_elements=["entry_id", "start"],
            set_={column.name: statement.excluded[column.name] for column in _KEPT_FIGURES},
            where=is_whole(statement.excluded.quality) | ~is_whole(OBSERVATIONS.c.quality),
        )
        self._write(upsert, as_values(entry_id, rows))

    def observations(self, entry_id: str, start: datetime, end: datetime) -> list[SlotObservation]:
        """Return what happened from ``start`` to before ``end``, in order."""
        query = select(*columns(OBSERVATIONS)).where(*within(OBSERVATIONS, entry_id, start, end))
        with self._transaction() as connection:
            found = connection.execute(query.order_by(OBSERVATIONS.c.start)).mappings().all()
        return as_rows(SlotObservation, found)

    def add_forecasts(self, entry_id: str, rows: Iterable[SlotForecast]) -> None:
        """Write what was expected, in the place of what was issued at the same instant.

        Raises ValueError for a start that is naive or no quarter of an hour.
        """
        statement = insert(FORECASTS)
        upsert = statement.on_conflict_do_update(
            index_elements=["entry_id", "start", "issued"],
            set_={column.name: statement.excluded[column.name] for column in _FORECAST_FIGURES},
        )
        self._write(upsert, as_values(entry_id, rows))

    def issued_before(
        self,
        entry_id: str,
        start: datetime,
        end: datetime,
        *,
        time_zone: str,
    ) -> list[SlotForecast]:
        """Return of each slot from ``start`` to before ``end`` what was expected the day before.

        That is the newest issue up to when the slot's local day began; slots without one
        are left out. In order.
        """
        found: list[SlotForecast] = []
        with self._transaction() as connection:
            for midnight, first, last in local_days(start, end, time_zone):
                query = newest_before(entry_id, first, last, midnight)
                found += as_rows(SlotForecast, connection.execute(query).mappings().all())
        return found

    def last_issued(self, entry_id: str, *, with_sun: bool = False) -> datetime | None:
        """Return when the newest forecast was issued, or the newest for which a PV source spoke."""
        query = select(func.max(FORECASTS.c.issued)).where(FORECASTS.c.entry_id == entry_id)
        if with_sun:
            query = query.where(FORECASTS.c.pv_source_kwh.is_not(None))
        with self._transaction() as connection:
            issued: datetime | None = connection.execute(query).scalar_one()
        return issued

    def prune(self, entry_id: str, now: datetime, time_zone: str) -> None:
        """Forget what is too old, and the issues that nobody will ask for again."""
        with self._transaction() as connection:
            for table in (OBSERVATIONS, FORECASTS):
                too_old = table.c.start < now - KEPT_OBSERVATIONS
                connection.execute(delete(table).where(table.c.entry_id == entry_id, too_old))
            until = now - KEPT_ISSUES
            since = connection.execute(first_of_many(entry_id, until)).scalar_one_or_none()
            if since is not None:
                for midnight, first, last in local_days(since, until, time_zone):
                    connection.execute(all_but_newest_before(entry_id, first, last, midnight))

    def remove(self, entry_id: str) -> None:
        """Forget a home."""
        with self._transaction() as connection:
            for table in (OBSERVATIONS, FORECASTS):
                connection.execute(delete(table).where(table.c.entry_id == entry_id))

    def checkpoint(self) -> None:
        """Bring everything into the one file, so that a copy of it is whole."""
        with self._transaction() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _open(self) -> None:
        url = URL.create("sqlite", database=str(self._path))
        self._engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _PATIENCE_S})
        try:
            self._connection = self._engine.connect()
            _check(self._connection)
            migrate(self._connection)
            _let_share(self._connection)
        except DatabaseError as error:
            self.close()
            raise store_error(error) from error
        except StoreError:
            self.close()
            raise

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Do all or nothing, and say in our words what goes wrong."""
        if self._connection is None:
            raise StoreError(StoreProblem.FAILED, "not open")
        try:
            with self._connection.begin():
                yield self._connection
        except DatabaseError as error:
            raise store_error(error) from error
        except _SENSELESS as error:
            raise StoreError(StoreProblem.FAILED, repr(error)) from error

    def _write(self, statement: Insert, values: list[dict[str, Any]]) -> None:
        if values:
            with self._transaction() as connection:
                connection.execute(statement, values)


def _check(connection: Connection) -> None:
    """Refuse a file that is not whole."""
    with connection.begin():
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise StoreError(StoreProblem.CORRUPT, found)


def _let_share(connection: Connection) -> None:
    """Let readers and a writer not wait for each other, nor either for the disk."""
    with connection.begin():
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL")


def _set_aside(path: Path) -> Path:
    """Rename a file with all that belongs to it, so that it can still be looked into."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")  # never in another's place
    aside = path.with_name(f"{path.name}.corrupt.{stamp}")
    try:
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StoreError(StoreProblem.NOT_WRITABLE, str(error)) from error
    return aside
