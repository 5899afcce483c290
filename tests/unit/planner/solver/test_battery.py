"""A battery: the best plan of cases that can be done by hand."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    KeplerInput,
    ObjectiveTerm,
    SolveStatus,
)
from tests.unit.planner.solver.houses import (
    MONEY_ALONE,
    battery,
    broken,
    by_slot,
    house,
    orders,
    taken,
)

CASES: dict[str, tuple[KeplerInput, list[float], float]] = {
    "buys cheap and serves the load when it is dear": (
        house([1.0, 3.0], batteries=(battery(),)),
        [1.0, -1.0],
        2.0,
    ),
    "leaves a difference that the losses eat": (
        house([1.0, 1.2], batteries=(battery(charge_efficiency=0.8),)),
        [0.0, 0.0],
        2.2,
    ),
    "buys what the losses take": (
        house([1.0, 3.0], batteries=(battery(charge_efficiency=0.5),)),
        [2.0, -1.0],
        3.0,
    ),
    "exports what is worth more than it cost": (
        house([1.0, 3.0], export_price=[0.0, 2.0], batteries=(battery(),)),
        [2.0, -2.0],
        1.0,
    ),
    "keeps PV rather than give it away": (
        house([5.0, 5.0], pv_kwh=[2.0, 0.0], batteries=(battery(),)),
        [1.0, -1.0],
        0.0,
    ),
    "takes no grid energy where it must not": (
        house([1.0, 3.0], batteries=(battery(grid_charging=False),)),
        [0.0, 0.0],
        4.0,
    ),
    "takes what PV leaves where it must not charge from the grid": (
        house([1.0, 3.0], pv_kwh=[1.5, 0.0], batteries=(battery(grid_charging=False),)),
        [0.5, -0.5],
        1.5,
    ),
    "holds back for its value afterwards": (
        house([3.0], batteries=(battery(initial_kwh=2.0, terminal_value=((1.5, 4.0),)),)),
        [-0.5],
        1.5 - 6.0,
    ),
    "values only what is above the floor": (
        house(
            [3.0],
            batteries=(battery(initial_kwh=2.0, min_kwh=1.0, terminal_value=((4.0, 5.0),)),),
        ),
        [2.0],
        9.0 - 15.0,
    ),
    "charges slower as it fills": (
        house(
            [1.0, 1.0, 9.0],
            load_kwh=[0.0, 0.0, 4.0],
            batteries=(battery(charge_curve=((0.0, 2.0), (4.0, 0.0)), max_discharge_kw=4.0),),
        ),
        [2.0, 1.0, -3.0],
        12.0,
    ),
    "discharges slower as it empties": (
        house(
            [5.0, 5.0],
            load_kwh=2.0,
            batteries=(battery(initial_kwh=4.0, discharge_curve=((0.0, 0.0), (4.0, 2.0))),),
        ),
        [-2.0, -1.0],
        5.0,
    ),
    "is nothing without capacity": (
        house([-1.0, 3.0], batteries=(battery(capacity_kwh=0.0),)),
        [0.0, 0.0],
        2.0,
    ),
}


@pytest.mark.parametrize(("problem", "signed", "money"), CASES.values(), ids=CASES)
def test_it(problem: KeplerInput, signed: list[float], money: float) -> None:
    result = solve(problem, MONEY_ALONE)
    assert result.status is SolveStatus.OPTIMAL
    assert taken(result, "battery") == signed
    assert result.money == pytest.approx(money)
    assert not result.breaches


def test_wear_is_half_on_each_side() -> None:
    problem = house([1.0, 3.0], batteries=(battery(),))
    result = solve(problem, replace(MONEY_ALONE, wear_cost_per_kwh=0.5))
    assert result.objective[ObjectiveTerm.WEAR] == pytest.approx(0.5)


def test_content_follows_the_flows_and_their_losses() -> None:
    cell = battery(initial_kwh=1.0, charge_efficiency=0.8, discharge_efficiency=0.5)
    problem = house([0.1, 9.0], load_kwh=[0.0, 1.0], batteries=(cell,))
    plan = solve(problem, MONEY_ALONE).devices["battery"]
    assert plan.content_kwh is not None
    gained = 0.8 * plan.charge_kwh - plan.discharge_kwh / 0.5
    assert np.diff(plan.content_kwh) == pytest.approx(gained)
    assert plan.content_kwh[0] == 1.0


def test_it_never_charges_and_discharges_at_once_to_burn_what_is_paid_for() -> None:
    cell = battery(charge_efficiency=0.5, discharge_efficiency=0.5, max_kwh=1.0)
    problem = house([-1.0, -1.0, -1.0], batteries=(cell,))
    plan = solve(problem, MONEY_ALONE).devices["battery"]
    assert np.minimum(plan.charge_kwh, plan.discharge_kwh).max() == 0.0


def test_it_does_not_charge_from_the_grid_behind_another_battery() -> None:
    own = battery(grid_charging=False)
    other = battery(battery_id="other", initial_kwh=4.0)
    car_like = orders(2, least={0: 2.0})
    problem = house(
        [1.0, 9.0],
        load_kwh=[0.0, 6.0],
        pv_kwh=[1.0, 0.0],
        batteries=(own, replace(other, initial_kwh=0.0, orders=car_like)),
    )
    result = solve(problem, MONEY_ALONE)
    charged = result.devices["battery"].charge_kwh
    assert np.minimum(charged, result.import_kwh).max() == pytest.approx(0.0, abs=1e-6)


def test_below_its_floor_it_recovers_as_fast_as_it_can_and_says_so() -> None:
    cell = battery(min_kwh=3.0, initial_kwh=0.0)
    result = solve(house([9.0, 1.0], batteries=(cell,)), MONEY_ALONE)
    assert taken(result, "battery") == [2.0, 1.0]
    assert broken(result) == [(BreachKind.SOC_FLOOR, 1.0, "battery", 0)]


def test_above_its_ceiling_it_comes_down_as_fast_as_it_can_and_says_so() -> None:
    cell = battery(max_kwh=1.0, initial_kwh=4.0)
    result = solve(house([1.0, 1.0], load_kwh=2.0, batteries=(cell,)), MONEY_ALONE)
    assert taken(result, "battery")[0] == -2.0
    assert broken(result) == [(BreachKind.SOC_CEILING, 1.0, "battery", 0)]


def test_a_target_out_of_reach_is_approached_and_the_rest_reported() -> None:
    cell = battery(target_kwh=3.0)
    result = solve(house([9.0], batteries=(cell,)), MONEY_ALONE)
    assert taken(result, "battery") == [2.0]
    assert broken(result) == [(BreachKind.TARGET_SOC, 1.0, "battery", None)]


@pytest.mark.parametrize(
    ("least", "most", "signed", "missed"),
    [
        ({0: 2.0}, {}, [2.0, -1.0], 0.0),
        ({}, {0: 0.0}, [0.0, 0.0], 0.0),
        ({0: 5.0}, {}, [2.0, -1.0], 3.0),
        ({}, {0: -1.0}, [0.0, 0.0], 1.0),
    ],
    ids=["charge", "hold", "more than it can", "discharge what is not there"],
)
def test_orders_are_kept_as_far_as_they_can_be(
    least: dict[int, float], most: dict[int, float], signed: list[float], missed: float
) -> None:
    cell = battery(orders=orders(2, least, most))
    result = solve(house([1.0, 3.0], batteries=(cell,)), MONEY_ALONE)
    assert taken(result, "battery") == signed
    expected = [(BreachKind.MANUAL, missed, "battery", 0)] if missed else []
    assert broken(result) == expected


def test_an_ordered_export_comes_from_the_battery_or_is_reported() -> None:
    problem = house(
        [1.0, 1.0],
        load_kwh=0.0,
        batteries=(battery(initial_kwh=1.5),),
        least_export_kwh=by_slot(2, {1: 2.5}),
    )
    result = solve(problem, MONEY_ALONE)
    assert result.export_kwh[1] == pytest.approx(2.0)
    assert broken(result) == [(BreachKind.MANUAL, 0.5, "", 1)]


def test_two_batteries_share_what_neither_could_do_alone() -> None:
    pair = (battery(), battery(battery_id="second", max_charge_kw=1.0))
    result = solve(house([1.0, 9.0], load_kwh=[0.0, 3.0], batteries=pair), MONEY_ALONE)
    assert taken(result, "battery") == [2.0, -2.0]
    assert taken(result, "second") == [1.0, -1.0]


@pytest.mark.parametrize(
    ("max_charge_kw", "worth"), [(0.0, [2.0, 7.0]), (0.5, [2.0, 7.0]), (2.0, [2.0, 2.0])]
)
def test_the_duals_are_what_a_kwh_is_worth(max_charge_kw: float, worth: list[float]) -> None:
    cell = battery(max_charge_kw=max_charge_kw)
    result = solve(house([2.0, 7.0], batteries=(cell,)), MONEY_ALONE)
    assert result.duals is not None
    assert result.duals.energy == pytest.approx(worth)


def test_content_is_worth_what_it_will_replace() -> None:
    cell = battery(initial_kwh=0.5, discharge_efficiency=0.5, max_charge_kw=0.0)
    result = solve(house([2.0, 8.0], batteries=(cell,)), MONEY_ALONE)
    assert result.duals is not None
    assert result.duals.content["battery"][0] == pytest.approx(4.0)


def test_a_dual_that_holds_a_penalty_is_not_shown() -> None:
    cell = battery(target_kwh=3.0)
    result = solve(house([2.0], batteries=(cell,)), MONEY_ALONE)
    assert result.duals is not None
    assert np.isnan(result.duals.content["battery"][0])
    assert result.duals.energy == pytest.approx([2.0])
