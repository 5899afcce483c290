"""How commissioning stands, as entities show it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..engine.commissioning import ChargerReport, Progress, Verdict
from ..models import ChargerSnapshot, CommissioningState, SiteSnapshot
from ..wiring import SiteConfig
from .store import KeptReport

_STEP_PERCENT: Final = 5
_STATES: Final = {
    Verdict.PASSED: CommissioningState.PASSED,
    Verdict.FAILED: CommissioningState.FAILED,
    Verdict.INCONCLUSIVE: CommissioningState.INCONCLUSIVE,
}
# the first that any charger is in stands for the site
_WORST_FIRST: Final = (
    CommissioningState.FAILED,
    CommissioningState.INCONCLUSIVE,
    CommissioningState.NOT_PROVEN,
)


def site_shown(
    site: SiteSnapshot,
    config: SiteConfig,
    states: Mapping[str, Verdict | None],
    progress: Progress | None,
    last: KeptReport | None,
) -> SiteSnapshot:
    """Return the site with the state of all its chargers together."""
    data: dict[str, Any] = {
        "finished_at": last.at.isoformat() if last else None,
        "findings": [str(finding.code) for finding in last.report.findings] if last else [],
    }
    if progress is None:
        return replace(site, commissioning=_together(states), commissioning_data=data)
    charger = config.chargers.get(progress.charger_id or "")
    data |= {
        "charger": charger.name if charger else None,
        "stage": str(progress.stage),
        "progress": progress.percent // _STEP_PERCENT * _STEP_PERCENT,
    }
    return replace(site, commissioning=CommissioningState.RUNNING, commissioning_data=data)


def charger_shown(
    charger: ChargerSnapshot,
    state: Verdict | None,
    report: ChargerReport | None,
    *,
    is_tested: bool,
) -> ChargerSnapshot:
    """Return a charger with what is proved of it and what its last test said."""
    shown = CommissioningState.RUNNING if is_tested else _state(state)
    return replace(
        charger,
        commissioning=shown,
        commissioning_data={} if report is None else _last_test(report),
    )


def _last_test(report: ChargerReport) -> dict[str, Any]:
    return {
        "last_result": str(report.verdict),
        "note": None if report.note is None else str(report.note),
        **{str(check): str(state) for check, state in report.checks.items()},
        "expected": report.expected,
        "moved": report.moved,
        "obedience_lag_s": report.obedience_lag_s,
        "meter_lag_s": report.meter_lag_s,
        "fallback_lag_s": report.fallback_lag_s,
    }


def _state(verdict: Verdict | None) -> CommissioningState:
    if verdict is None:
        return CommissioningState.NOT_PROVEN
    return _STATES.get(verdict, CommissioningState.NOT_PROVEN)


def _together(states: Mapping[str, Verdict | None]) -> CommissioningState:
    found = {_state(verdict) for verdict in states.values()}
    return next(
        (state for state in _WORST_FIRST if state in found),
        CommissioningState.PASSED if found else CommissioningState.NOT_PROVEN,
    )
