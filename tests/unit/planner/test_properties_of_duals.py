"""What the duals say a kWh is worth is what the plan's cost changes by."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerConfig,
    KeplerInput,
    KeplerResult,
    ObjectiveTerm,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.kinds import Kind

EXACT = KeplerConfig(relative_gap=0.0)
KIND = Kind(
    slots=(16, 24),
    batteries=(1, 2),
    cars=(0,),
    water=False,
    deferrables=False,
    orders=False,
    tight=False,
)
SOME_KWH = 1e-3
TOLERANCE = 1e-4


def linear_home(seed: int) -> KeplerInput:
    """Return a home in which nothing pays to flow both ways, so that no integer is needed."""
    home = random_home(seed, KIND)
    prices = np.maximum(home.import_price, 0.01) + 0.05
    batteries = tuple(replace(it, grid_charging=True) for it in home.batteries)
    return replace(home, import_price=prices, export_price=prices - 0.05, batteries=batteries)


def cost(home: KeplerInput) -> float:
    return cost_of(solve(home, EXACT))


def cost_of(result: KeplerResult) -> float:
    assert result.breaches == ()
    return result.money + result.objective.get(ObjectiveTerm.SHAPING, 0.0)


@pytest.mark.parametrize("seed", range(300, 312))
def test_a_kwh_at_the_house_is_worth_what_it_saves(seed: int) -> None:
    home = linear_home(seed)
    result = solve(home, EXACT)
    assert result.duals is not None
    slot = seed % home.hours.size
    more, less = home.load_kwh.copy(), home.load_kwh.copy()
    more[slot] += SOME_KWH
    less[slot] -= SOME_KWH
    saves = (cost_of(result) - cost(replace(home, load_kwh=less))) / SOME_KWH
    costs = (cost(replace(home, load_kwh=more)) - cost_of(result)) / SOME_KWH
    assert saves - TOLERANCE <= result.duals.energy[slot] <= costs + TOLERANCE


@pytest.mark.parametrize("seed", range(320, 332))
def test_a_kwh_in_the_battery_is_worth_what_it_saves(seed: int) -> None:
    home = linear_home(seed)
    result = solve(home, EXACT)
    assert result.duals is not None
    first, *others = home.batteries
    fuller, emptier = (
        replace(home, batteries=(replace(first, initial_kwh=first.initial_kwh + change), *others))
        for change in (SOME_KWH, -SOME_KWH)
    )
    gains = (cost_of(result) - cost(fuller)) / SOME_KWH
    loses = (cost(emptier) - cost_of(result)) / SOME_KWH
    worth = result.duals.content[first.battery_id][0]
    assert gains - TOLERANCE <= worth <= loses + TOLERANCE
