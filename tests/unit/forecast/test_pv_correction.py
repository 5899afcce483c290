"""A forecast that is always wrong in the same way is put right, and one odd day changes little."""

from datetime import UTC, datetime

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import NO_PV_MODEL, train_pv
from custom_components.loadstar.engine.forecast.pv_correction import ratios_before
from custom_components.loadstar.engine.forecast.types import EMPTY
from tests.unit.forecast.pv_years import (
    KWP,
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    factor,
    factors,
    periods,
    series,
    trained,
)

SPRING = 100  # day of the year


def under_the_sky(forecast: FloatArray, ratio: FloatArray | float) -> Year:
    return Year(measured=forecast * ratio, forecast=forecast)


@pytest.mark.parametrize("ratio", [0.6, 0.7, 1.0, 1.4])
def test_a_bias_without_any_noise_is_known_after_14_days(ratio: float) -> None:
    sky = clear_sky(15, SPRING)
    model = trained(under_the_sky(sky * 0.7, ratio), 14)
    assert factor(model, sky[14] * 0.7, 14) == pytest.approx(ratio, abs=1e-6)


def test_a_bias_of_30_percent_is_recovered_in_14_days_of_weather() -> None:
    left = []
    for seed in range(40):
        year = cloudy_year(seed, 15, bias=-0.3, first_day=8 * seed, error=0.5)
        left.append(factor(trained(year, 14), year.forecast[14], 14) / 0.7 - 1)
    assert abs(np.median(left)) < 0.05
    assert abs(np.mean(left)) < 0.05
    # weather that is foreseen badly for two weeks looks like a bias
    assert np.mean(np.abs(left) < 0.2) > 0.9


def test_corrected_days_err_far_less_than_biased_ones() -> None:
    scores = trained(cloudy_year(3, 60, bias=-0.3, first_day=SPRING)).scores
    assert scores.model is not None
    assert scores.naive is not None
    assert scores.model < 0.75 * scores.naive


@pytest.mark.parametrize("days", [1, 2, 4, 7, 13, 40])
@pytest.mark.parametrize("left", [0.02, 0.1, 0.3])
def test_one_day_of_cloud_changes_the_correction_by_less_than_a_tenth(
    days: int, left: float
) -> None:
    forecast = clear_sky(days + 1, SPRING)
    year = under_the_sky(forecast, 1.0)
    year.measured[days - 1] *= left
    assert factor(trained(year, days), forecast[days], days) > 0.9


@pytest.mark.parametrize("seed", range(12))
def test_one_day_of_cloud_changes_little_in_any_weather(seed: int) -> None:
    year = cloudy_year(seed, 31, first_day=25 * seed, bias=-0.2)
    # the sun was promised, and had been there
    year.forecast[29] = clear_sky(30, 25 * seed)[29]
    usual, dull = year.measured.copy(), year.measured.copy()
    usual[29], dull[29] = year.forecast[29] * 0.8, year.forecast[29] * 0.05
    before, reacted = (
        factor(trained(Year(measured=each, forecast=year.forecast), 30), year.forecast[30], 30)
        for each in (usual, dull)
    )
    assert 0.9 < reacted / before <= 1
    assert reacted / factor(trained(year, 29), year.forecast[30], 30) > 0.9


def test_a_shaded_morning_is_learnt_apart_from_the_rest_of_the_day() -> None:
    forecast = clear_sky(15, SPRING)
    ratio = np.where(np.arange(24) < 10, 0.5, 1.0)
    model = trained(under_the_sky(forecast, ratio), 14)
    ratios = factors(model, forecast[14], 14)
    assert ratios[9] < 0.6
    assert 0.93 < ratios[12] < 1.0
    # an hour with little energy is no evidence
    assert ratios[5] > ratios[9]


@pytest.mark.parametrize(("ratio", "kept_to"), [(0.1, 0.3), (2.5, 1.7)])
def test_no_correction_goes_beyond_what_is_believed(ratio: float, kept_to: float) -> None:
    forecast = clear_sky(41, SPRING) * 0.3
    model = trained(under_the_sky(forecast, ratio), 40)
    assert factor(model, forecast[40], 40) == pytest.approx(kept_to)


def test_nothing_is_more_than_what_is_installed() -> None:
    forecast = clear_sky(15, SPRING + 60)
    model = trained(under_the_sky(forecast, 1.2), 14, kwp=8.0)
    highest = forecast[14] * 2
    corrected = model.correct(periods(highest, after(14)), now=after(14))
    assert max(each.mean_kw for each in corrected) == 8.0
    assert max(each.p90_kw or 0.0 for each in corrected) <= 8.0
    assert max(each.p10_kw or 0.0 for each in corrected) <= 8.0


def test_what_is_installed_holds_before_anything_was_learnt() -> None:
    model = train_pv(EMPTY, EMPTY, now=after(0), time_zone="Europe/Berlin", installed_kwp=8.0)
    (corrected,) = model.correct(periods([9.0], after(0)), now=after(0))
    assert corrected.mean_kw == 8.0


