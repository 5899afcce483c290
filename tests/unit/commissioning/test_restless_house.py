"""Kettles, clouds, batteries and slow meters: the verdict is right, or there is none."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.engine.commissioning import FindingCode, Note, SitePlan, Verdict
from custom_components.loadstar.engine.simulation import (
    FAMILY_HOME,
    BatteryConfig,
    CyclingLoad,
    PvConfig,
    StepLoad,
)
from tests.unit.commissioning.bench import Bench, Point, car

KETTLE = StepLoad(
    name="kettle", phases="A", on_power_w=3000.0, start_s=12 * 3600 + 60, end_s=12 * 3600 + 100
)
STRONG = BatteryConfig(
    capacity_kwh=100.0, max_charge_power_w=11_000.0, max_discharge_power_w=11_000.0
)
WEAK = BatteryConfig(capacity_kwh=100.0, max_charge_power_w=2500.0, max_discharge_power_w=2500.0)


def test_a_kettle_is_no_step_of_the_charger() -> None:
    report = Bench(loads=(KETTLE,)).only_report()
    assert report.verdict is Verdict.PASSED
    assert any(not step.agrees for step in report.steps)


@pytest.mark.parametrize("period_s", [20.0, 40.0, 50.0, 60.0])
@pytest.mark.parametrize("phases", [1, 3])
def test_a_load_that_switches_regularly_does_not_pass_for_the_charger(
    period_s: float, phases: int
) -> None:
    hob = CyclingLoad(
        name="hob", phases="B", on_power_w=1000.0, period_s=period_s, on_s=period_s / 2
    )
    report = Bench(loads=(hob,), points=(Point(car=car(phases)),)).only_report()
    assert report.verdict in (Verdict.PASSED, Verdict.INCONCLUSIVE)


def test_clouds_are_told_from_the_charger() -> None:
    bench = Bench(pv=PvConfig(cloudiness=1.0, cloud_time_constant_s=60.0), loads=FAMILY_HOME)
    assert bench.only_report().verdict is Verdict.PASSED


def test_a_house_in_turmoil_has_no_result() -> None:
    report = Bench(noise_a=4.0).only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.NOISE)
    assert len(report.steps) == 14


@pytest.mark.parametrize(
    "hiding",
    [
        # values every 10 s miss the seconds that the battery takes
        {"grid_period_s": 10},
        {"noise_a": 0.8},
        {"battery": replace(STRONG, lag_s=0.2)},
    ],
)
def test_a_battery_that_makes_up_for_every_step_hides_the_sign(hiding: dict[str, Any]) -> None:
    report = Bench(**{"battery": STRONG, **hiding}).only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.BATTERY)


@pytest.mark.parametrize("lag_s", [2.0, 4.0, 8.0])
@pytest.mark.parametrize("total_only", [False, True])
@pytest.mark.parametrize(
    ("factors", "verdict"),
    [((1.0, 1.0, 1.0), Verdict.PASSED), ((-1.0, -1.0, -1.0), Verdict.FAILED)],
)
def test_a_fast_meter_shows_the_step_before_the_battery_has_made_up_for_it(
    lag_s: float, factors: tuple[float, float, float], verdict: Verdict, *, total_only: bool
) -> None:
    battery = replace(STRONG, lag_s=lag_s)
    bench = Bench(battery=battery, factors=factors, total_only=total_only, noise_a=0.05)
    assert bench.only_report().verdict is verdict


def test_one_inverted_phase_shows_in_the_same_seconds() -> None:
    report = Bench(battery=STRONG, factors=(1.0, -1.0, 1.0)).only_report()
    assert (report.moved, report.reversed) == ("ABC", "B")


@pytest.mark.parametrize("phases", [1, 3])
@pytest.mark.parametrize(
    ("factors", "verdict"),
    [((1.0, 1.0, 1.0), Verdict.PASSED), ((-1.0, -1.0, -1.0), Verdict.FAILED)],
)
def test_a_battery_that_makes_up_for_a_part_is_counted(
    phases: int, factors: tuple[float, float, float], verdict: Verdict
) -> None:
    report = Bench(battery=WEAK, factors=factors, points=(Point(car=car(phases)),)).only_report()
    assert report.verdict is verdict


def test_a_battery_whose_sign_is_wrong_does_not_blame_the_meter() -> None:
    report = Bench(battery=STRONG, battery_sign=-1.0, grid_period_s=10).only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.BATTERY)


def test_a_battery_that_reports_seldom_is_waited_for() -> None:
    report = Bench(battery=WEAK, battery_period_s=30).only_report()
    assert report.verdict is Verdict.PASSED


def test_a_battery_that_has_stopped_reporting_hides_what_it_may() -> None:
    bench = Bench(battery=STRONG, battery_period_s=10_000, grid_period_s=10)
    report = bench.only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.BATTERY)


def test_a_single_phase_car_shows_its_phase_through_a_battery_on_three() -> None:
    report = Bench(battery=STRONG, points=(Point(car=car(1)),)).only_report()
    assert (report.verdict, report.moved) == (Verdict.PASSED, "A")


def test_an_inverter_whose_split_is_unknown_blames_nobody() -> None:
    site = SitePlan(phases=3, voltage=230.0, asymmetric_inverter=True)
    report = Bench(site=site, battery=STRONG, grid_period_s=10).only_report()
    assert report.verdict is Verdict.INCONCLUSIVE


def test_a_battery_that_loadstar_is_not_told_of_looks_like_a_blind_meter() -> None:
    """The finding's text names this cause."""
    report = Bench(battery=STRONG, battery_told=False).report()
    assert [finding.code for finding in report.findings] == [FindingCode.METER_BLIND]


@pytest.mark.parametrize(
    ("slow", "longest_lag_s"),
    [
        ({"grid_period_s": 10}, 20.0),
        ({"grid_period_s": 30}, 40.0),
        ({"grid_age_s": 12}, 22.0),
    ],
)
def test_a_slow_meter_is_given_time(slow: dict[str, int], longest_lag_s: float) -> None:
    report = Bench(**slow).only_report()  # type: ignore[arg-type]  # a table of fields
    assert report.verdict is Verdict.PASSED
    assert report.meter_lag_s is not None
    assert 6.0 < report.meter_lag_s <= longest_lag_s


@pytest.mark.parametrize("slow", [{"report_s": 30}, {"report_age_s": 10}, {"reaction_s": 8.0}])
def test_a_slow_charger_is_given_time(slow: dict[str, int]) -> None:
    report = Bench(points=(Point(**slow),)).only_report()  # type: ignore[arg-type]  # likewise
    assert report.verdict is Verdict.PASSED
    assert report.obedience_lag_s is not None
    assert 8.0 < report.obedience_lag_s < 40.0
