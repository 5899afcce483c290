"""Every code has a sentence that can be read, and a case in which it appears."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.engine.planner.output.outcomes import outcomes_of
from custom_components.loadstar.engine.planner.output.reason_kinds import LimitKind, ReasonKind
from custom_components.loadstar.engine.planner.output.reasons import slot_reasons
from custom_components.loadstar.engine.planner.output.sentences import (
    LIMITS,
    TEMPLATES,
    money,
    sentence,
)
from custom_components.loadstar.engine.planner.output.types import PlanReason
from custom_components.loadstar.engine.planner.output.warning_sentences import (
    BREACHES,
    warning_sentence,
)
from custom_components.loadstar.engine.planner.solver.types import BreachKind
from tests.unit.planner.output.cases import NOW
from tests.unit.planner.output.test_outcomes import OUTCOMES
from tests.unit.planner.output.test_reasons import CHARGE, REASONS, SECOND

BERLIN = ZoneInfo("Europe/Berlin")

TOLD = [
    *(slot_reasons(case.facts)[0] for case, _, _ in REASONS.values()),
    *(slot_reasons(case.facts)[1] for case, _ in SECOND.values()),
    *(each.reason for case, _, _ in OUTCOMES.values() for each in outcomes_of(case.facts)),
]
REASONS_TOLD = [reason for reason in TOLD if reason is not None]


def test_every_code_appears_in_a_case() -> None:
    assert {reason.code for reason in REASONS_TOLD} == set(ReasonKind)


def test_every_code_and_limit_has_its_words() -> None:
    assert set(TEMPLATES) == set(ReasonKind)
    assert set(LIMITS) == set(LimitKind)
    assert set(BREACHES) == set(BreachKind)


@pytest.mark.parametrize("reason", REASONS_TOLD, ids=lambda reason: str(reason.code))
def test_a_reason_reads_as_a_sentence(reason: PlanReason) -> None:
    text = sentence(reason, BERLIN, NOW)
    assert text.endswith(".")
    assert "{" not in text
    assert text[0].isupper() or text[0].isdigit()


def test_the_tone() -> None:
    assert sentence(slot_reasons(CHARGE.facts)[0], BERLIN, NOW) == (
        "Charging at 0.08: saves 0.23 at 14:00."
    )


def test_the_limit_follows() -> None:
    reason = slot_reasons(CHARGE.but(battery=[4.0, -2.0]).facts)[0]
    assert sentence(reason, BERLIN, NOW) == (
        "Charging at 0.08: saves 0.23 at 14:00. The batteries (4 kW) take and give no more."
    )


def test_a_time_on_another_local_day_names_it() -> None:
    reason = slot_reasons(CHARGE.facts)[0]
    assert " at Fri 14:00." in sentence(reason, BERLIN, NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.0, "0.00"), (0.084, "0.08"), (-0.02, "-0.02"), (0.004, "0.004"), (0.00042, "0.0004")],
)
def test_money_is_never_rounded_to_nothing(amount: float, text: str) -> None:
    assert money(amount) == text


WARNINGS = {
    "a stretch of slots": (
        PlanWarning(
            code="breach_breaker",
            data={
                "device": "A",
                "name": "A",
                "kwh": 1.25,
                "from": NOW.isoformat(),
                "until": (NOW + timedelta(hours=14)).isoformat(),
            },
        ),
        "Phase A is 1.25 kWh over its breaker from 13:00 until Sat 03:00.",
    ),
    "the whole plan": (
        PlanWarning(code="breach_car_goal", data={"device": "c", "name": "Car", "kwh": 3.0}),
        "Car misses its goal by 3 kWh.",
    ),
    "an order to export": (
        PlanWarning(code="breach_manual_export", data={"device": "", "name": "", "kwh": 0.5}),
        "Export stays 0.5 kWh below what was ordered.",
    ),
    "of the input": (
        PlanWarning(code="pv_missing_part", data={"hours": 3.5}),
        "pv missing part: hours 3.5.",
    ),
    "without figures": (PlanWarning(code="prices_missing"), "prices missing."),
    "with a flag": (PlanWarning(code="odd", data={"it_is": True}), "odd: it_is True."),
}


@pytest.mark.parametrize(("warning", "text"), WARNINGS.values(), ids=WARNINGS)
def test_a_warning_reads_as_a_sentence(warning: PlanWarning, text: str) -> None:
    assert warning_sentence(warning, BERLIN, NOW) == text


@pytest.mark.parametrize("kind", BreachKind)
def test_every_breach_can_be_said(kind: BreachKind) -> None:
    warning = PlanWarning(code=f"breach_{kind}", data={"device": "x", "name": "X", "kwh": 0.5})
    text = warning_sentence(warning, BERLIN, NOW)
    assert text.endswith(".")
    assert "{" not in text
