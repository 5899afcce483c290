"""Add up the results of several pytest runs and print them the way pytest does."""

from collections import Counter
from pathlib import Path
import sys
from xml.etree import ElementTree as ET

OUTCOMES = ("failed", "passed", "skipped", "errors")


def count(report: Path) -> tuple[Counter[str], float]:
    """Return the outcomes in a JUnit report and its duration in seconds."""
    outcomes: Counter[str] = Counter()
    duration_s = 0.0
    # The reports are our own, written a moment ago.
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314
        failures = int(suite.get("failures", "0"))
        errors = int(suite.get("errors", "0"))
        skipped = int(suite.get("skipped", "0"))
        passed = int(suite.get("tests", "0")) - failures - errors - skipped
        outcomes.update(failed=failures, errors=errors, skipped=skipped, passed=passed)
        duration_s += float(suite.get("time", "0"))
    return outcomes, duration_s


def summary(outcomes: Counter[str], duration_s: float) -> str:
    """Return the closing line of a pytest run with these outcomes."""
    counts = [f"{outcomes[outcome]} {outcome}" for outcome in OUTCOMES if outcomes[outcome]]
    return f"===== {', '.join(counts) or 'no tests ran'} in {duration_s:.2f}s ====="


def main(arguments: list[str]) -> int:
    """Print the sum of the reports; fail when one has no tests or any that did not pass."""
    total: Counter[str] = Counter()
    total_s = 0.0
    every_part_ran = bool(arguments)
    for argument in arguments:
        outcomes, duration_s = count(Path(argument))
        every_part_ran = every_part_ran and outcomes.total() > 0
        total += outcomes
        total_s += duration_s
    print(summary(total, total_s))
    return 0 if every_part_ran and not (total["failed"] or total["errors"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
