"""The last line of scripts/test counts what ran, and its exit code tells the truth."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SUMMARY = Path(__file__).parents[3] / "scripts" / "lib" / "summary.py"


@pytest.fixture(scope="module")
def summary() -> ModuleType:
    """Load the script, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("summary", SUMMARY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(folder: Path, name: str, tests: int, *, failed: int = 0, errors: int = 0) -> str:
    """Write a JUnit report with one skipped test and return its path."""
    file = folder / f"{name}.xml"
    file.write_text(
        f'<testsuites><testsuite tests="{tests}" failures="{failed}" errors="{errors}"'
        ' skipped="1" time="1.5"/></testsuites>'
    )
    return str(file)


def test_all_parts_are_added_up(
    summary: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs read like one."""
    reports = [report(tmp_path, "unit", 40), report(tmp_path, "e2e", 4)]
    assert summary.main(reports) == 0
    assert capsys.readouterr().out == "===== 42 passed, 2 skipped in 3.00s =====\n"


@pytest.mark.parametrize(
    ("failed", "errors", "line"),
    [
        (3, 0, "===== 3 failed, 36 passed, 1 skipped in 1.50s ====="),
        (0, 2, "===== 37 passed, 1 skipped, 2 errors in 1.50s ====="),
    ],
)
def test_what_did_not_pass_fails_the_whole(
    summary: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    failed: int,
    errors: int,
    line: str,
) -> None:
    """A failure and an error count alike."""
    assert summary.main([report(tmp_path, "unit", 40, failed=failed, errors=errors)]) == 1
    assert capsys.readouterr().out == f"{line}\n"


def test_a_part_without_tests_fails_the_whole(
    summary: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty run must not look like a good one."""
    empty = tmp_path / "e2e.xml"
    empty.write_text('<testsuites><testsuite tests="0" time="0"/></testsuites>')
    assert summary.main([report(tmp_path, "unit", 40), str(empty)]) == 1
    assert "39 passed" in capsys.readouterr().out


def test_no_reports_at_all_fail(summary: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Pytest that did not even start leaves no report."""
    assert summary.main([]) == 1
    assert capsys.readouterr().out == "===== no tests ran in 0.00s =====\n"
