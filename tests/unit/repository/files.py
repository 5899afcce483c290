"""The repository's files, as the checks read them."""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).parents[3]
INTEGRATION = ROOT / "custom_components" / "loadstar"
LANGUAGES = ("en", "de", "fr", "nl", "sl", "sv")


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file in the order in which it is written."""
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a YAML file."""
    return load_yaml_dict(str(path))


def translation(language: str) -> dict[str, Any]:
    """Return a language."""
    return read_json(INTEGRATION / "translations" / f"{language}.json")


def leaves(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Return every text of a nested table by its path."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in tree.items():
        here = (*path, key)
        found |= leaves(value, here) if isinstance(value, Mapping) else {here: value}
    return found


def modules(folder: Path = INTEGRATION) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the Python files of a folder with their syntax trees."""
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call with the last part of the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield function.attr, node
            elif isinstance(function, ast.Name):
                yield function.id, node


def constant(node: ast.expr) -> str | None:
    """Return a text that stands in the code as it is."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
