"""A charger's report from how its test ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from .disconnect import Cut, DisconnectTest
from .findings import expected_lines, wiring_checks, wiring_findings
from .judging import ENOUGH
from .ladder import Ending, Ladder
from .types import (
    ChargerPlan,
    ChargerReport,
    Check,
    CheckState,
    Finding,
    FindingCode,
    Note,
    SitePlan,
    TracePoint,
    Verdict,
)

SKIPPING: Final = frozenset(
    {
        Note.OFFLINE,
        Note.OUT_OF_SERVICE,
        Note.NO_CAR,
        Note.DISABLED,
        Note.UNCONTROLLED,
        Note.NOT_STARTED,
        Note.CAR_NOT_DRAWING,
        Note.RANGE_TOO_SMALL,
    }
)
_CUT_STATES: Final = {Cut.FELL: CheckState.PROVED, Cut.KEPT: CheckState.WRONG}
_CUT_NOTES: Final = {Cut.UNCLEAR: Note.NOISE, Cut.NOT_CUT: Note.NOT_CUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All of a test that has ended."""

    site: SitePlan
    plan: ChargerPlan
    ladder: Ladder
    ending: Ending
    cut: DisconnectTest | None = None
    began: float = 0.0
    trace: Sequence[TracePoint] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is proved and what is wrong."""

    checks: Mapping[Check, CheckState] = field(
        default_factory=lambda: dict.fromkeys(Check, CheckState.OPEN)
    )
    wrong: tuple[Finding, ...] = ()
    expected: str = ""
    note: Note | None = None

    @classmethod
    def of(cls, course: Course) -> Self:
        """Return what a test has found."""
        plan, ending, cut = course.plan, course.ending, course.cut
        level, terminals = course.ladder.level, course.ladder.judge.terminals
        lines = level.lines if level else ()
        checks = dict.fromkeys(Check, CheckState.OPEN)
        if len(course.ladder.judge.taken) >= ENOUGH:
            checks[Check.OBEDIENCE] = CheckState.PROVED
        expected = expected_lines(plan, terminals, lines)
        wrong = list(_without_outcome(plan, ending, checks))
        if ending.outcome is not None:
            wrong += wiring_findings(plan, ending.outcome, expected, terminals)
            checks |= wiring_checks(course.site, plan, ending.outcome, expected, lines)
        if cut is not None:
            checks[Check.DISCONNECT] = _CUT_STATES.get(cut.state, CheckState.OPEN)
            if cut.state is Cut.KEPT:
                wrong.append(_finding(FindingCode.FALLBACK_IGNORED, plan))
        note = ending.note or (_CUT_NOTES.get(cut.state) if cut else None)
        return cls(checks=checks, wrong=tuple(wrong), expected=expected, note=note)


def make_report(course: Course) -> ChargerReport:
    """Return the report of a test."""
    found = Findings.of(course)
    outcome, judge, level = course.ending.outcome, course.ladder.judge, course.ladder.level
    return ChargerReport(
        charger_id=course.plan.charger_id,
        verdict=_verdict(found),
        note=found.note,
        checks=found.checks,
        findings=found.wrong,
        terminals=judge.terminals,
        lines=level.lines if level else (),
        expected=found.expected,
        moved=outcome.moved if outcome else "",
        reversed=outcome.reversed if outcome else "",
        obedience_lag_s=course.ladder.obedience_lag_s,
        meter_lag_s=judge.meter_lag_s(outcome) if outcome else None,
        fallback_lag_s=course.cut.fell_after_s if course.cut else None,
        steps=judge.records(course.began, outcome),
        trace=tuple(course.trace),
    )


def _verdict(found: Findings) -> Verdict:
    if found.wrong:
        return Verdict.FAILED
    if found.note is None:
        return Verdict.PASSED
    return Verdict.SKIPPED if found.note in SKIPPING else Verdict.INCONCLUSIVE


def _without_outcome(
    plan: ChargerPlan, ending: Ending, checks: dict[Check, CheckState]
) -> tuple[Finding, ...]:
    """Return what is wrong although the steps were not judged to their end."""
    if ending.drawn is not None:
        checks[Check.OBEDIENCE] = CheckState.WRONG
        told, drawn = f"{ending.told or 0.0:.0f}", f"{ending.drawn:.1f}"
        return (_finding(FindingCode.DISOBEDIENT, plan, told=told, drawn=drawn),)
    if ending.scale is not None:
        checks[Check.SIGN] = CheckState.WRONG
        line, factor = ending.scale
        return (_finding(FindingCode.METER_SCALE, plan, phase=line, factor=f"{factor:.1f}"),)
    return ()


def _finding(code: FindingCode, plan: ChargerPlan, **data: str) -> Finding:
    return Finding(code=code, charger_id=plan.charger_id, data=data)
