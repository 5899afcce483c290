"""YAML, and JSON as a part of it, with the place of every value."""

import json
from pathlib import Path
import re
from typing import Any

import yaml

from ..output.plain import Path as PlainPath
from .document import Document, FileError, read_text

type Place = tuple[int, int]

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?\d+")


def read_yaml(file: Path) -> Document:
    """Return a YAML file's content, or raise FileError with line and column."""
    return _compose(file, read_text(file))


def read_json(file: Path) -> Document:
    """Return a JSON file's content, or raise FileError with line and column."""
    text = read_text(file)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(file, f"expected JSON: {error.msg}", (error.lineno, error.colno)) from error
    # JSON may be indented with tabs, YAML may not
    return _compose(file, text.replace("\t", " "))


def _compose(file: Path, text: str) -> Document:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = None if mark is None else (mark.line + 1, mark.column + 1)
        raise FileError(file, f"expected YAML: {error.problem or error.context}", place) from error
    except yaml.YAMLError as error:
        raise FileError(file, f"expected YAML: {error}") from error
    places: dict[PlainPath, Place] = {}
    data = None if node is None else _Reader(file, places).plain(node, ())
    return Document(file, data, places)


class _Reader:
    """Turns YAML's nodes into plain data and notes where they stand."""

    def __init__(self, file: Path, places: dict[PlainPath, Place]) -> None:
        self._file = file
        self._places = places
        self._open: list[yaml.Node] = []

    def plain(self, node: yaml.Node, path: PlainPath) -> Any:
        """Return a node's content."""
        self._places[path] = _place(node)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if node in self._open:
            raise FileError(self._file, "expected no part that contains itself", _place(node))
        self._open.append(node)
        if isinstance(node, yaml.SequenceNode):
            content: Any = [
                self.plain(each, (*path, index)) for index, each in enumerate(node.value)
            ]
        else:
            content = self._mapping(node, path)
        self._open.pop()
        return content

    def _mapping(self, node: yaml.MappingNode, path: PlainPath) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise FileError(self._file, "expected a name", _place(key))
            name = str(key.value)
            if name in content:
                message = f'expected each name once, found "{name}" again'
                raise FileError(self._file, message, _place(key))
            content[name] = self.plain(value, (*path, name))
            if isinstance(value, yaml.ScalarNode) and not value.value:
                # an empty value has no place worth showing
                self._places[*path, name] = _place(key)
        return content


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return a scalar as JSON would have it; times stay text, as YAML's own rules differ."""
    text = str(node.value)
    if node.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
