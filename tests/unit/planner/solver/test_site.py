"""The connection: grid limits, phases, inverter, and what is metered apart."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    KeplerGoal,
    ObjectiveTerm,
)
from tests.unit.planner.solver.houses import (
    MONEY_ALONE,
    ONE_PHASE,
    THREE_PHASES,
    battery,
    broken,
    car,
    house,
    taken,
)


def test_pv_is_used_then_exported_then_left() -> None:
    problem = house([2.0, 2.0], export_price=[1.0, -1.0], pv_kwh=[3.0, 3.0])
    result = solve(problem, MONEY_ALONE)
    assert result.export_kwh == pytest.approx([2.0, 0.0])
    assert result.curtailed_kwh == pytest.approx([0.0, 2.0])
    assert result.money == pytest.approx(-2.0)


def test_a_negative_import_price_leaves_the_pv_unused() -> None:
    result = solve(house([-1.0], pv_kwh=[3.0]), MONEY_ALONE)
    assert result.curtailed_kwh == pytest.approx([3.0])
    assert result.import_kwh == pytest.approx([1.0])


def test_export_that_pays_more_than_import_costs_is_no_circle() -> None:
    result = solve(house([1.0, 1.0], export_price=2.0, pv_kwh=[0.5, 3.0]), MONEY_ALONE)
    assert result.import_kwh == pytest.approx([0.5, 0.0])
    assert result.export_kwh == pytest.approx([0.0, 2.0])


def test_an_import_limit_holds_devices_back() -> None:
    grid = replace(ONE_PHASE, import_limit_kw=np.array([2.5, 9.0]))
    result = solve(house([1.0, 9.0], grid=grid, batteries=(battery(),)), MONEY_ALONE)
    assert taken(result, "battery") == [1.0, -1.0]
    grid = replace(ONE_PHASE, import_limit_kw=np.array([1.5, 9.0]))
    result = solve(house([1.0, 9.0], grid=grid, batteries=(battery(),)), MONEY_ALONE)
    assert taken(result, "battery") == [0.5, -0.5]
    assert result.import_limited is not None
    assert result.import_limited.tolist() == [True, False]


def test_a_household_beyond_the_import_limit_is_reported() -> None:
    grid = replace(ONE_PHASE, import_limit_kw=np.array([0.4, 9.0]))
    result = solve(house([1.0, 1.0], grid=grid), MONEY_ALONE)
    assert broken(result) == [(BreachKind.IMPORT_LIMIT, 0.6, "", 0)]


@pytest.mark.parametrize(("limit", "exported"), [(0.0, 0.0), (0.5, 0.5), (9.0, 2.0)])
def test_an_export_limit_leaves_pv_unused(limit: float, exported: float) -> None:
    grid = replace(ONE_PHASE, export_limit_kw=limit)
    result = solve(house([2.0], export_price=1.0, pv_kwh=3.0, grid=grid), MONEY_ALONE)
    assert result.export_kwh == pytest.approx([exported])
    assert not result.breaches


def test_a_household_that_gives_more_than_may_be_exported_is_reported() -> None:
    grid = replace(ONE_PHASE, export_limit_kw=1.0)
    result = solve(house([2.0], load_kwh=-3.0, grid=grid), MONEY_ALONE)
    assert broken(result) == [(BreachKind.EXPORT_LIMIT, 2.0, "", 0)]


def test_the_breaker_of_one_phase_holds_a_car_back() -> None:
    grid = replace(THREE_PHASES, phase_limit_kw=3.0, load_shares=(0.5, 0.25, 0.25))
    charger = car(2, goals=(KeplerGoal(by=2, energy_kwh=5.0),))
    result = solve(house([1.0, 2.0], grid=grid, cars=(charger,)), MONEY_ALONE)
    assert taken(result, "car") == [2.5, 2.5]
    assert result.import_limited is not None
    assert result.import_limited.all()


def test_three_devices_that_want_more_than_the_breaker_share_it() -> None:
    grid = replace(ONE_PHASE, phase_limit_kw=4.0)
    cars = tuple(car(2, car_id=name, goals=(KeplerGoal(by=2, energy_kwh=4.0),)) for name in "abc")
    result = solve(house([1.0, 1.0], grid=grid, cars=cars), MONEY_ALONE)
    total = sum(result.devices[name].charge_kwh for name in "abc")
    assert np.all(total <= 3.0 + 1e-6)
    missing = sum(breach.kwh for breach in result.breaches)
    assert missing == pytest.approx(6.0)
    assert {breach.kind for breach in result.breaches} == {BreachKind.CAR_GOAL}


@pytest.mark.parametrize(("load", "kwh"), [(9.0, 1.0), (-9.0, 1.0)], ids=["import", "export"])
def test_a_household_beyond_the_breaker_is_reported_by_phase(load: float, kwh: float) -> None:
    grid = replace(THREE_PHASES, phase_limit_kw=2.0)
    result = solve(house([1.0], load_kwh=load, grid=grid), MONEY_ALONE)
    assert broken(result) == [(BreachKind.BREAKER, kwh, phase, 0) for phase in "ABC"]


def test_the_inverter_limits_pv_and_battery_together() -> None:
    grid = replace(ONE_PHASE, inverter_max_kw=2.0)
    cell = battery(initial_kwh=4.0)
    problem = house([5.0], export_price=4.0, pv_kwh=1.5, grid=grid, batteries=(cell,))
    result = solve(problem, MONEY_ALONE)
    flow = 1.5 - result.curtailed_kwh[0] + result.devices["battery"].discharge_kwh[0]
    assert flow == pytest.approx(2.0)


def test_the_inverter_limits_charging() -> None:
    grid = replace(ONE_PHASE, inverter_max_kw=1.5)
    problem = house([1.0, 9.0], load_kwh=[0.0, 2.0], grid=grid, batteries=(battery(),))
    assert taken(solve(problem, MONEY_ALONE), "battery") == [1.5, -1.5]


def test_without_netting_each_phase_is_billed_apart() -> None:
    grid = replace(THREE_PHASES, phase_netting=False, load_shares=(1.0, 0.0, 0.0))
    problem = house([3.0], load_kwh=3.0, pv_kwh=3.0, export_price=1.0, grid=grid)
    result = solve(problem, MONEY_ALONE)
    assert result.import_kwh == pytest.approx([2.0])
    assert result.export_kwh == pytest.approx([2.0])
    assert result.money == pytest.approx(4.0)
    assert result.duals is not None
    assert result.duals.energy == pytest.approx([3.0])


def test_without_netting_no_phase_imports_and_exports_at_once() -> None:
    grid = replace(THREE_PHASES, phase_netting=False, load_shares=(1.0, 0.0, 0.0))
    problem = house([1.0], load_kwh=3.0, pv_kwh=3.0, export_price=2.0, grid=grid)
    result = solve(problem, MONEY_ALONE)
    assert result.import_kwh == pytest.approx([2.0])
    assert result.export_kwh == pytest.approx([2.0])


def test_an_import_limit_counts_the_phases_that_are_billed_apart() -> None:
    grid = replace(
        THREE_PHASES,
        phase_netting=False,
        load_shares=(1.0, 0.0, 0.0),
        import_limit_kw=np.array([1.0]),
    )
    result = solve(house([1.0], load_kwh=3.0, grid=grid), MONEY_ALONE)
    assert broken(result) == [(BreachKind.IMPORT_LIMIT, 2.0, "", 0)]


@pytest.mark.parametrize(("threshold", "exported"), [(0.0, 2.0), (0.4, 2.0), (0.6, 0.0)])
def test_the_threshold_holds_back_battery_export_alone(threshold: float, exported: float) -> None:
    cell = battery(initial_kwh=2.0, terminal_value=((4.0, 1.0),))
    problem = house([3.0], load_kwh=0.0, pv_kwh=1.0, export_price=1.5, batteries=(cell,))
    config = replace(MONEY_ALONE, export_threshold_per_kwh=threshold)
    result = solve(problem, config)
    assert result.export_kwh == pytest.approx([1.0 + exported])
    assert result.objective[ObjectiveTerm.SHAPING] == pytest.approx(threshold * exported)


def test_the_threshold_is_nothing_to_a_house_without_batteries() -> None:
    config = replace(MONEY_ALONE, export_threshold_per_kwh=0.5)
    result = solve(house([3.0], pv_kwh=3.0, export_price=0.2), config)
    assert result.export_kwh == pytest.approx([2.0])
    assert result.objective[ObjectiveTerm.SHAPING] == 0.0


def test_a_ramp_is_priced_per_kw_and_reported_apart() -> None:
    config = replace(MONEY_ALONE, ramp_cost_per_kw=0.1)
    result = solve(house([1.0, 3.0], batteries=(battery(),)), config)
    assert taken(result, "battery") == [1.0, -1.0]
    assert result.objective[ObjectiveTerm.SHAPING] == pytest.approx(0.2)
    assert result.money == pytest.approx(2.0)
