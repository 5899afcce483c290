"""How old a meter's values may be."""

import math

import pytest

from custom_components.loadstar.engine.control import ControlSettings, MeterState
from custom_components.loadstar.engine.control.freshness import Meter

SETTINGS = ControlSettings()


def meter_with_period(period: float, reports: int = 8) -> tuple[Meter[float], float]:
    meter, at = Meter[float](), 100.0
    for _ in range(reports):
        at += period
        meter.read(1.0, at, at, SETTINGS)
    return meter, at


@pytest.mark.parametrize(
    ("period", "fresh", "stale"),
    [
        (0.2, 2.0, 10.0),  # never less than 10 s
        (1.0, 2.0, 10.0),
        (5.0, 10.0, 15.0),
        (10.0, 20.0, 30.0),
        (30.0, 60.0, 60.0),  # never more than 60 s
    ],
)
def test_ages_follow_the_observed_period(period: float, fresh: float, stale: float) -> None:
    meter, at = meter_with_period(period)
    assert meter.read(None, None, at + fresh, SETTINGS) is MeterState.FRESH
    if fresh < stale:
        assert meter.read(None, None, at + fresh + 0.1, SETTINGS) is MeterState.AGEING
        assert meter.read(None, None, at + stale, SETTINGS) is MeterState.AGEING
    assert meter.read(None, None, at + stale + 0.1, SETTINGS) is MeterState.STALE


def test_an_unchanged_report_refreshes() -> None:
    meter, at = meter_with_period(1.0)
    assert meter.read(1.0, at + 9.0, at + 9.0, SETTINGS) is MeterState.FRESH


def test_a_burst_of_phases_is_one_report() -> None:
    meter, at = Meter[float](), 0.0
    for _ in range(5):
        at += 10.0
        for offset in (0.0, 0.1, 0.2):
            meter.read(1.0, at + offset, at + offset, SETTINGS)
    assert meter.read(None, None, at + 25.0, SETTINGS) is MeterState.AGEING


def test_one_outage_is_no_period() -> None:
    meter, at = meter_with_period(1.0)
    meter.read(1.0, at + 50.0, at + 50.0, SETTINGS)
    assert meter.read(None, None, at + 61.0, SETTINGS) is MeterState.STALE


def test_nothing_rises_on_the_first_report_alone() -> None:
    meter = Meter[float]()
    assert meter.read(1.0, 5.0, 5.0, SETTINGS) is MeterState.AGEING
    assert meter.read(1.0, 6.0, 6.0, SETTINGS) is MeterState.FRESH


def test_a_meter_that_never_spoke_is_stale_after_ten_seconds() -> None:
    meter = Meter[float]()
    states = [meter.read(None, None, now, SETTINGS) for now in (50.0, 60.0, 60.1, 49.0)]
    assert states == [MeterState.AGEING, MeterState.AGEING, MeterState.STALE, MeterState.STALE]


@pytest.mark.parametrize(("value", "at"), [(None, 200.0), (1.0, None), (1.0, math.nan)])
def test_what_is_not_believable_refreshes_nothing(value: float | None, at: float | None) -> None:
    meter, last = meter_with_period(1.0)
    assert meter.read(value, at, last + 11.0, SETTINGS) is MeterState.STALE
    assert meter.value == 1.0


def test_a_report_from_the_future_means_that_the_clock_went_back() -> None:
    meter, at = meter_with_period(1.0)
    assert meter.read(1.0, at, at - 100.0, SETTINGS) is MeterState.STALE
    meter.read(1.0, at - 99.0, at - 99.0, SETTINGS)
    assert meter.read(1.0, at - 98.0, at - 98.0, SETTINGS) is MeterState.FRESH
