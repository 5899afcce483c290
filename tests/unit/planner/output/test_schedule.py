"""A solved problem becomes a schedule that people and devices can read."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.config import PlanKind, PlannerConfig
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, PlanWarning
from custom_components.loadstar.engine.planner.output.schedule import build_schedule
from custom_components.loadstar.engine.planner.output.types import ChargerSlot, Schedule, SlotAction
from custom_components.loadstar.engine.planner.solver.types import (
    Breach,
    BreachKind,
    KeplerGoal,
    KeplerInput,
    KeplerResult,
    SolveStatus,
)
from custom_components.loadstar.engine.planner.strategy.types import (
    Decisions,
    ManualOrders,
    Posture,
)
from tests.unit.planner.output.cases import NAN, NOW, Case

HOME = Case(
    price=[0.1, 0.4],
    export_price=[0.05, 0.05],
    pv=[0.0, 1.0],
    load=[1.0, 2.0],
    battery=[2.0, -2.0],
    worth=[0.2, 0.2],
    car=[2.3, 0.0],
    water=[2.0, 0.0],
    load_run=[0.0, 1.0],
    curtailed=[0.0, 0.5],
    peak_kw=(4.5,),
)


def built(
    problem: KeplerInput,
    result: KeplerResult,
    planner_input: PlannerInput = HOME.planner_input,
    *,
    kind: PlanKind = PlanKind.FULL,
    open_ended: frozenset[str] = frozenset(),
) -> Schedule:
    decisions = Decisions(
        posture=Posture(
            export_threshold_per_kwh=0.0,
            wear_cost_per_kwh=0.0,
            import_limit_kw=np.full(len(problem.hours), np.inf),
        ),
        planned_load_kwh=problem.load_kwh,
        planned_pv_kwh=problem.pv_kwh,
        s_index=1.1,
        target_soc_percent=15.0,
        manual=ManualOrders(open_ended=open_ended),
    )
    return build_schedule(
        planner_input,
        PlannerConfig(wear_cost_per_kwh=0.0),
        decisions,
        problem,
        result,
        kind=kind,
        warnings=(PlanWarning(code="prices_short"),),
        times_ms={"solver": 3.0},
    )


def schedule(case: Case = HOME, open_ended: frozenset[str] = frozenset()) -> Schedule:
    return built(case.problem, case.result, case.planner_input, open_ended=open_ended)


def test_slots_hold_powers_and_what_is_in_the_battery() -> None:
    first, second = schedule().slots
    assert (first.start, first.end) == (NOW, NOW + timedelta(hours=1))
    assert (first.battery_charge_kw, first.battery_discharge_kw) == (2.0, 0.0)
    assert (second.battery_charge_kw, second.battery_discharge_kw) == (0.0, 2.0)
    assert (first.projected_soc_percent, second.projected_soc_percent) == (70.0, 50.0)
    assert first.batteries == {"b": 2.0}
    assert second.batteries == {"b": -2.0}
    assert first.import_kw == pytest.approx(7.3)
    assert second.import_kw == pytest.approx(0.5)
    assert second.curtailed_kw == 0.5
    assert first.action is SlotAction.CHARGE_FROM_GRID
    assert first.reason.code == "charge_saves"
    assert {slot.soc_target_percent for slot in (first, second)} == {15.0}


def test_slots_hold_chargers_and_loads() -> None:
    first, second = schedule().slots
    assert first.chargers == {"w1": ChargerSlot(power_kw=2.3, current_a=10.0)}
    assert second.chargers == {"w1": ChargerSlot(power_kw=0.0, current_a=0.0)}
    assert first.loads == {"w": 2.0, "l": 0.0}
    assert second.loads == {"w": 0.0, "l": 1.0}
    assert (first.water_heater_kw, second.water_heater_kw) == (2.0, 0.0)


def test_the_slot_that_runs_is_found_by_the_time() -> None:
    plan = schedule()
    assert plan.slot_at(NOW + timedelta(minutes=59)) is plan.slots[0]
    assert plan.slot_at(NOW + timedelta(hours=1)) is plan.slots[1]
    assert plan.slot_at(NOW + timedelta(hours=2)) is None


def test_power_is_a_mean_over_the_slot() -> None:
    short = replace(HOME.problem, hours=np.array([0.25, 1.0]))
    case = HOME.but(car=[0.575, 0.0])
    plan = built(short, case.result, kind=PlanKind.BASELINE)
    assert plan.slots[0].chargers["w1"].current_a == pytest.approx(10.0)
    assert plan.kind == "baseline"


def test_the_sums_are_the_solvers() -> None:
    plan = schedule()
    assert (plan.cost, plan.gap, plan.solve_time_ms) == (1.5, 0.0, 3.0)
    assert plan.objective == {"import": 1.5, "penalties": 9.0}
    assert (plan.s_index, plan.target_soc_percent, plan.peak_kw) == (1.1, 15.0, 4.5)
    assert plan.times_ms == {"solver": 3.0}
    assert plan.reference_cost is not None
    assert plan.saving == plan.reference_cost - 1.5
    assert [each.name for each in plan.devices] == ["Car", "Boiler", "Washer"]


def test_without_battery_or_peaks_there_is_nothing_to_show() -> None:
    plan = schedule(HOME.but(battery=None, peak_kw=()))
    assert plan.peak_kw is None
    assert plan.slots[0].projected_soc_percent is None
    assert plan.slots[0].batteries == {}


def test_dust_is_no_power() -> None:
    assert schedule(HOME.but(battery=[9e-5, -9e-5])).slots[0].battery_charge_kw == 0.0


def test_breaches_follow_the_warnings_of_the_input() -> None:
    breach = Breach(kind=BreachKind.BREAKER, kwh=1.0, device_id="A", slot=0)
    codes = [each.code for each in schedule(HOME.but(breaches=(breach,))).warnings]
    assert codes == ["prices_short", "breach_breaker"]


def test_as_much_as_can_be_is_never_too_little() -> None:
    orders = (
        Breach(kind=BreachKind.MANUAL, kwh=1.0, device_id="b", slot=0),
        Breach(kind=BreachKind.MANUAL, kwh=1.0, device_id="c", slot=0),
    )
    plan = schedule(HOME.but(breaches=orders), open_ended=frozenset({"b"}))
    assert [each.data.get("name") for each in plan.warnings] == [None, "Car"]


@pytest.mark.parametrize("device", ["b", "c", "w", "l"])
def test_a_slot_with_an_order_is_manual(device: str) -> None:
    plan = schedule(HOME.but(orders={device: [1.0, NAN]}))
    assert [slot.is_manual for slot in plan.slots] == [True, False]


def test_a_slot_with_ordered_export_is_manual() -> None:
    plan = schedule(HOME.but(least_export=[NAN, 1.0]))
    assert [slot.is_manual for slot in plan.slots] == [False, True]


SUN = Case(price=[0.3], export_price=[0.05], pv=[2.0], load=[0.0], car=[2.0])
WORTHY = KeplerGoal(by=1, energy_kwh=0.0, most_kwh=9.0, worth_per_kwh=0.1)

SURPLUS = {
    "a car on the sun follows it": (SUN, True),
    "one on bought energy does not": (SUN.but(pv=[0.0]), False),
    "nor one on the battery": (SUN.but(pv=[0.0], battery=[-2.0]), False),
    "one that waits does not": (SUN.but(car=[0.0]), False),
    "unless a kWh is worth more in it": (SUN.but(car=[0.0], surplus_worth=0.1), True),
    "than it earns": (SUN.but(car=[0.0], surplus_worth=0.04), False),
    "or its goal says so": (SUN.but(car=[0.0], car_goals=(WORTHY,)), True),
    "but not when it is full": (SUN.but(car=[30.0], pv=[30.0], surplus_worth=0.1), False),
    "or away": (SUN.but(car=[0.0], surplus_worth=0.1, car_present=[False]), False),
}


@pytest.mark.parametrize(("case", "surplus"), SURPLUS.values(), ids=SURPLUS)
def test_a_charger_is_told_to_take_what_would_be_exported(case: Case, surplus: bool) -> None:  # noqa: FBT001
    assert schedule(case).slots[0].chargers["w1"].surplus is surplus


def test_a_car_on_one_phase_of_its_own_choice() -> None:
    case = Case(price=[0.3, 0.3], car=[2.3, 6.9])
    problem = replace(
        case.problem,
        cars=(replace(case.problem.cars[0], phases="ABC", single_phase=(1.4, 3.7)),),
        grid=replace(
            case.problem.grid, phases=3, load_shares=(1 / 3,) * 3, inverter_shares=(1 / 3,) * 3
        ),
    )
    planner_input = replace(
        case.planner_input, cars=(replace(case.planner_input.cars[0], phase_choice=True),)
    )
    plan = replace(case.result.devices["c"], single_phase=np.array([True, False]))
    result = replace(case.result, devices={**case.result.devices, "c": plan})
    slots = built(problem, result, planner_input).slots
    chargers = [slot.chargers["w1"] for slot in slots]
    assert [each.phases for each in chargers] == ["A", "ABC"]
    assert [each.current_a for each in chargers] == pytest.approx([10.0, 10.0])


def test_of_two_cars_at_a_charger_the_one_that_charges_is_shown() -> None:
    case = Case(price=[0.3], car=[2.3], water=[0.0])
    idle = replace(case.problem.cars[0], car_id="w")
    for cars in ((idle, case.problem.cars[0]), (case.problem.cars[0], idle)):
        problem = replace(case.problem, cars=cars, water_heaters=())
        twin = replace(case.planner_input.cars[0], car_id="w")
        planner_input = replace(
            case.planner_input, cars=(*case.planner_input.cars, twin), water_heaters=()
        )
        plan = built(problem, case.result, planner_input)
        assert plan.slots[0].chargers["w1"].power_kw == pytest.approx(2.3)


def test_nothing_is_compared_with_a_plan_that_failed() -> None:
    plan = built(HOME.problem, replace(HOME.result, status=SolveStatus.FAILED))
    assert plan.reference_cost is None
    assert plan.saving is None
