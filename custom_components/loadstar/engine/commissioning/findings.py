"""What a decision means for the wiring, and what would mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
import itertools

from .hypotheses import Outcome
from .types import (
    TOTAL_LINE,
    ChargerPlan,
    ChargerReport,
    Check,
    CheckState,
    Finding,
    FindingCode,
    SitePlan,
)

_PHASES = "ABC"
_CYCLIC = ("ABC", "BCA", "CAB")  # a motor turns the same way on each


def expected_lines(plan: ChargerPlan, terminals: str, lines: Sequence[str]) -> str:
    """Return the lines that a charger wired as configured moves with these terminals."""
    if TOTAL_LINE in lines:
        return TOTAL_LINE
    wired = [plan.phase_rotation[int(it) - 1 : int(it)] for it in terminals]
    return "".join(sorted(phase for phase in wired if phase in lines))


def wiring_findings(
    plan: ChargerPlan, outcome: Outcome, expected: str, terminals: str
) -> tuple[Finding, ...]:
    """Return what is wrong about the meter's signs and about which phases moved."""
    if not outcome.moved:
        return (Finding(code=FindingCode.METER_BLIND, charger_id=plan.charger_id),)
    found = list(_signs(plan, outcome))
    missing = [line for line in expected if line not in outcome.moved]
    strangers = [line for line in outcome.moved if line not in expected]
    if missing and strangers:
        found.append(_order(plan, outcome.moved, expected, terminals))
    else:
        found += [_on_phase(FindingCode.PHASE_BLIND, plan, line) for line in missing]
    return tuple(found)


def wiring_checks(
    site: SitePlan, plan: ChargerPlan, outcome: Outcome, expected: str, lines: Sequence[str]
) -> Mapping[Check, CheckState]:
    """Return how far sign and order are proved."""
    if not outcome.moved:
        return {Check.SIGN: CheckState.WRONG, Check.ORDER: CheckState.OPEN}
    sign = CheckState.PROVED
    if outcome.reversed or len(outcome.moved) < len(expected):
        sign = CheckState.WRONG
    elif len(outcome.moved) < len(lines):
        sign = CheckState.PARTLY
    return {Check.SIGN: sign, Check.ORDER: _order_state(site, plan, outcome, expected)}


def _order_state(site: SitePlan, plan: ChargerPlan, outcome: Outcome, expected: str) -> CheckState:
    if set(outcome.moved) - set(expected):
        return CheckState.WRONG
    if site.phases == 1:
        return CheckState.PROVED
    # all three draw alike, and of a sum nobody knows the parts
    if TOTAL_LINE in expected or len(expected) == len(_PHASES):
        return CheckState.NOT_SHOWN
    if set(expected) - set(outcome.moved):
        return CheckState.OPEN
    return CheckState.PROVED if len(expected) == plan.phases else CheckState.PARTLY


def site_findings(reports: Sequence[ChargerReport]) -> tuple[Finding, ...]:
    """Return the findings of all chargers, with one of the meter where it explains several."""
    swap = _swap(reports)
    if swap is None:
        found = [finding for report in reports for finding in report.findings]
    else:
        found = [swap] + [
            finding
            for report in reports
            for finding in report.findings
            if finding.code is not FindingCode.PHASE_ORDER
        ]
    return _once(found)


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return each finding of the meter once, however many chargers have shown it."""
    of_the_meter = (FindingCode.METER_INVERTED, FindingCode.PHASE_INVERTED, FindingCode.METER_SCALE)
    kept: dict[object, Finding] = {}
    for finding in findings:
        if finding.code in of_the_meter:
            phase = finding.data.get("phase", "")
            kept.setdefault((finding.code, phase), replace(finding, charger_id=None))
        else:
            kept[finding.charger_id, finding.code, finding.data.get("phase", "")] = finding
    return tuple(kept.values())


def _swap(reports: Sequence[ChargerReport]) -> Finding | None:
    """Return how the meter's phases are swapped, if that alone explains several chargers."""
    shown = [it for it in reports if 0 < len(it.moved) == len(it.expected) < len(_PHASES)]
    wrong = [it for it in shown if set(it.moved) != set(it.expected)]
    if len(wrong) < 2:  # noqa: PLR2004  one alone may as well be wired otherwise
        return None
    fitting = [
        order
        for order in itertools.permutations(_PHASES)
        if all(_relabelled(it.expected, order) == set(it.moved) for it in shown)
    ]
    if len(fitting) != 1:
        return None
    return Finding(
        code=FindingCode.METER_SWAPPED,
        data={"expected": _PHASES, "seen": "".join(fitting[0])},
    )


def _relabelled(expected: str, order: Sequence[str]) -> set[str]:
    return {order[_PHASES.index(line)] for line in expected if line in _PHASES}


def _signs(plan: ChargerPlan, outcome: Outcome) -> tuple[Finding, ...]:
    if not outcome.reversed:
        return ()
    if outcome.reversed == outcome.moved:
        return (Finding(code=FindingCode.METER_INVERTED, charger_id=plan.charger_id),)
    return tuple(_on_phase(FindingCode.PHASE_INVERTED, plan, line) for line in outcome.reversed)


def _order(plan: ChargerPlan, moved: str, expected: str, terminals: str) -> Finding:
    return Finding(
        code=FindingCode.PHASE_ORDER,
        charger_id=plan.charger_id,
        data={
            "expected": expected,
            "seen": moved,
            "rotation": _rotation(plan, moved, terminals),
        },
    )


def _rotation(plan: ChargerPlan, moved: str, terminals: str) -> str:
    """Return the rotation that would have moved these phases."""
    if plan.phases == 1:
        return moved
    places = [int(it) - 1 for it in terminals]
    for order in (*_CYCLIC, "ACB", "BAC", "CBA"):
        if {order[place] for place in places} == set(moved):
            return order
    return plan.phase_rotation


def _on_phase(code: FindingCode, plan: ChargerPlan, line: str) -> Finding:
    return Finding(code=code, charger_id=plan.charger_id, data={"phase": line})
