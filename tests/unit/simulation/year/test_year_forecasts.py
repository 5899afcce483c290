"""Forecasts are wrong as forecasts are: with a bias that drifts, and more so further ahead."""

from dataclasses import replace
from datetime import date

from loadstar_engine.simulation.year import SourceConfig, Year, YearConfig, simulate_year
import numpy as np
import numpy.typing as npt
import pytest

from .conftest import Daily

type FloatArray = npt.NDArray[np.float64]

HOUR_S = 3600
DAY_S = 86_400
SPRING = YearConfig(start=date(2026, 3, 1), days=60)


def wape(forecast: FloatArray, truth: FloatArray) -> float:
    return float(np.abs(forecast - truth).sum() / truth.sum())


def hourly(slots: FloatArray) -> FloatArray:
    return np.asarray(slots.reshape(-1, 4).sum(axis=1), np.float64)


def fair(year: Year, forecast: FloatArray) -> FloatArray:
    """Take the bias out."""
    return forecast / year.service.bias


def test_the_day_before_a_day_is_missed_by_a_fifth_or_so(year: Year, daily: Daily) -> None:
    expected = year.day_ahead_pv_kwh()
    assert 0.15 < wape(daily(expected), daily(year.pv_kwh)) < 0.30
    assert 0.24 < wape(hourly(expected), hourly(year.pv_kwh)) < 0.40


def test_without_its_bias_it_is_right_on_the_whole(year: Year) -> None:
    expected = fair(year, year.day_ahead_pv_kwh())
    # it knows neither of the trees nor of the snow
    assert 1.0 < expected.sum() / year.pv_kwh.sum() < 1.06


def test_errors_grow_with_the_lead(year: Year, daily: Daily) -> None:
    truth = daily(year.pv_kwh)
    first = np.searchsorted(year.when.day, year.when.day)
    errors = [
        wape(
            daily(fair(year, year.service.as_issued(year.start_s[first] - hours * HOUR_S)))[3:],
            truth[3:],
        )
        for hours in (0, 6, 12, 24, 44)
    ]
    assert errors == sorted(errors)
    assert wape(daily(fair(year, year.newest_pv_kwh())), truth) < 0.7 * errors[0]
    assert errors[-1] > 1.25 * errors[0]


def test_errors_are_alike_within_a_day_and_hardly_from_day_to_day(year: Year) -> None:
    noon, error = (
        np.abs(year.when.hour - 12.5) < 2.5,
        fair(year, year.day_ahead_pv_kwh()) - year.pv_kwh,
    )
    days = error[noon].reshape(-1, 20)
    apart_2_h = np.corrcoef(days[:, 2], days[:, 10])[0, 1]
    next_day = np.corrcoef(days[:-1].sum(axis=1), days[1:].sum(axis=1))[0, 1]
    assert apart_2_h > 0.35
    assert abs(next_day) < 0.2


def test_broken_cloud_is_foreseen_worse_than_a_clear_or_a_closed_sky(year: Year) -> None:
    sunny = year.service.power.sunny_kw / 4
    noon = np.abs(year.when.hour - 12.5) < 2
    share = fair(year, year.day_ahead_pv_kwh()) / np.maximum(sunny, 1e-9)
    error = np.abs(fair(year, year.day_ahead_pv_kwh()) - year.pv_kwh) / np.maximum(sunny, 1e-9)
    broken = error[noon & (share > 0.5) & (share < 0.7)].mean()
    assert broken > 1.5 * error[noon & (share > 0.92)].mean()
    assert broken > 1.5 * error[noon & (share < 0.28)].mean()


def test_quantiles_hold_what_they_say(year: Year) -> None:
    below, within, slots = 0, 0, 0
    for day in range(5, 725):
        issued = year.issued(float(year.start_s[0] + day * DAY_S + 18 * HOUR_S))
        index = np.searchsorted(year.start_s, issued.start_s)
        truth = year.pv_kwh[index]
        bright = year.service.power.sunny_kw[index] > 0.5
        assert issued.p10_kwh is not None
        assert issued.p90_kwh is not None
        low, high = (each / year.service.bias[index] for each in (issued.p10_kwh, issued.p90_kwh))
        below += int((truth < low)[bright].sum())
        within += int(((truth >= low) & (truth <= high))[bright].sum())
        slots += int(bright.sum())
    assert within / slots == pytest.approx(0.8, abs=0.05)
    assert below / slots == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize("bias", [-0.3, 0.0, 0.4])
