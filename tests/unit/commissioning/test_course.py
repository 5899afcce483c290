"""The course of a test: whom it skips, what ends it, what it asks for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.engine.commissioning import (
    ChargerPlan,
    Check,
    CheckState,
    CommissioningRun,
    FindingCode,
    Note,
    Stage,
    Verdict,
    Wishes,
)
from custom_components.loadstar.engine.control import MeterState
from custom_components.loadstar.engine.models import ConnectorStatus, Reason, ReasonCode
from tests.unit.commissioning.bench import Bench, Point, car


def run_of(bench: Bench) -> CommissioningRun:
    """Return the run that a bench feeds."""
    assert isinstance(bench.tester, CommissioningRun)
    return bench.tester


@pytest.mark.parametrize(
    ("point", "note"),
    [
        ({"connected": False}, Note.OFFLINE),
        ({"enabled": False}, Note.DISABLED),
        ({"controlled": False}, Note.UNCONTROLLED),
        ({"session": None, "status": ConnectorStatus.AVAILABLE}, Note.NO_CAR),
        ({"session": None, "status": ConnectorStatus.FINISHING}, Note.NOT_STARTED),
        ({"session": None, "status": ConnectorStatus.FAULTED}, Note.OUT_OF_SERVICE),
        ({"session": None, "status": ConnectorStatus.PREPARING}, Note.NOT_STARTED),
        ({"plan": ChargerPlan(charger_id="garage", high_a=7.0)}, Note.RANGE_TOO_SMALL),
        ({"car": replace(car(), soc_percent=100.0)}, Note.CAR_NOT_DRAWING),
    ],
)
def test_a_charger_that_cannot_be_tested_is_skipped(point: Mapping[str, Any], note: Note) -> None:
    report = Bench(points=(Point(**point),)).report()
    assert (report.verdict, report.findings) == (Verdict.SKIPPED, ())
    assert (report.chargers[0].verdict, report.chargers[0].note) == (Verdict.SKIPPED, note)


@pytest.mark.parametrize(
    ("point", "note"),
    [
        ({"car": replace(car(), max_current_a=6.0)}, Note.CAR_LIMITED),
        ({"measured_terminals": 0}, Note.NOT_MEASURED),
        ({"accepts": False}, Note.NOT_ACCEPTED),
    ],
)
def test_what_cannot_be_seen_has_no_result(point: Mapping[str, Any], note: Note) -> None:
    report = Bench(points=(Point(**point),)).only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, note)
    assert CheckState.WRONG not in report.checks.values()


def test_a_car_that_takes_two_amperes_more_is_enough() -> None:
    report = Bench(points=(Point(car=replace(car(), max_current_a=8.0)),)).only_report()
    assert report.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("code", "note"),
    [
        (ReasonCode.OVERLOAD, Note.NO_ROOM),
        (ReasonCode.LIMITED_BY_PHASE, Note.NO_ROOM),
        (ReasonCode.METER_STALE, Note.METER_STALE),
    ],
)
def test_a_guard_that_keeps_the_current_down_is_named(code: ReasonCode, note: Note) -> None:
    bench = Bench(most_a=8.0)
    bench.reasons["garage"] = Reason(code)
    report = bench.only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, note)


def test_a_cut_for_a_while_only_takes_time() -> None:
    bench = Bench()
    bench.live(70)
    bench.most_a = 6.0
    bench.live(40)
    bench.most_a = 99.0
    assert bench.only_report().verdict is Verdict.PASSED


def test_a_charger_that_draws_more_than_it_is_told_is_found() -> None:
    report = Bench(points=(Point(obeys=False),)).only_report()
    (finding,) = report.findings
    assert finding.code is FindingCode.DISOBEDIENT
    assert finding.data == {"told": "10", "drawn": "16.0"}
    assert report.checks[Check.OBEDIENCE] is CheckState.WRONG


def test_what_control_calls_disobedient_needs_no_more_proof() -> None:
    bench = Bench()
    bench.live(30)
    bench.reasons["garage"] = Reason(ReasonCode.DISOBEDIENT)
    (finding,) = bench.only_report().findings
    assert finding.code is FindingCode.DISOBEDIENT


@pytest.mark.parametrize("session", [None, "2"])
def test_another_session_ends_the_test(session: str | None) -> None:
    bench = Bench()
    bench.live(60)
    bench.points[0].session = session
    report = bench.only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.SESSION_ENDED)


def test_a_charger_that_leaves_in_the_middle_ends_its_test() -> None:
    bench = Bench()
    bench.live(60)
    bench.points[0].connected = False
    assert bench.only_report().note is Note.OFFLINE


def test_a_silent_meter_is_waited_for_and_then_given_up() -> None:
    bench = Bench()
    bench.live(30)
    bench.grid_state = MeterState.STALE
    bench.live(40)
    assert not bench.tester.is_over
    bench.grid_state = MeterState.FRESH
    bench.live(20)
    bench.grid_state = MeterState.STALE
    report = bench.only_report()
    assert (report.verdict, report.note) == (Verdict.INCONCLUSIVE, Note.METER_STALE)


def test_a_meter_without_values_gives_no_result() -> None:
    bench = Bench(grid_period_s=100_000)
    assert bench.only_report().note is Note.METER_STALE


def test_a_test_that_never_ends_is_ended() -> None:
    """A guard that lets go again and again would keep it at it for ever."""
    bench = Bench()
    for _ in range(300):
        bench.most_a = 14.0 - bench.most_a if bench.most_a < 20 else 6.0
        bench.live(12)
    report = bench.only_report()
    assert report.note in (Note.TIMED_OUT, Note.NO_ROOM)
    assert bench.now - bench.began <= 3700


def test_a_waiting_car_is_started_and_then_tested() -> None:
    bench = Bench(points=(Point(session=None, status=ConnectorStatus.PREPARING),))
    bench.live(20)
    assert bench.started == ["garage"], "asked for once"
    assert run_of(bench).progress.stage is Stage.WAITING
    bench.points[0].session = "7"
    bench.points[0].status = ConnectorStatus.CHARGING
    assert bench.only_report().verdict is Verdict.PASSED


def test_chargers_are_tested_one_after_the_other() -> None:
    points = (Point(), Point(charger_id="carport", car=car(1)))
    bench = Bench(points=points)
    report = bench.report()
    assert [charger.charger_id for charger in report.chargers] == ["garage", "carport"]
    assert report.verdict is Verdict.PASSED
    high = [{key for key, current in orders.items() if current > 6} for orders in bench.orders]
    assert all(len(keys) <= 1 for keys in high[2:]), "never two at once"


def test_others_are_held_still_and_a_paused_one_stays_paused() -> None:
    plan = ChargerPlan(charger_id="garage")
    shed = Point(charger_id="shed", car=None, accepts=False)
    bench = Bench(points=(Point(), Point(charger_id="carport"), shed))
    bench.accepted["shed"] = 0.0
    bench.tester = CommissioningRun(bench.site, [plan])
    bench.live(60)
    later = bench.orders[1:]
    assert {orders["carport"] for orders in later} == {6.0}
    assert {orders["shed"] for orders in later} == {0.0}


def test_the_worst_result_is_the_sites() -> None:
    points = (
        Point(),
        Point(charger_id="carport", car=None, session=None, status=ConnectorStatus.AVAILABLE),
        Point(charger_id="shed", measured_terminals=0),
    )
    report = Bench(points=points).report()
    assert [charger.verdict for charger in report.chargers] == [
        Verdict.PASSED,
        Verdict.SKIPPED,
        Verdict.INCONCLUSIVE,
    ]
    assert report.verdict is Verdict.INCONCLUSIVE


def test_progress_only_rises_and_ends_at_100() -> None:
    bench, seen = Bench(points=(Point(), Point(charger_id="carport"))), []
    while not bench.tester.is_over:
        bench.live(5)
        seen.append(run_of(bench).progress.percent)
    assert seen == sorted(seen)
    assert seen[0] < 5
    assert seen[-1] == 100
    assert run_of(bench).progress.stage is Stage.DONE


def test_stopped_in_the_middle_it_orders_nothing_more() -> None:
    bench = Bench(points=(Point(), Point(charger_id="carport")))
    bench.live(230)
    report = run_of(bench).stop(Note.STOPPED)
    assert [charger.note for charger in report.chargers] == [None, Note.STOPPED]
    assert [charger.verdict for charger in report.chargers] == [
        Verdict.PASSED,
        Verdict.INCONCLUSIVE,
    ]
    assert (bench.tester.is_over, bench.tester.ordered) == (True, {})
    bench.tester = run_of(bench)
    bench._cycle()
    assert bench.tester.observe(bench.readings(), None) == Wishes()  # type: ignore[arg-type]  # over


def test_absurd_values_are_no_values() -> None:
    bench = Bench(factors=(1.0, 1e6, 1.0))
    assert bench.only_report().verdict is Verdict.INCONCLUSIVE


def test_not_a_number_is_no_value() -> None:
    bench = Bench(factors=(1.0, float("nan"), 1.0))
    report = bench.only_report()
    assert report.verdict is Verdict.INCONCLUSIVE


def test_the_trace_stays_small() -> None:
    report = Bench(noise_a=4.0).only_report()
    assert 100 < len(report.trace) <= 240
    assert {point.ordered_a for point in report.trace} == {6.0, 10.0}
    assert [point.at for point in report.trace] == sorted(point.at for point in report.trace)
