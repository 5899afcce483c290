"""Problems at the edge of sense, each with what the solver has to make of it."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerDeferrable,
    KeplerGoal,
    KeplerGrid,
    KeplerInput,
    KeplerResult,
    KeplerWater,
    SolveStatus,
    WaterDay,
)
from tests.unit.planner.judge import complaints
from tests.unit.planner.judge_blocks import complaints_of_blocks

SLOTS = 16
CONFIG = KeplerConfig()
DAY = np.concatenate([np.full(8, 0.10), np.full(8, 0.40)])
BATTERY = KeplerBattery(
    battery_id="battery",
    capacity_kwh=10.0,
    initial_kwh=5.0,
    min_kwh=1.0,
    max_kwh=10.0,
    max_charge_kw=4.0,
    max_discharge_kw=4.0,
    charge_efficiency=0.95,
    discharge_efficiency=0.95,
)
CAR = KeplerCar(
    car_id="car",
    phases="A",
    min_kw=1.38,
    max_kw=3.68,
    present=np.ones(SLOTS, dtype=np.bool_),
    room_kwh=30.0,
    goals=(KeplerGoal(by=SLOTS, energy_kwh=6.0),),
)
WATER = KeplerWater(
    load_id="boiler",
    phases="A",
    power_kw=2.0,
    block_slots=4,
    continuous=False,
    allowed=np.ones(SLOTS, dtype=np.bool_),
    days=(WaterDay(first=0, end=SLOTS, energy_kwh=2.0),),
)
WASHER = KeplerDeferrable(
    load_id="washer", phases="A", power_kw=2.0, slots=4, starts=tuple(range(SLOTS - 3))
)


def home(
    import_price: FloatArray = DAY,
    *,
    export_price: FloatArray | None = None,
    pv_kw: float = 0.0,
    load_kw: float = 0.4,
    breaker_kw: float = 8.0,
    hours: FloatArray | None = None,
    batteries: tuple[KeplerBattery, ...] = (),
    cars: tuple[KeplerCar, ...] = (),
    water: tuple[KeplerWater, ...] = (),
    deferrables: tuple[KeplerDeferrable, ...] = (),
) -> KeplerInput:
    lengths = np.full(import_price.size, 0.25) if hours is None else hours
    return KeplerInput(
        hours=lengths,
        import_price=import_price,
        export_price=import_price - 0.08 if export_price is None else export_price,
        pv_kwh=pv_kw * lengths,
        load_kwh=load_kw * lengths,
        grid=KeplerGrid(
            phases=1, phase_limit_kw=breaker_kw, load_shares=(1.0,), inverter_shares=(1.0,)
        ),
        batteries=batteries,
        cars=cars,
        water_heaters=water,
        deferrables=deferrables,
    )


def planned(problem: KeplerInput, config: KeplerConfig = CONFIG) -> KeplerResult:
    result = solve(problem, config)
    assert complaints(problem, result) == []
    assert complaints_of_blocks(problem, result) == []
    assert result.status in {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}
    assert result.status is SolveStatus.OPTIMAL or problem.cars
    return result


def told(result: KeplerResult) -> list[tuple[BreachKind, str, object]]:
    return [(breach.kind, breach.device_id, breach.kwh) for breach in result.breaches]


def kinds(result: KeplerResult) -> set[BreachKind]:
    return {breach.kind for breach in result.breaches}


def test_a_home_with_nothing_to_decide_is_planned() -> None:
    result = planned(home())
    assert result.import_kwh == pytest.approx(np.full(SLOTS, 0.1))
    assert result.breaches == ()
    assert result.money == pytest.approx(16 * 0.1 * 0.25)


def test_a_single_slot_is_planned() -> None:
    result = planned(home(np.array([0.3]), export_price=np.zeros(1), batteries=(BATTERY,)))
    assert result.devices["battery"].discharge_kwh == pytest.approx([0.1], abs=1e-6)


def test_equal_prices_move_nothing_through_a_battery() -> None:
    battery = replace(BATTERY, terminal_value=((10.0, 0.28),))
    plan = planned(home(np.full(SLOTS, 0.3), batteries=(battery,))).devices["battery"]
    assert plan.charge_kwh.sum() + plan.discharge_kwh.sum() == pytest.approx(0.0, abs=1e-6)


def test_equal_prices_charge_a_car_in_one_piece() -> None:
    car = planned(home(np.full(SLOTS, 0.3), cars=(CAR,))).devices["car"]
    on = car.charge_kwh > 1e-6
    assert np.count_nonzero(np.diff(np.concatenate(([False], on, [False])).astype(int)) == 1) == 1
    assert car.charge_kwh.sum() == pytest.approx(6.0, abs=1e-5)


def test_negative_prices_leave_pv_unused_and_fill_the_battery() -> None:
    prices = np.concatenate([np.full(8, -0.2), np.full(8, 0.3)])
    result = planned(home(prices, export_price=prices, pv_kw=3.0, batteries=(BATTERY,)))
    assert result.curtailed_kwh[:8] == pytest.approx(np.full(8, 0.75), abs=1e-6)
    assert result.devices["battery"].charge_kwh[:8].sum() > 5.0
    assert result.export_kwh[:8].sum() == pytest.approx(0.0, abs=1e-6)


def test_export_that_earns_more_than_import_costs_makes_no_money_out_of_nothing() -> None:
    result = planned(home(DAY, export_price=DAY + 0.1))
    assert result.export_kwh.sum() == pytest.approx(0.0, abs=1e-6)
    assert result.import_kwh.sum() == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("initial", "kind"), [(0.2, BreachKind.SOC_FLOOR), (9.9, BreachKind.SOC_CEILING)]
)
def test_a_content_outside_its_limits_returns_at_once(initial: float, kind: BreachKind) -> None:
    battery = replace(BATTERY, initial_kwh=initial, min_kwh=2.5, max_kwh=8.0)
    result = planned(home(batteries=(battery,), load_kw=4.0))
    assert kinds(result) == {kind}
    content = result.devices["battery"].content_kwh
    assert content is not None
    outside = [breach.slot for breach in result.breaches]
    assert outside == list(range(len(outside)))
    assert len(outside) <= 2
    assert 2.5 - 1e-6 <= content[len(outside) + 1] <= 8.0 + 1e-6


def test_a_battery_below_its_minimum_is_refilled_when_a_kwh_costs_least() -> None:
    battery = replace(BATTERY, initial_kwh=1.0, min_kwh=2.0, back_by=6)
    prices = np.full(SLOTS, 0.4)
    prices[3] = 0.1
    result = planned(replace(home(batteries=(battery,)), import_price=prices))
    assert not result.breaches
    plan = result.devices["battery"]
    assert plan.content_kwh is not None
    assert plan.charge_kwh[:3].sum() < 0.1  # no more than it takes to be calm
    assert plan.charge_kwh[3] == pytest.approx(1.0)
    assert min(plan.content_kwh) == pytest.approx(1.0)
    assert plan.content_kwh[4] >= 2.0 - 1e-6


def test_a_battery_that_cannot_be_back_at_its_minimum_says_from_when_on() -> None:
    battery = replace(BATTERY, initial_kwh=0.5, min_kwh=9.0, back_by=2)
    result = planned(home(batteries=(battery,)))
    floors = [breach for breach in result.breaches if breach.kind is BreachKind.SOC_FLOOR]
    assert min(breach.slot for breach in floors if breach.slot is not None) == 2


def test_a_battery_without_capacity_rests() -> None:
    empty = replace(BATTERY, capacity_kwh=0.0, initial_kwh=0.0, min_kwh=0.0, max_kwh=0.0)
    plan = planned(home(batteries=(empty,))).devices["battery"]
    assert not plan.charge_kwh.any()
    assert not plan.discharge_kwh.any()


def test_an_unreachable_target_is_reported_with_what_is_missing() -> None:
    battery = replace(BATTERY, initial_kwh=1.0, max_charge_kw=0.5, target_kwh=6.0)
    result = planned(home(batteries=(battery,)))
    missing = 6.0 - 1.0 - 0.5 * 4 * 0.95
    assert told(result) == [(BreachKind.TARGET_SOC, "battery", pytest.approx(missing, abs=1e-5))]


def test_a_car_that_should_have_left_already_lacks_its_whole_goal() -> None:
    car = replace(CAR, goals=(KeplerGoal(by=0, energy_kwh=6.0),))
    result = planned(home(cars=(car,)))
    assert told(result) == [(BreachKind.CAR_GOAL, "car", pytest.approx(6.0))]
    assert not result.devices["car"].charge_kwh.any()


def test_a_car_that_is_never_there_lacks_its_whole_goal() -> None:
    car = replace(CAR, present=np.zeros(SLOTS, dtype=np.bool_))
    result = planned(home(cars=(car,)))
    assert told(result) == [(BreachKind.CAR_GOAL, "car", pytest.approx(6.0))]


def test_a_goal_beyond_what_fits_lacks_the_rest() -> None:
    car = replace(CAR, room_kwh=2.0)
    result = planned(home(cars=(car,)))
    assert result.devices["car"].charge_kwh.sum() == pytest.approx(2.0, abs=1e-5)
    assert told(result) == [(BreachKind.CAR_GOAL, "car", pytest.approx(4.0, abs=1e-5))]


def test_the_last_slot_before_full_may_run_below_the_minimum() -> None:
    car = replace(CAR, room_kwh=1.0, min_kw=3.0, goals=(KeplerGoal(by=SLOTS, energy_kwh=1.0),))
    result = planned(home(cars=(car,)))
    assert result.breaches == ()
    assert result.devices["car"].charge_kwh.sum() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("taper", [((0.0, 2.0), (30.0, 2.0)), ((0.0, 3.0), (4.0, 1.5))])
def test_a_taper_holds_from_the_first_slot(taper: tuple[tuple[float, float], ...]) -> None:
    prices = np.concatenate([[0.01], np.full(SLOTS - 1, 0.4)])
    result = planned(home(prices, cars=(replace(CAR, taper=taper),)))
    assert result.devices["car"].charge_kwh[0] <= taper[0][1] * 0.25 + 1e-6


def test_a_days_heat_is_met_even_where_it_takes_a_block_more() -> None:
    water = replace(WATER, days=(WaterDay(first=0, end=SLOTS, energy_kwh=2.3),))
    result = planned(home(np.full(SLOTS, 0.3), water=(water,)))
    assert result.breaches == ()
    assert result.devices["boiler"].charge_kwh.sum() == pytest.approx(4.0)


def test_three_devices_that_want_more_than_the_breaker_take_turns() -> None:
    """8 kW of breaker for 4 h serve a car, water and a washer, but not at the same time."""
    full = replace(CAR, goals=(KeplerGoal(by=SLOTS, energy_kwh=9.0),))
    problem = home(cars=(full,), water=(WATER,), deferrables=(WASHER,), breaker_kw=4.5)
    result = planned(problem)
    assert result.breaches == ()
    assert result.import_kwh.max() <= 4.5 * 0.25 + 1e-6


def test_what_the_breaker_cannot_serve_is_missed_by_the_car_after_water_and_washer() -> None:
    """Of 2 kW less 0.4 kW of household, over 4 h, water and washer (2 kW each) get none."""
    problem = home(cars=(CAR,), water=(WATER,), deferrables=(WASHER,), breaker_kw=2.0)
    result = planned(problem)
    assert kinds(result) == {BreachKind.WATER, BreachKind.DEFERRABLE}
    assert result.devices["car"].charge_kwh.sum() == pytest.approx(6.0, abs=1e-5)
    assert result.import_kwh.max() <= 2.0 * 0.25 + 1e-6


def test_a_household_beyond_its_breaker_is_told_and_gets_nothing_on_top() -> None:
    result = planned(home(load_kw=10.0, cars=(CAR,), breaker_kw=8.0))
    assert kinds(result) == {BreachKind.BREAKER, BreachKind.CAR_GOAL}
    over = {breach.slot: breach.kwh for breach in result.breaches if breach.slot is not None}
    assert over == {slot: pytest.approx(0.5) for slot in range(SLOTS)}
    assert not result.devices["car"].charge_kwh.any()


def test_a_horizon_that_begins_and_ends_mid_slot_is_planned_by_the_hours() -> None:
    hours = np.array([0.05, *[0.25] * 14, 0.1])
    result = planned(home(hours=hours, batteries=(BATTERY,), cars=(CAR,)))
    plan = result.devices["battery"]
    assert plan.charge_kwh[0] <= 4.0 * 0.05 + 1e-9
    assert plan.discharge_kwh[-1] <= 4.0 * 0.1 + 1e-9
    assert result.devices["car"].charge_kwh.sum() == pytest.approx(6.0, abs=1e-5)


def test_forbidden_export_leaves_pv_unused() -> None:
    problem = home(pv_kw=5.0)
    problem = replace(problem, grid=replace(problem.grid, export_limit_kw=0.0))
    result = planned(problem)
    assert result.export_kwh.sum() == pytest.approx(0.0, abs=1e-6)
    assert result.curtailed_kwh.sum() == pytest.approx(4.6 * 4.0)