def test_the_correction_of_a_day_knows_nothing_of_that_day_or_later() -> None:
    year = cloudy_year(5, 60, bias=-0.2)
    everything = np.ones(year.measured.shape, np.bool_)
    before = ratios_before(year.measured, year.forecast, everything)
    changed = year.measured.copy()
    changed[40:] *= 0.1
    after_change = ratios_before(changed, year.forecast, everything)
    assert np.array_equal(before[:41], after_change[:41])
    assert not np.allclose(before[41], after_change[41])


def test_hours_of_today_and_later_are_not_learnt_from() -> None:
    year = cloudy_year(5, 40)
    whole, cut = (
        train_pv(
            series(year.measured[:days]),
            series(year.forecast[:days]),
            now=after(30.6),
            time_zone="Europe/Berlin",
            installed_kwp=KWP,
        )
        for days in (40, 30)
    )
    assert whole.confidence == cut.confidence
    assert factor(whole, year.forecast[31], 31) == factor(cut, year.forecast[31], 31)


def test_what_was_two_weeks_ago_is_forgotten() -> None:
    forecast = clear_sky(31, SPRING)
    ratio = np.where(np.arange(31) < 16, 1.0, 0.7)[:, None]
    model = trained(under_the_sky(forecast, ratio), 30)
    assert factor(model, forecast[30], 30) == pytest.approx(0.7, abs=1e-6)


def test_newer_days_count_more_than_older_ones() -> None:
    forecast = clear_sky(15, SPRING)
    newer = (np.arange(15) >= 7)[:, None]
    rising, falling = (
        factor(trained(under_the_sky(forecast, ratio), 14), forecast[14], 14)
        for ratio in (np.where(newer, 1.0, 0.9), np.where(newer, 0.9, 1.0))
    )
    assert rising > falling + 0.01


def test_a_few_days_that_nobody_foresaw_pull_little() -> None:
    forecast = clear_sky(15, SPRING)
    odd = np.isin(np.arange(15), (4, 8))[:, None]
    model = trained(under_the_sky(forecast, np.where(odd, 0.05, 1.0)), 14)
    assert factor(model, forecast[14], 14) > 0.95


@pytest.mark.parametrize("minutes", [5, 15, 30, 60, 180])
def test_periods_of_any_length_come_to_the_same_energy(minutes: int) -> None:
    forecast = clear_sky(15, SPRING)
    ratio = np.where(np.arange(24) < 12, 0.6, 0.9)
    model = trained(under_the_sky(forecast, ratio), 14)
    flat = [4.0] * (24 * 60 // minutes)
    corrected = model.correct(periods(flat, after(14), minutes), now=after(14))
    hourly = model.correct(periods([4.0] * 24, after(14)), now=after(14))
    energy = sum(each.mean_kw for each in corrected) * minutes / 60
    assert energy == pytest.approx(sum(each.mean_kw for each in hourly))
    assert [each.start for each in corrected] == [
        each.start for each in periods(flat, after(14), minutes)
    ]


@pytest.mark.parametrize(
    "changes_at", [datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 10, 26, 1, tzinfo=UTC)]
)
def test_the_clock_changes_but_not_the_sun(changes_at: datetime) -> None:
    day = (changes_at - after(0)).days
    forecast = clear_sky(day + 2)
    # a chimney that stands before the sun at ten o'clock of winter time
    ratio = np.where(np.arange(24) == 10, 0.4, 1.0)
    year = under_the_sky(forecast, ratio)
    for today in (day, day + 1):
        model = trained(year, today)
        ratios = factors(model, forecast[today], today)
        assert int(np.argmin(ratios[7:16])) + 7 == 10


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland"])
def test_any_time_zone_will_do(zone: str) -> None:
    forecast = clear_sky(20, SPRING)
    model = train_pv(
        series(forecast * 0.8),
        series(forecast),
        now=after(20),
        time_zone=zone,
        installed_kwp=None,
    )
    assert factor(model, forecast[19], 20) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"])
def test_an_hour_is_the_recorders_also_where_clocks_are_off_by_half_of_one(zone: str) -> None:
    forecast = clear_sky(20, SPRING)
    ratio = np.where(np.arange(24) == 11, 0.4, 1.0)
    model = train_pv(
        series(forecast * ratio),
        series(forecast),
        now=after(20),
        time_zone=zone,
        installed_kwp=None,
    )
    shaded = factors(model, forecast[19], 20)
    assert shaded[11] < 0.6
    assert shaded[10] == pytest.approx(shaded[12], rel=0.02)
    assert shaded[12] > 0.95


def test_a_model_of_nothing_changes_nothing() -> None:
    given = tuple(periods([1.0, 2.0], after(0)))
    assert NO_PV_MODEL.correct(given, now=after(0)) == given
    assert NO_PV_MODEL.label.code == "no_forecast"


def test_no_periods_are_none_when_corrected() -> None:
    assert trained(cloudy_year(1, 20)).correct((), now=after(20)) == ()
