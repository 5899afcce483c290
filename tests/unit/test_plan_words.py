"""A plan's figures are read as a person would write them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.engine.planner.output.types import PlanReason
from custom_components.loadstar.planning.words import PlanWords

WORDS = PlanWords(
    {
        "component.loadstar.exceptions.said.message": "{what} it is.",
        "component.loadstar.exceptions.limited_by_breaker.message": "No more than {limit_kw} kW.",
    }
)


@pytest.mark.freeze_time("2026-11-20 10:00:00+00:00")
@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (0.08123, "0.081"),
        (12.0, "12"),
        (100.0, "100"),
        (0.0, "0"),
        (-0.0001, "0"),
        (-0.25, "-0.25"),
        (12345.678, "12345.678"),
        (3, "3"),
        ("Garage", "Garage"),
        ("The 20261120", "The 20261120"),
        ("2026-11-20T18:00:00+00:00", "18:00"),
        ("2026-11-21T02:15:00+00:00", "2026-11-21 02:15"),
        (datetime(2026, 11, 20, 23, 45, tzinfo=UTC), "23:45"),
    ],
)
def test_a_figure_is_shown(figure: object, shown: str) -> None:
    assert WORDS.sentence(PlanWarning(code="said", data={"what": figure})) == f"{shown} it is."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"what": "So"}, "So it is."),
        (
            {"what": "So", "limited_by": "breaker", "limit_kw": 5.5},
            "So it is. No more than 5.5 kW.",
        ),
        ({}, "{what} it is."),
    ],
)
def test_a_limit_is_named_behind_the_reason(data: Mapping[str, Any], sentence: str) -> None:
    assert WORDS.sentence(PlanReason(code="said", data=data)) == sentence


def test_a_code_without_a_sentence_stands_for_itself() -> None:
    assert WORDS.sentence(PlanReason(code="unheard_of")) == "unheard_of"
