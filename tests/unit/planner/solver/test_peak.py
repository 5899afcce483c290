"""A peak tariff: the exact mean of the highest days, shaved where that pays."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.solver.kepler import solve
from custom_components.loadstar.engine.planner.solver.types import (
    KeplerPeak,
    ObjectiveTerm,
    PeakWindow,
)
from tests.unit.planner.solver.houses import MONEY_ALONE, battery, house, taken

HOURLY = tuple(PeakWindow(slots=(slot,), hours=1.0, day=0) for slot in range(3))


def month(**changes: Any) -> KeplerPeak:
    """Return a month of one planned day with a fee of 10 on its highest hour."""
    plain = KeplerPeak(
        fee_per_kw=10.0, peaks_counted=1, past_kw=(), so_far_kw=(0.0,), windows=HOURLY
    )
    return replace(plain, **changes)


def test_a_battery_shaves_the_peak_to_the_mean() -> None:
    problem = house(
        [1.0, 1.0, 1.0], load_kwh=[1.0, 4.0, 1.0], batteries=(battery(),), peaks=(month(),)
    )
    result = solve(problem, MONEY_ALONE)
    assert result.peak_kw == pytest.approx((2.5,))
    assert taken(result, "battery")[:2] == [1.5, -1.5]
    assert result.objective[ObjectiveTerm.PEAK] == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("changes", "charged_kw", "fee"),
    [
        ({}, 4.0, 40.0),
        ({"so_far_kw": (6.0,)}, 6.0, 60.0),
        ({"past_kw": (9.0, 2.0)}, 9.0, 90.0),
        ({"past_kw": (9.0, 2.0), "peaks_counted": 2}, 6.5, 65.0),
        ({"past_kw": (9.0, 2.0), "peaks_counted": 3}, 5.0, 50.0),
        ({"past_kw": (9.0,), "peaks_counted": 4}, 3.25, 32.5),
        ({"base_kw": 5.0}, 5.0, 0.0),
        ({"base_kw": 3.0}, 4.0, 10.0),
        ({"base_kw": 3.0, "past_kw": (9.0, 2.0), "peaks_counted": 3}, 16.0 / 3.0, 70.0 / 3.0),
        ({"windows": ()}, 0.0, 0.0),
        ({"windows": (PeakWindow(slots=(0, 1), hours=2.0, day=0),)}, 2.5, 25.0),
        ({"windows": (PeakWindow(slots=(0,), hours=2.0, day=0, metered_kwh=7.0),)}, 4.0, 40.0),
    ],
    ids=[
        "highest hour",
        "higher already today",
        "higher in the past",
        "mean of two",
        "mean of three",
        "days that are missing count nothing",
        "below what the month sees anyway",
        "above what the month sees anyway",
        "the month's base takes the place of lower days",
        "no window counts",
        "windows of two hours",
        "window that runs",
    ],
)
def test_the_fee_is_on_the_mean_of_the_highest_days(
    changes: dict[str, Any], charged_kw: float, fee: float
) -> None:
    problem = house([0.0, 0.0, 0.0], load_kwh=[1.0, 4.0, 1.0], peaks=(month(**changes),))
    result = solve(problem, MONEY_ALONE)
    assert result.peak_kw == pytest.approx((charged_kw,))
    assert result.objective[ObjectiveTerm.PEAK] == pytest.approx(fee)


def test_each_billing_month_has_its_own_fee() -> None:
    first = month(windows=HOURLY[:1])
    second = month(windows=HOURLY[1:], fee_per_kw=1.0)
    result = solve(house([0.0] * 3, load_kwh=[1.0, 4.0, 1.0], peaks=(first, second)), MONEY_ALONE)
    assert result.peak_kw == pytest.approx((1.0, 4.0))
    assert result.objective[ObjectiveTerm.PEAK] == pytest.approx(14.0)
