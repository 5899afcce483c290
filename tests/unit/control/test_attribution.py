"""Whose change is it: the charger's within its reaction, else the household's."""

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.attribution import Draw
from custom_components.loadstar.engine.control.clock import Tick
from custom_components.loadstar.engine.control.household import Household, shared_out
from custom_components.loadstar.engine.models import PhaseTriple

SETTINGS = ControlSettings()


class Charger:
    """A charger on phase A whose reports and set-points a test makes up."""

    def __init__(self, set_point: float, drawn: float) -> None:
        """Begin with one report."""
        self.draw = Draw()
        self.set_point = set_point
        self.report(drawn, 0.0)

    def report(self, drawn: float, time: float, grid_at: float | None = None) -> None:
        """Report ``drawn`` A beside values of the grid that are as new, or older."""
        tick = Tick(time, 1.0, jumped=False)
        grid_at = time if grid_at is None else grid_at
        self.draw.report((drawn, 0.0, 0.0), time, grid_at, tick, SETTINGS)

    def tell(self, set_point: float, time: float) -> None:
        """Tell it another set-point."""
        self.draw.set_point_changed(self.set_point, set_point, time)
        self.set_point = set_point

    def span(self, time: float) -> tuple[float, float]:
        """Return the least and the most that it may be drawing on A."""
        found = self.draw.range(self.set_point, "A", time, SETTINGS, charging=True)
        return (round(found.low[0], 6), round(found.high[0], 6))

    def silence(self, time: float) -> None:
        """Step with a new value of the grid but without a report."""
        self.draw.report(None, None, time, Tick(time, 1.0, jumped=False), SETTINGS)


def test_a_report_says_what_it_draws_and_later_it_may_draw_up_to_its_set_point() -> None:
    charger = Charger(set_point=16.0, drawn=10.0)
    assert charger.span(0.0) == (10.0, 10.0)
    charger.silence(2.0)
    assert charger.span(2.0) == (10.0, 16.0)
    charger.report(14.0, 10.0)
    assert charger.span(10.0) == (14.0, 14.0)


def test_a_report_waits_for_a_value_of_the_grid_that_is_as_new() -> None:
    charger = Charger(set_point=16.0, drawn=16.0)
    charger.report(0.0, 10.0, grid_at=8.0)
    assert charger.span(10.0) == (16.0, 16.0)
    charger.silence(11.0)
    assert charger.span(11.0) == (0.0, 0.0)


def test_a_charger_that_says_more_than_the_grid_loses_only_its_oldest_reports() -> None:
    charger = Charger(set_point=16.0, drawn=16.0)
    for second in range(1, 20):
        charger.report(float(second), float(second), grid_at=0.5)
    charger.silence(20.0)
    assert charger.span(20.0) == (16.0, 16.0)  # no more than it has been told


def test_a_raise_is_expected_until_a_report_after_it_has_had_its_time() -> None:
    charger = Charger(set_point=6.0, drawn=6.0)
    charger.tell(16.0, 1.0)
    charger.report(6.0, 10.0)
    assert charger.span(10.0) == (6.0, 16.0)
    charger.report(6.0, 20.0)
    assert charger.span(20.0) == (6.0, 16.0)
    charger.report(6.0, 30.0)
    assert charger.span(30.0) == (6.0, 6.0)


def test_a_cut_is_expected_likewise() -> None:
    charger = Charger(set_point=16.0, drawn=16.0)
    charger.tell(10.0, 1.0)
    charger.silence(3.0)
    assert charger.span(3.0) == (8.0, 16.0)
    charger.report(10.0, 10.0)
    assert charger.span(10.0) == (10.0, 10.0)


def test_a_cut_that_is_not_obeyed_becomes_the_households() -> None:
    charger = Charger(set_point=16.0, drawn=16.0)
    charger.tell(10.0, 1.0)
    charger.report(16.0, 10.0)
    charger.report(16.0, 20.0)
    assert charger.span(20.0) == (8.0, 16.0)
    charger.report(16.0, 30.0)
    assert charger.span(30.0) == (10.0, 10.0)


def test_an_expectation_ends_without_a_report_too() -> None:
    charger = Charger(set_point=16.0, drawn=16.0)
    charger.tell(10.0, 1.0)
    charger.silence(46.1)
    assert charger.span(46.1) == (10.0, 10.0)


def test_values_that_are_a_minute_old_say_nothing() -> None:
    charger = Charger(set_point=12.0, drawn=3.0)
    charger.silence(60.1)
    assert charger.span(60.1) == (12.0, 12.0)


def test_noise_between_reports_is_averaged_and_a_step_is_not() -> None:
    charger = Charger(set_point=16.0, drawn=10.0)
    charger.report(10.4, 10.0)
    assert charger.span(10.0) == (10.1, 10.1)
    charger.report(13.0, 20.0)
    assert charger.span(20.0) == (13.0, 13.0)


@pytest.mark.parametrize(
    ("net", "low", "high", "expected"),
    [
        (10.0, 6.0, 6.0, 4.0),
        (16.0, 6.0, 16.0, 4.0),  # the raise that was expected
        (23.0, 6.0, 16.0, 7.0),  # more than that is the household's
        (6.0, 6.0, 16.0, 0.0),  # less is the household's too
        (8.0, 2.0, 6.0, 4.0),  # the cut that was expected
        (3.0, 6.0, 6.0, 0.0),
    ],
)
def test_the_household_stays_where_chargers_explain_the_meter(
    net: float, low: float, high: float, expected: float
) -> None:
    household = Household()
    household.update((10.0, 0.0, 0.0), (6.0, 0.0, 0.0), (6.0, 0.0, 0.0))
    found = household.update((net, 0.0, 0.0), (low, 0.0, 0.0), (high, 0.0, 0.0))
    assert found[0] == expected


def test_what_a_lost_charger_drew_is_the_households() -> None:
    def after(gone: PhaseTriple | None) -> float:
        household = Household()
        household.update((20.0, 0.0, 0.0), (16.0, 0.0, 0.0), (16.0, 0.0, 0.0))
        if gone is not None:
            household.take_over(gone)
        return household.update((20.0, 0.0, 0.0), (0.0, 0.0, 0.0), (16.0, 0.0, 0.0))[0]

    assert after((10.0, 0.0, 0.0)) == 14.0
    assert after(None) == 4.0


@pytest.mark.parametrize(
    ("drawn", "low", "high", "factors"),
    [
        (10.0, 6.0, 16.0, (1.0, 0.4)),
        (6.0, 6.0, 6.0, (1.0, 0.0)),
        (20.0, 6.0, 16.0, (1.0, 1.0)),
        (3.0, 6.0, 6.0, (0.5, 0.0)),
        (-4.0, 0.0, 6.0, (0.0, 0.0)),
        (0.0, 0.0, 0.0, (0.0, 0.0)),
    ],
)
def test_a_draw_is_shared_out_within_what_is_possible(
    drawn: float, low: float, high: float, factors: tuple[float, float]
) -> None:
    assert shared_out(drawn, low, high) == pytest.approx(factors)
