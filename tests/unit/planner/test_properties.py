"""What must hold for the plan of every home."""

import random

import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerConfig,
    ObjectiveTerm,
    SolveStatus,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.judge import complaints
from tests.unit.planner.judge_blocks import complaints_of_blocks
from tests.unit.planner.judge_money import charged_kw, money_by_term

HOMES = 500
STEP = 25


def random_config(seed: int) -> KeplerConfig:
    rng = random.Random(seed)
    return KeplerConfig(
        wear_cost_per_kwh=rng.choice((0.0, 0.03, 0.1)),
        export_threshold_per_kwh=rng.choice((0.0, 0.0, 0.05)),
        ramp_cost_per_kw=rng.choice((0.0, 0.0005, 0.002)),
        absolute_gap=rng.choice((0.0, 0.01)),
        time_limit_s=10.0,
    )


def check(seed: int) -> None:
    """Judge one home's plan: physics, limits, blocks, money and what it says of itself."""
    home, config = random_home(seed), random_config(seed)
    result = solve(home, config)
    assert complaints(home, result) == []
    assert complaints_of_blocks(home, result) == []
    counted = money_by_term(home, config, result)
    told = {term: result.objective.get(term, 0.0) for term in counted}
    assert told == pytest.approx(counted, abs=1e-5)
    assert result.money == pytest.approx(sum(counted.values()), abs=1e-5)
    assert result.peak_kw == pytest.approx(
        [charged_kw(peak, result.import_kwh) for peak in home.peaks], abs=1e-5
    )
    penalties = result.objective.get(ObjectiveTerm.PENALTIES, 0.0)
    assert (penalties > 1e-6) == bool(result.breaches)
    if result.status is SolveStatus.OPTIMAL:
        assert result.gap is not None
        allowed = max(config.relative_gap * abs(result.money), config.absolute_gap)
        assert -1e-9 <= result.gap * abs(result.money) <= allowed + 1e-6


@pytest.mark.parametrize("first", range(0, HOMES, STEP))
def test_plans_obey_physics_keep_limits_and_count_money(first: int) -> None:
    for seed in range(first, first + STEP):
        try:
            check(seed)
        except AssertionError as error:
            error.add_note(f"home {seed}")
            raise
