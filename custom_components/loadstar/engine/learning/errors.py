"""Why the store cannot be used just now."""

from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DatabaseError


class StoreProblem(StrEnum):
    """What is wrong with the file."""

    FULL = "full"  # the disk
    NOT_WRITABLE = "not_writable"  # the file or its folder
    LOCKED = "locked"  # by another program, for longer than we wait
    CORRUPT = "corrupt"
    FOREIGN = "foreign"  # of another program, or of a later Loadstar
    FAILED = "failed"  # anything else: a disk that gives errors


class StoreError(Exception):
    """The store cannot be read or written; ``detail`` is SQLite's own word for it."""

    def __init__(self, problem: StoreProblem, detail: str = "") -> None:
        """Say why."""
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail


# SQLite's primary result codes: https://www.sqlite.org/rescode.html
_PROBLEMS: Final = {
    3: StoreProblem.NOT_WRITABLE,  # SQLITE_PERM
    5: StoreProblem.LOCKED,  # SQLITE_BUSY
    6: StoreProblem.LOCKED,  # SQLITE_LOCKED
    8: StoreProblem.NOT_WRITABLE,  # SQLITE_READONLY
    11: StoreProblem.CORRUPT,  # SQLITE_CORRUPT
    13: StoreProblem.FULL,  # SQLITE_FULL
    14: StoreProblem.NOT_WRITABLE,  # SQLITE_CANTOPEN
    26: StoreProblem.CORRUPT,  # SQLITE_NOTADB
}
_PRIMARY: Final = 0xFF  # an extended code has it in its lowest byte


def store_error(error: DatabaseError) -> StoreError:
    """Return what SQLite's error means for the store."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY
    return StoreError(_PROBLEMS.get(code, StoreProblem.FAILED), str(error.orig))
