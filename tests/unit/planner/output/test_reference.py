"""What the days would cost without a plan, by hand for small homes and against the solver."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.output.bill import bill, peak_fee
from custom_components.loadstar.engine.planner.output.reference import reference_cost
from custom_components.loadstar.engine.planner.output.self_consumption import HomeFlows
from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerConfig,
    KeplerGrid,
    KeplerInput,
    KeplerPeak,
    KeplerResult,
    ObjectiveTerm,
    PeakWindow,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.output.cases import Case

WEAR = 0.02
HOME = Case(price=[0.3, 0.2, 0.1], export_price=[0.05] * 3, load=[1.0] * 3, battery=[0.0] * 3)


def cost(case: Case, wear: float = 0.0) -> float:
    return reference_cost(case.problem, case.result, wear)


COSTS = {
    "the battery serves the home from the first hour on": (HOME, 0.0),
    "until its floor": (HOME.but(start_kwh=2.5), 0.5 * 0.2 + 0.1),
    "it gives no more than it can": (HOME.but(load=[5.0, 0.0, 0.0]), 0.3),
    "nor than the inverter lets through": (
        HOME.but(load=[5.0, 0.0, 0.0], pv=[1.0, 0.0, 0.0], inverter_max_kw=3.0),
        2.0 * 0.3,
    ),
    "it takes surplus sun before any is sold": (
        HOME.but(start_kwh=9.0, pv=[4.0, 0.0, 0.0]),
        -2.0 * 0.05,
    ),
    "it takes no more than it can": (HOME.but(start_kwh=1.0, pv=[8.0, 0.0, 0.0]), -3.0 * 0.05),
    "it buys nothing however cheap": (
        HOME.but(price=[-1.0, 1.0, 1.0], start_kwh=1.0),
        -1.0 + 1.0 + 1.0,
    ),
    "without one everything is bought": (HOME.but(battery=None), 0.6),
    "sun is sold whatever it earns": (
        HOME.but(battery=None, pv=[3.0, 0.0, 0.0], export_price=[-0.1] * 3),
        2.0 * 0.1 + 0.3,
    ),
    "but for what may not be exported": (
        HOME.but(battery=None, pv=[3.0, 0.0, 0.0], export_limit_kw=0.5),
        -0.5 * 0.05 + 0.3,
    ),
    "nor leave the inverter": (
        HOME.but(battery=None, pv=[3.0, 0.0, 0.0], inverter_max_kw=2.0),
        -1.0 * 0.05 + 0.3,
    ),
    "a car charges when it comes": (
        HOME.but(battery=None, car=[0.0, 0.0, 3.0], car_present=[False, True, True]),
        0.6 + 3.0 * 0.2,
    ),
    "as fast as it can": (
        HOME.but(battery=None, car=[0.0, 3.0, 3.0]),
        0.6 + 3.7 * 0.3 + 2.3 * 0.2,
    ),
    "within the breaker": (
        HOME.but(battery=None, load=[8.0, 1.0, 1.0], car=[0.0, 3.0, 0.0]),
        8.0 * 0.3 + 0.2 + 0.1 + 2.0 * 0.3 + 1.0 * 0.2,
    ),
    "which the sun widens": (
        HOME.but(battery=None, load=[10.0, 0.0, 0.0], pv=[3.0, 0.0, 0.0], car=[0.0, 3.0, 0.0]),
        10.0 * 0.3,
    ),
    "not at all below its least": (
        HOME.but(battery=None, load=[9.0, 1.0, 1.0], car=[0.0, 3.0, 0.0]),
        9.0 * 0.3 + 0.2 + 0.1 + 3.0 * 0.2,
    ),
    "within the import limit": (
        HOME.but(battery=None, import_limit_kw=3.0, car=[0.0, 3.0, 0.0]),
        0.6 + 2.0 * 0.3 + 1.0 * 0.2,
    ),
    "what it cannot take is bought later": (
        HOME.but(battery=None, car=[3.0, 0.0, 0.0], car_present=[False] * 3),
        0.6 + 3.0 * 0.2,
    ),
    "water is reheated at full power, in bursts over the day": (
        HOME.but(battery=None, water=[0.0, 1.0, 2.0]),
        0.6 + 1.5 * 0.3 + 1.0 * 0.2 + 0.5 * 0.1,
    ),
    "without a pause where it needs all day": (
        HOME.but(battery=None, water=[2.0, 2.0, 2.0]),
        0.6 + 2.0 * 0.6,
    ),
    "warm water is not heated": (HOME.but(battery=None, water=[0.0, 0.0, 0.0]), 0.6),
    "loads run at once": (
        HOME.but(battery=None, load_run=[0.0, 0.0, 1.0], load_starts=(0, 1, 2)),
        0.6 + 0.3,
    ),
    "unless they have no start": (
        HOME.but(battery=None, load_run=[0.0, 0.0, 0.0], load_starts=()),
        0.6,
    ),
}


@pytest.mark.parametrize(("case", "expected"), COSTS.values(), ids=COSTS)
def test_a_home_without_a_plan_costs(case: Case, expected: float) -> None:
    assert cost(case) == pytest.approx(expected)


def test_wear_counts_half_on_each_side() -> None:
    # 1 kWh in, 2 kWh out
    case = HOME.but(pv=[2.0, 0.0, 0.0], start_kwh=1.0)
    assert cost(case, WEAR) == pytest.approx(0.1 + WEAR / 2 * (1.0 + 1.0))


def test_losses_are_borne() -> None:
    case = HOME.but(pv=[3.0, 0.0, 0.0], start_kwh=1.0, efficiency=0.5)
    assert cost(case) == pytest.approx(0.5 * 0.2 + 0.1)


def with_battery(problem: KeplerInput, **changes: object) -> KeplerInput:
    battery = replace(problem.batteries[0], **changes)  # type: ignore[arg-type]  # named fields
    return replace(problem, batteries=(battery,))


def test_what_is_left_is_worth_what_the_plan_says() -> None:
    problem = with_battery(HOME.problem, terminal_value=((0.5, 0.4), (10.0, 0.1)))
    # 2 kWh inside, 1 of them above the floor
    assert reference_cost(problem, HOME.result, 0.0) == pytest.approx(-0.5 * 0.4 - 0.5 * 0.1)


def test_the_battery_follows_its_curves() -> None:
    slow = with_battery(HOME.problem, discharge_curve=((0.0, 0.25), (10.0, 0.25)))
    assert reference_cost(slow, HOME.result, 0.0) == pytest.approx(0.75 * 0.6)


def test_the_car_follows_its_taper() -> None:
    case = HOME.but(battery=None, car=[3.0, 0.0, 0.0])
    car = replace(case.problem.cars[0], taper=((0.0, 2.0), (2.0, 1.0), (4.0, 0.5)))
    problem = replace(case.problem, cars=(car,))
    expected = 0.6 + 2.0 * 0.3 + 1.0 * 0.2
    assert reference_cost(problem, case.result, 0.0) == pytest.approx(expected)


def test_cars_share_a_circuit_in_their_order() -> None:
    case = HOME.but(battery=None, load=[0.0] * 3, car=[3.0, 0.0, 0.0])
    grid = replace(case.problem.grid, circuits={"garage": 3.7})
    first = replace(case.problem.cars[0], circuits=("garage",))
    second = replace(first, car_id="w")
    problem = replace(case.problem, grid=grid, cars=(first, second))
    result = replace(case.result, devices={**case.result.devices, "w": case.result.devices["c"]})
    # the second waits, as 0.7 kW are below its least
    assert reference_cost(problem, result, 0.0) == pytest.approx(3.0 * 0.3 + 3.0 * 0.2)


def test_phases_metered_apart_import_and_export_at_once() -> None:
    case = Case(price=[0.3], export_price=[0.1], load=[3.0], pv=[3.0])
    grid = KeplerGrid(
        phases=3,
        phase_limit_kw=10.0,
        load_shares=(1.0, 0.0, 0.0),
        inverter_shares=(1 / 3,) * 3,
        phase_netting=False,
    )
    apart = replace(case.problem, grid=grid)
    assert reference_cost(apart, case.result, 0.0) == pytest.approx(2.0 * 0.3 - 2.0 * 0.1)
    together = replace(apart, grid=replace(grid, phase_netting=True))
    assert reference_cost(together, case.result, 0.0) == pytest.approx(0.0)


def test_worth_that_the_plan_counts_of_its_cars_is_the_same_without_it() -> None:
    worthy = replace(HOME.result, objective={ObjectiveTerm.CAR_WORTH: -2.0})
    assert reference_cost(HOME.problem, worthy, 0.0) == pytest.approx(-2.0)


PEAK = KeplerPeak(
    fee_per_kw=4.0,
    peaks_counted=2,
    past_kw=(5.0,),
    so_far_kw=(1.0, 0.0),
    windows=(
        PeakWindow(slots=(0,), hours=1.0, day=0),
        PeakWindow(slots=(1, 2), hours=2.0, day=1, metered_kwh=1.0),
    ),
)
IMPORTED = np.array([2.0, 5.0, 2.0])

FEES = {
    "the mean of the highest": (PEAK, 4.0 * (5.0 + 4.0) / 2),
    "beyond what the month will see anyway": (replace(PEAK, base_kw=3.0), 4.0 * (1.5 + 3.0 - 3.0)),
    "days to come count as none": (replace(PEAK, peaks_counted=5), 4.0 * (5.0 + 4.0 + 2.0) / 5),
    "what was seen already counts": (replace(PEAK, so_far_kw=(9.0, 0.0)), 4.0 * (9.0 + 5.0) / 2),
    "windows without slots do not": (
        replace(PEAK, windows=(PeakWindow(slots=(), hours=1.0, day=0, metered_kwh=99.0),)),
        4.0 * (5.0 + 1.0) / 2,
    ),
}


@pytest.mark.parametrize(("peak", "fee"), FEES.values(), ids=FEES)
def test_a_peak_tariff_charges(peak: KeplerPeak, fee: float) -> None:
    assert peak_fee(peak, IMPORTED) == pytest.approx(fee)


def flows_of_plan(problem: KeplerInput, result: KeplerResult) -> HomeFlows:
    final_kwh, cycled = {}, 0.0
    for battery in problem.batteries:
        plan = result.devices[battery.battery_id]
        assert plan.content_kwh is not None
        final_kwh[battery.battery_id] = float(plan.content_kwh[-1])
        cycled += float(plan.charge_kwh.sum() + plan.discharge_kwh.sum())
    return HomeFlows(result.import_kwh, result.export_kwh, cycled, final_kwh)


@pytest.mark.parametrize("seed", [3, 11, 17, 24])
def test_the_bill_counts_as_the_solver_does(seed: int) -> None:
    problem = random_home(seed)
    config = KeplerConfig(wear_cost_per_kwh=WEAR, relative_gap=0.05, time_limit_s=2.0)
    result = solve(problem, config)
    terms = bill(problem, flows_of_plan(problem, result), WEAR)
    for term, amount in terms.items():
        assert amount == pytest.approx(result.objective.get(term, 0.0), abs=1e-5), term
