"""Locked requirements say what, never from where."""

from pathlib import Path
import re

import pytest

from tests.unit.repository.files import ROOT

LOCKS = [
    *ROOT.glob("requirements*.txt"),
    *ROOT.glob("requirements*.in"),
    *ROOT.glob("*.lock"),
    *ROOT.glob("**/package-lock.json"),
    *ROOT.glob("**/.npmrc"),
    ROOT / "pyproject.toml",
]
LOCKS = [path for path in LOCKS if not {"node_modules", ".venv"} & set(path.parts)]

ADDRESS = re.compile(
    r"""--(extra-)?index-url|--find-links|--trusted-host|\bgit\+|\bfile:
    |"resolved":|^\s*registry\s*=|index-url|files\.pythonhosted|pypi\.org|npmjs""",
    re.VERBOSE | re.MULTILINE,
)
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,_-]+\])?==[^\s;]+")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_names_a_host(path: Path) -> None:
    assert not ADDRESS.search(path.read_text())


@pytest.mark.parametrize("name", ["requirements-dev.txt", "requirements-next.txt"])
def test_every_line_pins_one_version(name: str) -> None:
    lines = [line.strip() for line in (ROOT / name).read_text().splitlines()]
    wanted = [line.partition("#")[0].partition(";")[0].strip() for line in lines]
    assert [line for line in wanted if line and not PINNED.fullmatch(line)] == []
    assert len([line for line in wanted if line]) > 10
