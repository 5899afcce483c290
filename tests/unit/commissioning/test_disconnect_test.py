"""What a charger does when its connection is cut, as the grid meter shows it."""

import pytest

from custom_components.loadstar.engine.commissioning import (
    ChargerPlan,
    Check,
    CheckState,
    FindingCode,
    Note,
    Verdict,
)
from custom_components.loadstar.engine.simulation import BatteryConfig, StepLoad
from tests.unit.commissioning.bench import FALLS_BACK_AFTER_S, Bench, Point, car

NOON_S = 12 * 3600.0


@pytest.mark.parametrize("phases", [1, 2, 3])
@pytest.mark.parametrize("to_a", [6.0, 0.0])
def test_a_charger_that_falls_back_or_pauses_is_proved(phases: int, to_a: float) -> None:
    bench = Bench(disconnect=True, points=(Point(car=car(phases), falls_back_to=to_a),))
    report = bench.only_report()
    assert report.verdict is Verdict.PASSED
    assert report.checks[Check.DISCONNECT] is CheckState.PROVED
    assert report.fallback_lag_s == pytest.approx(FALLS_BACK_AFTER_S + 6, abs=6)


def test_a_meter_of_the_sum_shows_the_fall_too() -> None:
    report = Bench(disconnect=True, total_only=True).only_report()
    assert report.checks[Check.DISCONNECT] is CheckState.PROVED


@pytest.mark.parametrize("to_a", [None, 16.0])
def test_a_charger_that_goes_on_drawing_fails(to_a: float | None) -> None:
    report = Bench(disconnect=True, points=(Point(falls_back_to=to_a),)).only_report()
    assert report.verdict is Verdict.FAILED
    assert [finding.code for finding in report.findings] == [FindingCode.FALLBACK_IGNORED]
    assert report.checks[Check.DISCONNECT] is CheckState.WRONG


def test_without_the_wish_nothing_is_cut() -> None:
    report = Bench().only_report()
    assert report.checks[Check.DISCONNECT] is CheckState.OPEN


def test_a_connection_that_stays_has_no_result() -> None:
    report = Bench(disconnect=True, points=(Point(can_be_cut=False),)).only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.NOT_CUT)


def test_a_charger_that_is_back_too_soon_has_no_result() -> None:
    bench = Bench(disconnect=True)
    while bench.points[0].connected and not bench._cut:
        bench.live(1)
    bench.live(20)
    bench._cut.clear()
    assert bench.only_report().note is Note.NOT_CUT


def test_a_charger_that_leaves_by_itself_before_has_no_result() -> None:
    bench = Bench(disconnect=True)
    while bench.orders[-1:] != [{"garage": 10.0}] or bench.now - bench.began < 225:
        bench.live(2)
    bench.points[0].connected = False
    assert bench.only_report().verdict is Verdict.INCONCLUSIVE


def test_a_wrongly_wired_meter_is_mended_first() -> None:
    report = Bench(disconnect=True, factors=(-1.0, -1.0, -1.0)).only_report()
    assert [finding.code for finding in report.findings] == [FindingCode.METER_INVERTED]
    assert report.checks[Check.DISCONNECT] is CheckState.OPEN


def test_a_fallback_as_high_as_the_step_cannot_be_seen() -> None:
    plan = ChargerPlan(charger_id="garage", fallback_a=9.0, disconnect=True)
    report = Bench(points=(Point(plan=plan),)).only_report()
    assert report.checks[Check.DISCONNECT] is CheckState.OPEN
    assert report.verdict is Verdict.PASSED


@pytest.mark.parametrize("start_s", range(220, 400, 12))
@pytest.mark.parametrize("falls_back_to", [6.0, None])
def test_a_load_that_switches_meanwhile_does_not_turn_the_verdict_round(
    start_s: int, falls_back_to: float | None
) -> None:
    load = StepLoad(
        name="heater", phases="A", on_power_w=920.0, start_s=0.0, end_s=NOON_S + start_s
    )
    point = Point(car=car(1), falls_back_to=falls_back_to)
    state = Bench(disconnect=True, loads=(load,), points=(point,)).only_report().checks
    right = CheckState.WRONG if falls_back_to is None else CheckState.PROVED
    assert state[Check.DISCONNECT] in (right, CheckState.OPEN)


def test_a_battery_that_makes_up_for_the_fall_is_counted() -> None:
    battery = BatteryConfig(
        capacity_kwh=100.0, max_charge_power_w=3000.0, max_discharge_power_w=3000.0
    )
    report = Bench(disconnect=True, battery=battery, points=(Point(car=car(1)),)).only_report()
    assert report.checks[Check.DISCONNECT] is CheckState.PROVED
