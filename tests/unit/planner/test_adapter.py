"""The home and what was decided about it, in the solver's units."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
import math
from typing import Any

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.config import (
    PlanKind,
    PlannerConfig,
    SolverConfig,
    StrategyConfig,
)
from custom_components.loadstar.engine.planner.devices import (
    Battery,
    Car,
    ChargingGoal,
    CircuitLimit,
    DeferrableLoad,
    Grid,
    ManualAction,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.types import (
    Circumstances,
    PlannerInput,
    PlanWarning,
    PreviousPlan,
)
from custom_components.loadstar.engine.planner.scheduling.plan_devices import plan_devices
from custom_components.loadstar.engine.planner.solver.adapter import to_kepler
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerGrid,
    KeplerInput,
)
from custom_components.loadstar.engine.planner.strategy.decide import decide
from custom_components.loadstar.engine.planner.strategy.types import Decisions
from tests.unit.planner.inputs.samples import (
    BATTERY,
    CAR,
    NOON,
    an_input,
    codes,
    near,
    some_slots,
)

HOUR = timedelta(hours=1)
CONFIG = PlannerConfig()
HEATER = WaterHeater(load_id="heater", name="Heater", power_kw=2.0, energy_kwh_per_day=4.0)
DISHES = DeferrableLoad(
    load_id="dishes",
    name="Dishes",
    power_kw=1.0,
    duration_minutes=60,
    earliest=NOON,
    latest_end=NOON + 8 * HOUR,
    phases="C",
)


def decided(
    planner_input: PlannerInput, config: PlannerConfig = CONFIG, kind: PlanKind = PlanKind.FULL
) -> Decisions:
    return plan_devices(planner_input, decide(planner_input, config, kind))


def adapted(
    planner_input: PlannerInput, config: PlannerConfig = CONFIG, kind: PlanKind = PlanKind.FULL
) -> tuple[KeplerInput, KeplerConfig, tuple[PlanWarning, ...]]:
    return to_kepler(planner_input, config, decided(planner_input, config, kind))


def battery_of(battery: Battery = BATTERY, **changes: Any) -> KeplerBattery:
    problem, _, _ = adapted(an_input(batteries=(battery,), **changes))
    return problem.batteries[0]


def car_of(car: Car, **changes: Any) -> KeplerCar:
    problem, _, _ = adapted(an_input(cars=(car,), **changes))
    return problem.cars[0]


def grid_of(grid: Grid, **changes: Any) -> KeplerGrid:
    problem, _, _ = adapted(an_input(grid=grid, **changes))
    return problem.grid


def test_figures_of_slots_become_arrays() -> None:
    slots = some_slots(6, price=lambda index: 0.01 * index, export=0.05, pv_kwh=0.5, load_kwh=0.2)
    problem, _, warnings = adapted(an_input(slots), kind=PlanKind.BASELINE)
    assert problem.hours == pytest.approx([0.25] * 24)
    assert problem.import_price == pytest.approx(0.01 * np.arange(24))
    assert set(problem.export_price) == {0.05}
    assert set(problem.pv_kwh) == {0.5}
    assert set(problem.load_kwh) == {0.2}
    assert warnings == ()


def test_a_batterys_percents_become_kwh() -> None:
    battery = battery_of(
        replace(
            BATTERY,
            capacity_kwh=8.0,
            max_soc_percent=90.0,
            charge_curve=((100.0, 1.0), (80.0, 5.0)),
            discharge_curve=((10.0, 2.0),),
        )
    )
    assert (battery.capacity_kwh, battery.initial_kwh) == (8.0, 4.0)
    assert (battery.min_kwh, battery.max_kwh) == pytest.approx((1.6, 7.2))
    assert battery.back_by == 12 * 4
    assert (battery.max_charge_kw, battery.max_discharge_kw) == (5.0, 4.0)
    assert battery.charge_curve == ((near(6.4), 5.0), (8.0, 1.0))
    assert battery.discharge_curve == ((near(0.8), 2.0),)
    assert battery.target_kwh == pytest.approx(1.6)
    assert battery.terminal_value
    assert battery.grid_charging


def test_batteries_may_be_kept_from_the_grid() -> None:
    assert not battery_of(grid=Grid(allow_grid_charging=False)).grid_charging


def test_a_battery_of_unknown_soc_is_left_out_and_said() -> None:
    unknown = replace(BATTERY, battery_id="unknown", soc_percent=None)
    problem, _, warnings = adapted(an_input(batteries=(unknown, BATTERY)))
    assert [battery.battery_id for battery in problem.batteries] == ["battery"]
    assert codes(warnings) == ["battery_soc_unknown"]


def test_a_soc_outside_its_range_is_clamped_and_said() -> None:
    problem, _, warnings = adapted(an_input(batteries=(replace(BATTERY, soc_percent=120.0),)))
    assert problem.batteries[0].initial_kwh == 10.0
    assert codes(warnings) == ["battery_soc_clamped"]


@pytest.mark.parametrize(
    ("phases", "site_phases", "found", "kw"),
    [
        ("ABC", 3, "ABC", (4.14, 11.04)),
        ("B", 3, "B", (1.38, 3.68)),
        ("AC", 3, "AC", (2.76, 7.36)),
        ("ABC", 1, "A", (1.38, 3.68)),
        ("C", 1, "A", (1.38, 3.68)),
    ],
)
def test_a_cars_currents_become_kw_on_the_phases_that_are_there(
    phases: str, site_phases: int, found: str, kw: tuple[float, float]
) -> None:
    car = car_of(replace(CAR, phases=phases), grid=Grid(phases=site_phases))
    assert car.phases == found
    assert (car.min_kw, car.max_kw) == pytest.approx(kw)


@pytest.mark.parametrize(
    ("phases", "choice", "single"),
    [("ABC", True, (1.38, 3.68)), ("ABC", False, None), ("A", True, None)],
)
def test_a_car_may_choose_one_of_several_phases(
    phases: str,
    choice: bool,  # noqa: FBT001
    single: tuple[float, float] | None,
) -> None:
    car = car_of(replace(CAR, phases=phases, phase_choice=choice))
    assert car.single_phase == (None if single is None else pytest.approx(single))


def test_a_cars_taper_counts_from_now_at_the_charger() -> None:
    tapering = replace(CAR, taper=((100.0, 1.0), (0.0, 11.0), (80.0, 11.0), (90.0, 5.0)))
    # 40 % now, 0.6 kWh per percent, 0.9 of it arrive
    assert np.array(car_of(tapering).taper) == pytest.approx(
        np.array([(0.0, 11.0), (40 * 0.6 / 0.9, 11.0), (50 * 0.6 / 0.9, 5.0), (40.0, 1.0)])
    )
    nearly_full = car_of(replace(tapering, soc_percent=85.0)).taper
    assert nearly_full[0] == (0.0, near(8.0))
    assert car_of(replace(tapering, capacity_kwh=None)).taper == ()


def test_a_car_knows_the_circuits_that_it_hangs_on() -> None:
    circuits = (
        CircuitLimit(
            circuit_id="garage", name="Garage", limit_a=20.0, charger_ids=frozenset({"charger"})
        ),
        CircuitLimit(circuit_id="shed", name="Shed", limit_a=10.0, charger_ids=frozenset()),
    )
    problem, _, _ = adapted(an_input(cars=(CAR,), grid=Grid(circuits=circuits)))
    assert problem.cars[0].circuits == ("garage",)
    assert problem.grid.circuits == pytest.approx({"garage": 4.6, "shed": 2.3})


def test_a_car_whose_limits_make_no_sense_is_left_out_and_said() -> None:
    odd = replace(CAR, car_id="odd", min_current_a=20.0, efficiency=0.0)
    whole = an_input(cars=(odd, CAR))
    problem, _, _ = adapted(whole)
    assert [car.car_id for car in problem.cars] == ["car"]
    assert codes(decided(whole).warnings) == ["car_limits_invalid"]


def test_a_goal_reaches_the_solver() -> None:
    goal = ChargingGoal(by=NOON + 5 * HOUR, soc_percent=70.0)
    car = car_of(replace(CAR, goals=(goal,)))
    assert (car.goals[0].by, car.goals[0].energy_kwh) == (20, near(20.0))
    assert car.present.all()
    assert car.room_kwh == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("phases", "shares", "inverter", "expected"),
    [
        (3, (0.5, 0.3, 0.2), "ABC", ((0.5, 0.3, 0.2), (1 / 3, 1 / 3, 1 / 3))),
        (3, (1.0, 1.0, 2.0), "B", ((0.25, 0.25, 0.5), (0.0, 1.0, 0.0))),
        (3, (0.0, 0.0, 0.0), "AC", ((1 / 3, 1 / 3, 1 / 3), (0.5, 0.0, 0.5))),
        (3, (1.0,), "ABC", ((1 / 3, 1 / 3, 1 / 3), (1 / 3, 1 / 3, 1 / 3))),
        (1, (0.5, 0.3, 0.2), "ABC", ((1.0,), (1.0,))),
        (1, (0.5, 0.3, 0.2), "C", ((1.0,), (1.0,))),
    ],
)
def test_shares_of_phases_sum_to_one(
    phases: int,
    shares: tuple[float, ...],
    inverter: str,
    expected: tuple[Sequence[float], Sequence[float]],
) -> None:
    grid = grid_of(Grid(phases=phases, load_shares=shares, inverter_phases=inverter))
    assert grid.load_shares == pytest.approx(expected[0])
    assert grid.inverter_shares == pytest.approx(expected[1])


def test_the_breaker_is_a_power_per_phase() -> None:
    grid = grid_of(
        Grid(breaker_a=20.0, export_limit_kw=5.0, inverter_max_kw=8.0, phase_netting=False)
    )
    assert grid.phase_limit_kw == pytest.approx(4.6)
    assert (grid.export_limit_kw, grid.inverter_max_kw, grid.phase_netting) == (5.0, 8.0, False)
    assert grid.import_limit_kw is None


@pytest.mark.parametrize(
    ("limit_kw", "vacation_kw", "expected"),
    [(7.0, None, 7.0), (7.0, 3.0, 3.0), (2.0, 3.0, 2.0), (None, 3.0, 3.0)],
)
def test_the_stricter_import_limit_holds(
    limit_kw: float | None, vacation_kw: float | None, expected: float
) -> None:
    away = an_input(grid=Grid(import_limit_kw=limit_kw), circumstances=Circumstances(vacation=True))
    config = PlannerConfig(strategy=StrategyConfig(vacation_import_limit_kw=vacation_kw))
    problem, _, _ = adapted(away, config)
    assert problem.grid.import_limit_kw is not None
    assert set(problem.grid.import_limit_kw) == {expected}


def test_orders_reach_their_devices_and_go_before_allowed_hours() -> None:
    def order(action: ManualAction, device: str | None = None) -> ManualBlock:
        return ManualBlock(
            block_id=f"{device}",
            start=NOON + HOUR,
            end=NOON + 2 * HOUR,
            action=action,
            device_id=device,
        )

    problem, _, _ = adapted(
        an_input(
            batteries=(BATTERY,),
            cars=(CAR,),
            water_heaters=(
                replace(HEATER, allowed=(((NOON + 9 * HOUR).time(), (NOON + 10 * HOUR).time()),)),
                replace(HEATER, load_id="other"),
            ),
            deferrables=(DISHES,),
            manual=(
                order(ManualAction.HOLD, "battery"),
                order(ManualAction.CHARGE, "car"),
                order(ManualAction.RUN, "heater"),
                order(ManualAction.RUN, "dishes"),
                order(ManualAction.EXPORT),
            ),
        )
    )
    devices = (
        problem.batteries[0],
        problem.cars[0],
        problem.water_heaters[0],
        problem.deferrables[0],
    )
    for device in devices:
        assert device.orders is not None
        assert np.isfinite(device.orders.least_kwh[4:8]).all()
    assert problem.water_heaters[0].allowed[4:8].all()
    assert not problem.water_heaters[0].allowed[:4].any()
    assert problem.water_heaters[1].orders is None
    assert problem.deferrables[0].starts == (4,)
    assert problem.least_export_kwh is not None


def test_loads_keep_the_phases_that_are_there() -> None:
    problem, _, _ = adapted(
        an_input(grid=Grid(phases=1), water_heaters=(HEATER,), deferrables=(DISHES,))
    )
    assert (problem.water_heaters[0].phases, problem.deferrables[0].phases) == ("A", "A")


def test_a_load_without_a_run_in_this_plan_is_no_part_of_it() -> None:
    later = replace(DISHES, earliest=NOON + 90 * HOUR, latest_end=NOON + 99 * HOUR)
    problem, _, _ = adapted(an_input(deferrables=(later,)))
    assert problem.deferrables == ()


def test_peaks_and_the_last_plan_are_handed_on() -> None:
    problem, _, _ = adapted(
        an_input(
            peak_tariff=PeakTariff(fee_per_kw=3.0),
            previous=PreviousPlan(energy_kwh={NOON: {"battery": 0.7}}),
        )
    )
    assert problem.peaks[0].fee_per_kw == 3.0
    assert problem.previous is not None
    assert problem.previous.energy_kwh["battery"][0] == 0.7


@pytest.mark.parametrize(
    ("prices", "gap"),
    [((0.1, 0.2, 0.4, 0.4), 0.015), ((-0.3, -0.3, -0.2, 0.4), 0.0), ((0.0, 0.0, 0.0, 0.0), 0.0)],
)
def test_the_absolute_gap_is_a_part_of_the_median_price(
    prices: tuple[float, ...], gap: float
) -> None:
    slots = some_slots(1, price=lambda index: prices[index])
    config = PlannerConfig(
        ramp_cost_per_kw=0.1,
        car_start_cost=0.2,
        churn_cost_per_kwh=0.3,
        wear_cost_per_kwh=0.4,
        export_threshold_per_kwh=0.5,
        solver=SolverConfig(relative_gap=0.01, time_limit_s=3.0, threads=2),
    )
    _, found, _ = adapted(an_input(slots), config, PlanKind.BASELINE)
    assert found == KeplerConfig(
        wear_cost_per_kwh=0.4,
        export_threshold_per_kwh=0.5,
        ramp_cost_per_kw=0.1,
        car_start_cost=0.2,
        churn_cost_per_kwh=0.3,
        relative_gap=0.01,
        absolute_gap=near(gap),
        time_limit_s=3.0,
        threads=2,
    )


@pytest.mark.parametrize("bad", [math.nan, -1.0])
def test_a_negative_power_or_one_that_is_no_number_is_none(bad: float) -> None:
    battery = battery_of(replace(BATTERY, max_charge_kw=bad, max_discharge_kw=bad))
    assert (battery.max_charge_kw, battery.max_discharge_kw) == (0.0, 0.0)
