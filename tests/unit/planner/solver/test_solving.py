"""How well a problem was solved is what the result says, whatever the problem."""

from dataclasses import replace
from typing import Any, override

import highspy
import numpy as np
import pytest

from custom_components.loadstar.engine.planner.solver import kepler
from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.parts.curves import segments
from custom_components.loadstar.engine.planner.solver.session import Answer, Outcome, Session
from custom_components.loadstar.engine.planner.solver.types import (
    BreachKind,
    KeplerConfig,
    KeplerGoal,
    KeplerInput,
    KeplerPeak,
    KeplerPrevious,
    ObjectiveTerm,
    PeakWindow,
    SolveStatus,
    WaterDay,
)
from tests.unit.planner.solver.houses import (
    MONEY_ALONE,
    ONE_PHASE,
    battery,
    broken,
    car,
    house,
    orders,
    taken,
    washer,
    water,
)

PRICES = [3.0, 1.0, 2.5, 1.5, 4.0, 2.0, 3.5, 1.2]


def everything(**changes: Any) -> KeplerInput:
    """Return a house with a device of each kind."""
    count = len(PRICES)
    return house(
        PRICES,
        **{
            "export_price": 0.5,
            "pv_kwh": [0.0, 0.0, 2.0, 3.0, 1.0, 0.0, 0.0, 0.0],
            "batteries": (battery(initial_kwh=1.0),),
            "cars": (car(count, goals=(KeplerGoal(by=6, energy_kwh=7.0),)),),
            "water_heaters": (water(count, days=(WaterDay(first=0, end=8, energy_kwh=4.0),)),),
            "deferrables": (washer(starts=(0, 2, 4)),),
        }
        | changes,
    )


def test_no_slot_gives_an_empty_plan() -> None:
    result = solve(house([], batteries=(battery(),)), MONEY_ALONE)
    assert result.import_kwh.size == 0
    assert result.money == 0.0


def test_one_slot_is_a_plan() -> None:
    result = solve(house([2.0]), KeplerConfig())
    assert result.status is SolveStatus.OPTIMAL
    assert result.money == pytest.approx(2.0)


def test_slots_may_differ_in_length() -> None:
    problem = house([1.0, 3.0], hours=[0.25, 1.0], load_kwh=[0.0, 2.0], batteries=(battery(),))
    assert taken(solve(problem, MONEY_ALONE), "battery") == [0.5, -0.5]


def test_two_steps_come_within_the_gap_of_everything_at_once() -> None:
    exact = solve(everything(), MONEY_ALONE)
    quick = solve(everything(), replace(MONEY_ALONE, relative_gap=0.001))
    assert exact.status is SolveStatus.OPTIMAL
    assert quick.money == pytest.approx(exact.money, rel=0.01)
    assert quick.gap is not None
    assert quick.money * (1.0 - quick.gap) <= exact.money + 1e-6


def test_an_unproven_plan_is_not_called_optimal() -> None:
    charger = car(2, min_kw=3.0, goals=(KeplerGoal(by=2, energy_kwh=1.0),))
    result = solve(house([1.0, 2.0], cars=(charger,)), replace(MONEY_ALONE, relative_gap=1e-4))
    assert taken(result, "car") == [3.0, 0.0]
    assert result.status is SolveStatus.FEASIBLE
    assert result.gap == pytest.approx(2.0 / 6.0)


def test_the_absolute_gap_is_as_good() -> None:
    charger = car(2, min_kw=3.0, goals=(KeplerGoal(by=2, energy_kwh=1.0),))
    config = replace(MONEY_ALONE, absolute_gap=2.5)
    assert solve(house([1.0, 2.0], cars=(charger,)), config).status is SolveStatus.OPTIMAL


def test_where_two_steps_break_more_than_they_must_everything_is_decided_at_once() -> None:
    grid = replace(ONE_PHASE, phase_limit_kw=2.5)
    charger = car(2, goals=(KeplerGoal(by=2, energy_kwh=3.0),))
    problem = house([1.0, 2.0], grid=grid, cars=(charger,))
    result = solve(problem, replace(MONEY_ALONE, relative_gap=0.001))
    assert result.status is SolveStatus.OPTIMAL
    assert broken(result) == [(BreachKind.CAR_GOAL, 3.0, "car", None)]


def test_without_time_the_relaxation_is_rounded_and_repaired() -> None:
    result = solve(everything(), KeplerConfig(time_limit_s=0.0))
    assert result.status is SolveStatus.FALLBACK
    assert result.gap is None
    energy = result.devices["car"].charge_kwh
    assert np.all((energy < 1e-9) | (energy > 2.0 - 1e-6))
    assert np.isfinite(result.money)


