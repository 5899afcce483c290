"""Whole chargers of every kind in random household hours: the breaker holds, or an issue says why.

``scripts/bench holding`` runs many more of these hours.
"""

import pytest

from benchmarks.households.home import Outcome, live
from benchmarks.households.hour import random_hour
from benchmarks.households.judge import unexplained
from simulated_home.charger.variants import VARIANTS

HOURS = (2,)  # one with a kettle, a small breaker and a car in the way


@pytest.fixture(scope="module", params=list(VARIANTS))
def outcomes(request: pytest.FixtureRequest) -> list[Outcome]:
    """Return what came of the hours with a charger of each kind."""
    return [live(random_hour(seed, request.param)) for seed in HOURS]


def test_the_breaker_holds_or_an_issue_says_why_not(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        assert unexplained(outcome.excesses, outcome.delay_s) == []


def test_the_car_at_the_obedient_charger_beside_it_is_charged(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        assert outcome.energy_wh["driveway"] > 0
