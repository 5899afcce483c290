"""How a file becomes what this version reads and writes, step by step."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection

from .errors import StoreError, StoreProblem
from .tables import FORECASTS, METADATA, OBSERVATIONS

type Migration = Callable[[Connection], None]

# "LDST": so that another program's file is not taken for ours.
APPLICATION_ID: Final = 0x4C445354


def _slots(connection: Connection) -> None:
    METADATA.create_all(connection, [OBSERVATIONS, FORECASTS])


# The n-th leads from version n to n + 1; a file without any table has version 0. One that
# adds a column has to look first: a new file's tables have it from the start.
MIGRATIONS: Final[Sequence[Migration]] = (_slots,)


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a file to the newest version, wholly or not at all.

    Raises StoreError for another program's file and for a later version's.
    """
    newest = len(migrations)
    with connection.begin():
        if _version(connection, newest) == newest:
            return  # without a wait for whoever else writes
    with connection.begin():
        # at once the only one that writes: two that open a new file do not both make it
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        version = _version(connection, newest)
        for step in migrations[version:]:
            step(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {newest}")


def _version(connection: Connection, newest: int) -> int:
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if owner != APPLICATION_ID and (tables or version):
        raise StoreError(StoreProblem.FOREIGN, f"application {owner}")
    if version > newest:
        raise StoreError(StoreProblem.FOREIGN, f"version {version}")
    return version