def test_a_bias_is_what_was_asked_for(bias: float) -> None:
    biased, honest = (
        simulate_year(replace(SPRING, source=SourceConfig(bias=each, drift=0.0)), 1)
        for each in (bias, 0.0)
    )
    assert np.allclose(biased.day_ahead_pv_kwh(), honest.day_ahead_pv_kwh() * (1 + bias))
    assert np.array_equal(biased.pv_kwh, honest.pv_kwh)


def test_a_bias_drifts_over_months_and_not_over_days(year: Year) -> None:
    bias = year.service.bias[::96]
    assert np.abs(np.diff(bias)).max() < 0.06
    assert 0.06 < np.ptp(bias) < 0.6
    still = simulate_year(replace(SPRING, source=SourceConfig(drift=0.0)), 1).service.bias
    assert np.ptp(still) == 0.0


def test_a_forecast_begins_with_the_slot_and_reaches_three_days_from_its_issue() -> None:
    year = simulate_year(SPRING, 1)
    midnight = float(year.start_s[0]) + 10 * DAY_S
    for asked, issued_h in ((0.0, 0), (5.9, 0), (6.0, 6), (13.3, 12), (23.99, 18)):
        at_s = midnight + asked * HOUR_S
        issued = year.issued(at_s)
        assert issued.issued_s == midnight + issued_h * HOUR_S
        assert issued.start_s[0] == at_s // 900 * 900
        assert issued.start_s[-1] + 900 == issued.issued_s + 72 * HOUR_S
        assert issued.pv_kwh.shape == issued.start_s.shape


def test_a_forecast_ends_with_the_year_and_begins_before_it() -> None:
    year = simulate_year(SPRING, 1)
    last = year.issued(float(year.start_s[-1]))
    assert last.start_s.tolist() == [year.start_s[-1]]
    before = year.issued(float(year.start_s[0]) - 6 * HOUR_S)
    assert before.start_s[0] == year.start_s[0]
    assert before.start_s.size == 66 * 4
    assert np.allclose(before.pv_kwh[:96], year.day_ahead_pv_kwh()[:96])
    long_before = year.issued(float(year.start_s[0]) - 72 * HOUR_S)
    assert long_before.start_s.size == 0


@pytest.mark.parametrize("off_s", [-72 * HOUR_S - 1.0, 60 * DAY_S - HOUR_S + 0.0, float("nan")])
def test_there_is_no_forecast_long_before_the_year_or_after_it(off_s: float) -> None:
    year = simulate_year(SPRING, 1)  # has a day of 23 h
    with pytest.raises(ValueError, match="at_s"):
        year.issued(float(year.start_s[0]) + off_s)


def test_every_slots_newest_figure_is_that_of_the_issue_before_it() -> None:
    year = simulate_year(SPRING, 1)
    newest = year.newest_pv_kwh()
    for slot in (0, 700, 2_345, newest.size - 1):
        assert newest[slot] == pytest.approx(year.issued(float(year.start_s[slot])).pv_kwh[0])


def test_a_service_without_surprises_says_the_same_at_every_issue() -> None:
    year = simulate_year(replace(SPRING, source=SourceConfig(surprise=0.0)), 1)
    first, later = (year.issued(float(year.start_s[0]) + day * DAY_S) for day in (20.0, 20.5))
    shared = later.start_s < first.start_s[-1]
    begin = int(np.searchsorted(first.start_s, later.start_s[0]))
    assert np.allclose(
        first.pv_kwh[begin : begin + shared.sum()], later.pv_kwh[shared], rtol=0.02, atol=0.02
    )


def test_a_service_may_have_no_quantiles() -> None:
    year = simulate_year(replace(SPRING, source=SourceConfig(has_quantiles=False)), 1)
    issued = year.issued(float(year.start_s[0]))
    assert issued.p10_kwh is None
    assert issued.p90_kwh is None
