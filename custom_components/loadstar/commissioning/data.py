"""A report as plain data, for the store and for who asks for it, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import Enum
from typing import Any

from ..engine.commissioning import (
    ChargerReport,
    Check,
    CheckState,
    Finding,
    FindingCode,
    Note,
    SiteReport,
    StepRecord,
    TracePoint,
    Verdict,
)


def report_data(report: SiteReport) -> dict[str, Any]:
    """Return a report in lists, tables, texts and numbers alone."""
    data: dict[str, Any] = _plain(asdict(report))
    return data


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding in texts alone."""
    data: dict[str, Any] = _plain(asdict(finding))
    return data


def restored_report(data: Mapping[str, Any]) -> SiteReport:
    """Return the report that ``report_data`` was given; KeyError and the like where it is none."""
    return SiteReport(
        verdict=Verdict(data["verdict"]),
        chargers=tuple(_charger(it) for it in data["chargers"]),
        findings=tuple(restored_finding(it) for it in data["findings"]),
    )


def _charger(data: Mapping[str, Any]) -> ChargerReport:
    return ChargerReport(
        **{
            **data,
            "verdict": Verdict(data["verdict"]),
            "note": None if data["note"] is None else Note(data["note"]),
            "checks": {Check(it): CheckState(state) for it, state in data["checks"].items()},
            "findings": tuple(restored_finding(it) for it in data["findings"]),
            "lines": tuple(data["lines"]),
            "steps": tuple(
                StepRecord(**{**it, "seen_a": tuple(it["seen_a"])}) for it in data["steps"]
            ),
            "trace": tuple(
                TracePoint(**{**it, "lines": tuple(it["lines"])}) for it in data["trace"]
            ),
        }
    )


def restored_finding(data: Mapping[str, Any]) -> Finding:
    """Return the finding that ``finding_data`` was given."""
    return Finding(**{**data, "code": FindingCode(data["code"]), "data": dict(data["data"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
