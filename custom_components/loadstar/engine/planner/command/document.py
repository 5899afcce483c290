"""A file's plain data, and where in the file each part of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..output.plain import Path as PlainPath
from ..output.plain import PlainError


class FileError(Exception):
    """A file that cannot be used: which, where (from 1) and what was expected."""

    def __init__(self, file: Path, message: str, place: tuple[int, int] | None = None) -> None:
        """Write file, line and column the way that editors jump to."""
        where = "" if place is None else f":{place[0]}:{place[1]}"
        super().__init__(f"{file}{where}: {message}")


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data with the (line, column) of everything in it, by path."""

    file: Path
    data: Any
    places: Mapping[PlainPath, tuple[int, int]]

    def error(self, problem: PlainError) -> FileError:
        """Return a problem with the place of what it is about, or of what contains that."""
        path = problem.path
        while path not in self.places and path:
            path = path[:-1]
        message = str(problem)
        return FileError(self.file, message, self.places.get(path, (1, 1)))


def read_text(file: Path) -> str:
    """Return a file's text, or raise FileError."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FileError(file, f"expected a file to read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise FileError(file, "expected text in UTF-8", place) from error
