"""CSV with a header line, with the place of every cell."""

from pathlib import Path
from typing import Any, Final

from ..output.plain import Path as PlainPath
from .document import Document, FileError, read_text

SEPARATORS: Final = ";\t,"

type Cells = list[tuple[str, int]]  # text, and the column at which it begins


def read_csv(file: Path) -> Document:
    """Return a CSV file's rows under ``slots``; numbers as such, all else as text.

    Separators are commas, semicolons or tabs, as the header has them. Empty lines and
    lines that begin with # are left out.
    """
    lines = [
        (number, line)
        for number, line in enumerate(read_text(file).splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise FileError(file, "expected a header line, found nothing", (1, 1))
    number, line = lines[0]
    separator = next((each for each in SEPARATORS if each in line), ",")
    header = [name for name, _ in _cells(line, separator)]
    rows: list[dict[str, Any]] = []
    places: dict[PlainPath, tuple[int, int]] = {(): (number, 1), ("slots",): (number, 1)}
    for index, (name, column) in enumerate(_cells(line, separator)):
        if name in header[:index]:
            message = f'expected each column once, found "{name}" again'
            raise FileError(file, message, (number, column))
    for number, line in lines[1:]:
        cells = _cells(line, separator)
        if len(cells) != len(header):
            message = f"expected {len(header)} cells as in the header, found {len(cells)}"
            raise FileError(file, message, (number, 1))
        path: PlainPath = ("slots", len(rows))
        places[path] = (number, 1)
        for name, (_, column) in zip(header, cells, strict=True):
            places[*path, name] = (number, column)
        rows.append(
            {name: _value(text) for name, (text, _) in zip(header, cells, strict=True) if text}
        )
    return Document(file, {"slots": rows}, places)


def _cells(line: str, separator: str) -> Cells:
    cells: Cells = []
    column = 1
    for part in line.split(separator):
        text = part.strip()
        lead = len(part) - len(part.lstrip()) if text else 0
        cells.append((text.strip('"'), column + lead))
        column += len(part) + 1
    return cells


def _value(text: str) -> float | str | bool:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    try:
        return float(text)
    except ValueError:
        return text
