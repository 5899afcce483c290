"""More freedom never costs, and the order of things changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver import kepler
from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerBattery,
    KeplerConfig,
    KeplerInput,
    KeplerPrevious,
    KeplerResult,
    ObjectiveTerm,
)
from tests.unit.planner.homes import random_home
from tests.unit.planner.kinds import Kind

CONFIG = KeplerConfig(time_limit_s=10.0)
SMALL = Kind(slots=(8, 12, 16, 24), cars=(0, 1, 1, 2))
SPARE = KeplerBattery(
    battery_id="spare",
    capacity_kwh=6.0,
    initial_kwh=0.0,
    min_kwh=0.0,
    max_kwh=6.0,
    max_charge_kw=3.0,
    max_discharge_kw=3.0,
    charge_efficiency=1.0,
    discharge_efficiency=1.0,
)

type Change = Callable[[KeplerInput], KeplerInput]


def thicker_wires(home: KeplerInput) -> KeplerInput:
    circuits = {name: 2 * limit for name, limit in home.grid.circuits.items()}
    more = 1.5 * home.grid.phase_limit_kw
    return replace(home, grid=replace(home.grid, phase_limit_kw=more, circuits=circuits))


def no_limits(home: KeplerInput) -> KeplerInput:
    grid = replace(home.grid, import_limit_kw=None, export_limit_kw=None, inverter_max_kw=None)
    return replace(home, grid=grid)


def spare_battery(home: KeplerInput) -> KeplerInput:
    return replace(home, batteries=(*home.batteries, SPARE))


def faster_batteries(home: KeplerInput) -> KeplerInput:
    faster = (
        replace(
            it,
            max_charge_kw=2 * it.max_charge_kw,
            max_discharge_kw=2 * it.max_discharge_kw,
            charge_curve=(),
            grid_charging=True,
        )
        for it in home.batteries
    )
    return replace(home, batteries=tuple(faster))


def cars_at_home(home: KeplerInput) -> KeplerInput:
    always = np.ones(home.hours.size, dtype=np.bool_)
    return replace(home, cars=tuple(replace(it, present=always) for it in home.cars))


def gentler_cars(home: KeplerInput) -> KeplerInput:
    return replace(home, cars=tuple(replace(it, min_kw=it.min_kw / 2) for it in home.cars))


def phase_choice(home: KeplerInput) -> KeplerInput:
    cars = (
        it
        if len(it.phases) == 1 or it.taper
        else replace(it, single_phase=(it.min_kw / len(it.phases), it.max_kw / len(it.phases)))
        for it in home.cars
    )
    return replace(home, cars=tuple(cars))


def any_time(home: KeplerInput) -> KeplerInput:
    always = np.ones(home.hours.size, dtype=np.bool_)
    heaters = (replace(it, allowed=always) for it in home.water_heaters)
    loads = (
        replace(it, starts=tuple(range(home.hours.size - it.slots + 1))) for it in home.deferrables
    )
    return replace(home, water_heaters=tuple(heaters), deferrables=tuple(loads))


def nothing_ordered(home: KeplerInput) -> KeplerInput:
    return replace(
        home,
        batteries=tuple(replace(it, orders=None) for it in home.batteries),
        cars=tuple(replace(it, orders=None) for it in home.cars),
        water_heaters=tuple(replace(it, orders=None) for it in home.water_heaters),
        least_export_kwh=None,
    )


FREEDOMS: tuple[Change, ...] = (
    thicker_wires,
    no_limits,
    spare_battery,
    faster_batteries,
    cars_at_home,
    gentler_cars,
    phase_choice,
    any_time,
    nothing_ordered,
)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine prove as much as an idle one."""
    monkeypatch.setattr(kepler, "LEAST_PATIENCE_S", 10.0)


@cache
def plan_of(seed: int) -> KeplerResult:
    return solve(random_home(seed, SMALL), CONFIG)


def penalties(result: KeplerResult) -> float:
    return result.objective.get(ObjectiveTerm.PENALTIES, 0.0)


def slack(result: KeplerResult) -> float:
    """Return by how much a plan may be worse than the best."""
    assert result.gap is not None
    return result.gap * abs(result.money) + 1e-5


@pytest.mark.parametrize("first", range(0, 24, 6))
@pytest.mark.parametrize("change", FREEDOMS, ids=lambda it: it.__name__)
def test_an_optional_freedom_never_costs(change: Change, first: int) -> None:
    for seed in range(first, first + 6):
        home = random_home(seed, SMALL)
        before, after = plan_of(seed), solve(change(home), CONFIG)
        assert penalties(after) <= penalties(before) + 1e-4, seed
        if penalties(after) >= penalties(before) - 1e-4:
            assert after.money <= before.money + slack(after), seed


@pytest.mark.parametrize("seed", range(100, 130))
def test_the_order_of_cars_changes_the_money_by_no_more_than_the_gaps(seed: int) -> None:
    home = random_home(seed, replace(SMALL, cars=(2, 3)))
    if seed % 2:
        one = home.cars[0]
        home = replace(home, cars=tuple(replace(one, car_id=it.car_id) for it in home.cars))
    turned = replace(home, cars=home.cars[::-1])
    results = solve(home, CONFIG), solve(turned, CONFIG)
    allowed = max(slack(result) for result in results)
    assert penalties(results[0]) == pytest.approx(penalties(results[1]), rel=1e-4, abs=1e-4)
    assert results[0].money == pytest.approx(results[1].money, abs=allowed)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_that_knows_itself_as_the_last_one_costs_no_more(seed: int) -> None:
    plan = plan_of(seed)
    energies = {
        name: device.charge_kwh - device.discharge_kwh for name, device in plan.devices.items()
    }
    home = replace(random_home(seed, SMALL), previous=KeplerPrevious(energy_kwh=energies))
    again = solve(home, CONFIG)
    assert penalties(again) <= penalties(plan) + 1e-4
    if penalties(again) >= penalties(plan) - 1e-4:
        assert again.money <= plan.money + slack(again)


@pytest.mark.parametrize("seed", range(200, 215))
def test_longer_slots_with_one_price_cost_no_less_than_the_quarters_they_hold(seed: int) -> None:
    """Steady sun and load in longer slots: quarters can do the same, and a battery no better."""
    kind = Kind(slots=(8, 12), cars=(0,), water=False, deferrables=False, peaks=False, uneven=False)
    home = random_home(seed, replace(kind, orders=False, tight=False))
    home = replace(home, batteries=tuple(replace(it, charge_curve=()) for it in home.batteries))
    quarters = replace(
        home,
        hours=np.full(4 * home.hours.size, 0.25),
        import_price=np.repeat(home.import_price, 4),
        export_price=np.repeat(home.export_price, 4),
        pv_kwh=np.repeat(home.pv_kwh, 4),
        load_kwh=np.repeat(home.load_kwh, 4),
    )
    hourly = replace(
        home,
        hours=np.full(home.hours.size, 1.0),
        pv_kwh=4 * home.pv_kwh,
        load_kwh=4 * home.load_kwh,
    )
    config = replace(CONFIG, ramp_cost_per_kw=0.0)
    long, short = solve(hourly, config), solve(quarters, config)
    assert short.money <= long.money + slack(short)