def test_without_time_two_directions_are_kept_apart_too() -> None:
    cell = battery(charge_efficiency=0.5, discharge_efficiency=0.5, max_kwh=1.0)
    result = solve(house([-1.0] * 3, batteries=(cell,)), KeplerConfig(time_limit_s=0.0))
    plan = result.devices["battery"]
    assert result.status is SolveStatus.FALLBACK
    assert np.minimum(plan.charge_kwh, plan.discharge_kwh).max() <= 1e-6


def test_without_time_what_cannot_be_on_is_off() -> None:
    grid = replace(ONE_PHASE, phase_limit_kw=2.5)
    charger = car(2, goals=(KeplerGoal(by=2, energy_kwh=3.0),))
    result = solve(house([1.0, 2.0], grid=grid, cars=(charger,)), KeplerConfig(time_limit_s=0.0))
    assert result.status is SolveStatus.FALLBACK
    assert taken(result, "car") == [0.0, 0.0]
    assert broken(result) == [(BreachKind.CAR_GOAL, 3.0, "car", None)]


class Broken(highspy.Highs):
    """A solver that ends every run with an error."""

    @override
    def run(self) -> highspy.HighsStatus:
        return highspy.HighsStatus.kError


def test_a_solver_that_fails_leaves_zeros_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highspy, "Highs", Broken)
    peak = KeplerPeak(fee_per_kw=1.0, peaks_counted=1, past_kw=(), so_far_kw=(), windows=())
    result = solve(everything(peaks=(peak,)), KeplerConfig())
    assert result.status is SolveStatus.FAILED
    assert result.gap is None
    assert not result.import_kwh.any()
    assert set(result.devices) == {"battery", "car", "water", "washer"}
    assert result.peak_kw == (0.0,)
    assert all(np.isfinite(plan.charge_kwh).all() for plan in result.devices.values())


def short() -> KeplerInput:
    """Return a house in which a car cannot have what it wants, and blocks are decided."""
    count = len(PRICES)
    return everything(
        cars=(car(count, goals=(KeplerGoal(by=2, energy_kwh=9.0),)),),
        water_heaters=(water(count, days=(WaterDay(first=0, end=8, energy_kwh=30.0),)),),
    )


def lumpy() -> KeplerInput:
    """Return a house whose blocks and orders clash, which no linear program sees."""
    count = len(PRICES)
    narrow = replace(ONE_PHASE, phase_limit_kw=3.5)
    return everything(
        grid=narrow,
        pv_kwh=0.0,
        cars=(car(count, goals=(KeplerGoal(by=6, energy_kwh=9.5),)),),
        water_heaters=(water(count, days=(WaterDay(first=0, end=8, energy_kwh=4.5),)),),
    )


