"""What the test says of a meter and its phases, right or wrong."""

import pytest

from custom_components.loadstar.engine.commissioning import (
    TOTAL_LINE,
    Check,
    CheckState,
    Finding,
    FindingCode,
    SitePlan,
    Verdict,
)
from tests.unit.commissioning.bench import Bench, Point, car

INVERTED = (-1.0, -1.0, -1.0)


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_a_house_as_configured_passes(phases: int) -> None:
    report = Bench(points=(Point(car=car(phases)),)).only_report()
    assert report.verdict is Verdict.PASSED
    assert report.findings == ()
    assert report.moved == report.expected == "ABC"[:phases]
    assert report.checks[Check.OBEDIENCE] is CheckState.PROVED
    assert all(step.agrees for step in report.steps)


@pytest.mark.parametrize(
    ("phases", "sign", "order"),
    [
        (1, CheckState.PARTLY, CheckState.PARTLY),
        (2, CheckState.PARTLY, CheckState.PARTLY),
        # all three move alike, whichever is which
        (3, CheckState.PROVED, CheckState.NOT_SHOWN),
    ],
)
def test_a_car_proves_the_phases_that_it_draws_on(
    phases: int, sign: CheckState, order: CheckState
) -> None:
    checks = Bench(points=(Point(car=car(phases)),)).only_report().checks
    assert (checks[Check.SIGN], checks[Check.ORDER]) == (sign, order)


def test_the_order_of_a_single_phase_charger_is_proved() -> None:
    report = Bench(points=(Point(wired="B", configured="B", car=car(1)),)).only_report()
    assert report.moved == "B"
    assert report.checks[Check.ORDER] is CheckState.PROVED


def test_a_single_phase_site_has_one_line() -> None:
    site = SitePlan(phases=1, voltage=230.0, inverter_phases="A")
    bench = Bench(site=site, points=(Point(wired="A", configured="A", car=car(1)),))
    report = bench.only_report()
    assert (report.lines, report.verdict) == (("A",), Verdict.PASSED)
    assert report.checks[Check.ORDER] is CheckState.PROVED


def test_a_meter_of_the_sum_proves_its_sign_alone() -> None:
    report = Bench(total_only=True).only_report()
    assert (report.lines, report.moved, report.verdict) == ((TOTAL_LINE,), "Σ", Verdict.PASSED)
    assert report.checks[Check.ORDER] is CheckState.NOT_SHOWN


def test_a_charger_that_says_nothing_of_two_terminals_is_judged_all_the_same() -> None:
    report = Bench(points=(Point(measured_terminals=1),)).only_report()
    assert report.moved == "ABC"
    assert report.reversed == ""


@pytest.mark.parametrize("phases", [1, 2, 3])
@pytest.mark.parametrize("total_only", [False, True])
def test_an_inverted_meter_is_found(phases: int, *, total_only: bool) -> None:
    bench = Bench(factors=INVERTED, total_only=total_only, points=(Point(car=car(phases)),))
    report = bench.report()
    assert report.verdict is Verdict.FAILED
    assert report.findings == (Finding(code=FindingCode.METER_INVERTED),)


def test_one_inverted_phase_is_named() -> None:
    report = Bench(factors=(1.0, -1.0, 1.0)).report()
    assert report.findings == (Finding(code=FindingCode.PHASE_INVERTED, data={"phase": "B"}),)
    assert report.chargers[0].checks[Check.SIGN] is CheckState.WRONG


@pytest.mark.parametrize(
    ("phases", "wired", "configured", "seen", "expected", "rotation"),
    [
        (1, "BCA", "ABC", "B", "A", "BCA"),
        (1, "ABC", "CAB", "A", "C", "ABC"),
        (2, "BCA", "ABC", "BC", "AB", "BCA"),
        (2, "CAB", "ABC", "AC", "AB", "CAB"),
        (1, "B", "C", "B", "C", "B"),
    ],
)
def test_a_wrong_rotation_is_found_with_the_right_one(  # noqa: PLR0917  a table
    phases: int, wired: str, configured: str, seen: str, expected: str, rotation: str
) -> None:
    report = Bench(points=(Point(wired=wired, configured=configured, car=car(phases)),)).report()
    assert report.findings == (
        Finding(
            code=FindingCode.PHASE_ORDER,
            charger_id="garage",
            data={"expected": expected, "seen": seen, "rotation": rotation},
        ),
    )
    assert report.chargers[0].checks[Check.ORDER] is CheckState.WRONG