HOUSES = pytest.mark.parametrize(
    "problem", [everything(), short(), lumpy()], ids=["plenty", "short", "lumpy"]
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give no run of a mixed-integer program any time."""
    monkeypatch.setattr(kepler, "LEAST_PATIENCE_S", 0.0)
    monkeypatch.setattr(kepler, "PATIENCE", 0.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("gap", [0.001, 0.1])
@HOUSES
def test_without_patience_integers_are_rounded(problem: KeplerInput, gap: float) -> None:
    result = solve(problem, KeplerConfig(relative_gap=gap))
    best = solve(problem, KeplerConfig(relative_gap=0.0))
    assert result.status in {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}
    energy, heat = result.devices["car"].charge_kwh, result.devices["water"].charge_kwh
    assert np.all((energy < 1e-9) | (energy > 2.0 - 1e-6))
    assert np.all((heat < 1e-9) | (heat > heat.max() - 1e-6))
    assert sum(result.objective.values()) >= sum(best.objective.values()) - 1e-6


@pytest.mark.usefixtures("impatient")
def test_without_patience_two_directions_are_kept_apart_too() -> None:
    cell = battery(charge_efficiency=0.5, discharge_efficiency=0.5, max_kwh=1.0)
    result = solve(everything(import_price=[-1.0] * 8, batteries=(cell,)), KeplerConfig())
    plan = result.devices["battery"]
    assert result.status in {SolveStatus.OPTIMAL, SolveStatus.FEASIBLE}
    assert np.minimum(plan.charge_kwh, plan.discharge_kwh).max() <= 1e-6
    assert np.minimum(result.import_kwh, result.export_kwh).max() <= 1e-6


@pytest.mark.usefixtures("impatient")
def test_without_patience_a_goal_that_rounding_misses_is_said() -> None:
    grid = replace(ONE_PHASE, phase_limit_kw=2.5)
    charger = car(2, goals=(KeplerGoal(by=2, energy_kwh=3.0),))
    result = solve(house([1.0, 2.0], grid=grid, cars=(charger,)), KeplerConfig())
    assert result.status is SolveStatus.FEASIBLE
    assert result.gap is None
    assert broken(result) == [(BreachKind.CAR_GOAL, 3.0, "car", None)]


@HOUSES
@pytest.mark.parametrize("off", [0.0, 1000.0], ids=["near", "far"])
def test_a_stopped_run_is_as_good_as_what_it_found(
    monkeypatch: pytest.MonkeyPatch, problem: KeplerInput, off: float
) -> None:
    plain = solve(problem, KeplerConfig())
    run = Session.run

    def stopped(session: Session, **options: Any) -> Outcome:
        outcome = run(session, **options)
        if not session.integer.any():
            return outcome
        return replace(outcome, answer=Answer.STOPPED, bound=outcome.bound - off)

    monkeypatch.setattr(Session, "run", stopped)
    result = solve(problem, KeplerConfig())
    assert result.money == pytest.approx(plain.money, rel=1e-3)
    assert result.status is (plain.status if off == 0.0 else SolveStatus.FEASIBLE)


@HOUSES
def test_no_run_is_given_a_start_that_could_be_taken_for_the_optimum(
    monkeypatch: pytest.MonkeyPatch, problem: KeplerInput
) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a start was given")

    monkeypatch.setattr(highspy.Highs, "setSolution", refuse)
    assert solve(problem, KeplerConfig()).status is not SolveStatus.FALLBACK


def test_a_linear_program_has_its_time_however_long_others_ran(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[float] = []
    set_option = highspy.Highs.setOptionValue

    def seen(highs: highspy.Highs, name: str, value: Any) -> highspy.HighsStatus:
        if name == "time_limit":
            limits.append(value)
        return set_option(highs, name, value)

    monkeypatch.setattr(highspy.Highs, "setOptionValue", seen)
    monkeypatch.setattr(highspy.Highs, "getRunTime", lambda _: 100.0)
    solve(house(PRICES, batteries=(battery(),)), KeplerConfig(time_limit_s=20.0))
    assert min(limits) > 100.0


@HOUSES
@pytest.mark.parametrize("failing", range(1, 13))
def test_one_run_that_fails_costs_quality_not_the_plan(
    monkeypatch: pytest.MonkeyPatch, problem: KeplerInput, failing: int
) -> None:
    runs = 0

    class Hiccup(highspy.Highs):
        """A solver of which one run ends with an error."""

        @override
        def run(self) -> highspy.HighsStatus:
            nonlocal runs
            runs += 1
            return highspy.HighsStatus.kError if runs == failing else super().run()

    monkeypatch.setattr(highspy, "Highs", Hiccup)
    result = solve(problem, KeplerConfig())
    supplied = result.import_kwh + problem.pv_kwh - result.curtailed_kwh - result.export_kwh
    used = problem.load_kwh + sum(
        plan.charge_kwh - plan.discharge_kwh for plan in result.devices.values()
    )
    assert result.status is not SolveStatus.FAILED
    assert supplied == pytest.approx(used, abs=1e-6)


def test_the_same_problem_gives_the_same_plan() -> None:
    first, second = (solve(everything(), KeplerConfig()) for _ in range(2))
    for device in first.devices:
        assert taken(first, device) == taken(second, device)


def test_terms_sum_to_what_can_be_recomputed() -> None:
    problem = everything()
    result = solve(problem, KeplerConfig())
    assert result.objective[ObjectiveTerm.IMPORT] == pytest.approx(
        problem.import_price @ result.import_kwh
    )
    assert result.objective[ObjectiveTerm.EXPORT] == pytest.approx(
        -problem.export_price @ result.export_kwh
    )


def test_equal_plans_act_early_and_in_one_piece() -> None:
    cell = battery(max_discharge_kw=4.0)
    problem = house([1.0, 1.0, 1.0, 9.0], load_kwh=[0, 0, 0, 3.0], batteries=(cell,))
    assert taken(solve(problem, MONEY_ALONE), "battery") == [2.0, 1.0, 0.0, -3.0]


def test_equal_plans_act_as_the_last_one_meant_to() -> None:
    last = KeplerPrevious(energy_kwh={"battery": np.array([0.0, 1.0, 2.0, -3.0])})
    problem = house(
        [1.0, 1.0, 1.0, 9.0],
        load_kwh=[0, 0, 0, 3.0],
        batteries=(battery(max_discharge_kw=4.0),),
        previous=last,
    )
    assert taken(solve(problem, MONEY_ALONE), "battery") == [0.0, 2.0, 1.0, -3.0]


def test_times_are_told() -> None:
    times = solve(everything(), KeplerConfig()).times
    assert times.build_ms > 0.0
    assert times.solve_ms > 0.0
    assert times.solves >= 4


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (((0.0, 2.0),), [(2.0, 0.0)]),
        (((0.0, 2.0), (4.0, 2.0)), [(2.0, 0.0)]),
        (((4.0, 0.0), (0.0, 2.0)), [(2.0, -0.5)]),
        (((0.0, 2.0), (2.0, 2.0), (4.0, 0.0)), [(2.0, 0.0), (4.0, -1.0)]),
        (((0.0, 2.0), (2.0, 0.5), (4.0, 0.0)), [(2.0, -0.5)]),
        (((0.0, 2.0), (0.0, 1.0), (4.0, 0.0)), [(1.0, -0.25)]),
    ],
    ids=["one point", "flat", "falling", "knee", "bent upward", "two powers at one content"],
)
def test_a_curve_is_the_lowest_of_its_lines(
    curve: tuple[tuple[float, float], ...], expected: list[tuple[float, float]]
) -> None:
    assert segments(curve) == pytest.approx(expected)


def bad_array(name: str, values: list[float]) -> KeplerInput:
    """Return a house of two hours with one array that is wrong."""
    changes: dict[str, Any] = {name: np.array(values)}
    return replace(house([1.0, 2.0]), **changes)


NO_DAY = WaterDay(first=0, end=1, energy_kwh=np.nan)

BAD: dict[str, tuple[KeplerInput, str]] = {
    "NaN price": (bad_array("import_price", [1.0, np.nan]), "import_price: found nan in slot 1"),
    "endless PV": (bad_array("pv_kwh", [np.inf, 0.0]), "pv_kwh: found inf in slot 0"),
    "short load": (bad_array("load_kwh", [1.0]), r"load_kwh: found shape \(1,\), expected \(2,\)"),
    "empty hour": (bad_array("hours", [1.0, 0.0]), "hours: found 0.0, expected more than 0"),
    "four phases": (
        house([1.0], grid=replace(ONE_PHASE, phases=4)),
        "grid: phases: found 4, expected 1, 2 or 3",
    ),
    "shares of another site": (
        house([1.0], grid=replace(ONE_PHASE, load_shares=(0.5, 0.5))),
        "grid: load_shares",
    ),
    "shares that are too much": (
        house([1.0], grid=replace(ONE_PHASE, inverter_shares=(1.5,))),
        "grid: inverter_shares",
    ),
    "import limit of NaN": (
        house([1.0], grid=replace(ONE_PHASE, import_limit_kw=np.array([np.nan]))),
        "import_limit_kw: found nan",
    ),
    "battery of NaN": (
        house([1.0], batteries=(battery(initial_kwh=np.nan),)),
        "battery battery: initial_kwh: found nan, expected a finite number",
    ),
    "efficiency above 1": (
        house([1.0], batteries=(battery(charge_efficiency=1.1),)),
        "battery battery: efficiency: found 1.1, expected above 0 and at most 1",
    ),
    "orders of another plan": (
        house([1.0], batteries=(battery(orders=orders(2)),)),
        "battery battery: least_kwh: found shape",
    ),
    "presence of another plan": (house([1.0], cars=(car(3),)), "car car: present: found shape"),
    "goal of NaN": (
        house([1.0], cars=(car(1, goals=(KeplerGoal(by=1, energy_kwh=np.nan),)),)),
        "car car: goal: energy_kwh: found nan",
    ),
    "heater of another plan": (
        house([1.0], water_heaters=(water(2),)),
        "water heater water: allowed: found shape",
    ),
    "day of NaN": (
        house([1.0], water_heaters=(water(1, days=(NO_DAY,)),)),
        "water heater water: day: energy_kwh: found nan",
    ),
    "load of NaN": (
        house([1.0], deferrables=(washer(power_kw=np.nan),)),
        "load washer: power_kw: found nan",
    ),
    "peak window beyond the plan": (
        house(
            [1.0],
            peaks=(
                KeplerPeak(
                    fee_per_kw=1.0,
                    peaks_counted=1,
                    past_kw=(),
                    so_far_kw=(0.0,),
                    windows=(PeakWindow(slots=(1,), hours=1.0, day=0),),
                ),
            ),
        ),
        "peak: windows: found",
    ),
    "ordered export of another plan": (
        house([1.0], least_export_kwh=np.zeros(2)),
        "least_export_kwh: found shape",
    ),
    "last plan of another length": (
        house([1.0], previous=KeplerPrevious(energy_kwh={"car": np.zeros(2)})),
        "previous plan of car: found shape",
    ),
}


@pytest.mark.parametrize(("problem", "message"), BAD.values(), ids=BAD)
def test_a_problem_that_makes_no_sense_is_refused(problem: KeplerInput, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve(problem, MONEY_ALONE)