def test_a_three_phase_car_cannot_show_a_wrong_rotation() -> None:
    report = Bench(points=(Point(wired="BCA", configured="ABC"),)).only_report()
    assert report.verdict is Verdict.PASSED
    assert report.checks[Check.ORDER] is CheckState.NOT_SHOWN


def two(first: str, second: str) -> tuple[Point, Point]:
    """Return two chargers, wired as configured, with cars on one phase each."""
    return (
        Point(wired=first, configured=first, car=car(1)),
        Point(charger_id="carport", wired=second, configured=second, car=car(1)),
    )


def test_two_chargers_that_are_wrong_alike_accuse_the_meter() -> None:
    report = Bench(meter="ACB", points=two("BCA", "CAB")).report()
    assert report.findings == (
        Finding(code=FindingCode.METER_SWAPPED, data={"expected": "ABC", "seen": "ACB"}),
    )


def test_two_chargers_that_are_wrong_differently_are_wired_wrong() -> None:
    points = (
        Point(wired="BCA", configured="ABC", car=car(1)),
        Point(charger_id="carport", wired="CAB", configured="ABC", car=car(1)),
    )
    report = Bench(points=points).report()
    assert [finding.code for finding in report.findings] == [FindingCode.PHASE_ORDER] * 2
    assert {finding.charger_id for finding in report.findings} == {"garage", "carport"}


def test_two_chargers_on_one_phase_leave_the_swap_open() -> None:
    """What the two others would be is not known."""
    report = Bench(meter="BCA", points=two("ABC", "ABC")).report()
    assert {finding.code for finding in report.findings} == {FindingCode.PHASE_ORDER}


def test_what_two_chargers_show_of_the_meter_is_said_once() -> None:
    report = Bench(factors=INVERTED, points=two("ABC", "BCA")).report()
    assert report.findings == (Finding(code=FindingCode.METER_INVERTED),)


def test_a_phase_that_does_not_show_the_charger_is_named() -> None:
    report = Bench(factors=(1.0, 1.0, 0.0)).report()
    assert report.findings == (
        Finding(code=FindingCode.PHASE_BLIND, charger_id="garage", data={"phase": "C"}),
    )


@pytest.mark.parametrize("phases", [1, 3])
def test_a_meter_that_does_not_show_the_charger_is_said_to_be_blind(phases: int) -> None:
    bench = Bench(factors=(0.0, 0.0, 0.0), noise_a=0.2, points=(Point(car=car(phases)),))
    report = bench.report()
    assert report.findings == (Finding(code=FindingCode.METER_BLIND, charger_id="garage"),)
    assert report.chargers[0].meter_lag_s is None


@pytest.mark.parametrize(("factor", "said"), [(3.0, "3.0"), (1.73, "1.7"), (10.0, "10.0")])
def test_a_wrong_scale_is_found(factor: float, said: str) -> None:
    report = Bench(factors=(factor, 1.0, 1.0)).report()
    (finding,) = report.findings
    assert finding.code is FindingCode.METER_SCALE
    assert finding.data == {"phase": "A", "factor": said}


def test_an_inverted_meter_with_a_wrong_rotation_shows_both() -> None:
    point = Point(wired="BCA", configured="ABC", car=car(1))
    report = Bench(factors=INVERTED, points=(point,)).report()
    assert {finding.code for finding in report.findings} == {
        FindingCode.METER_INVERTED,
        FindingCode.PHASE_ORDER,
    }


def test_a_sum_that_does_not_fit_is_no_phase() -> None:
    """A meter of which nothing fits is left without a verdict."""
    report = Bench(factors=(0.5, 0.5, 0.5)).only_report()
    assert report.verdict is Verdict.INCONCLUSIVE
