"""Confidence is what the formula says, of forecasts as they were corrected before each day."""

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import PvModel, train_pv
from custom_components.loadstar.engine.forecast.pv_confidence import PvTrust
from custom_components.loadstar.engine.forecast.pv_label import confidence_word, label_of
from custom_components.loadstar.engine.forecast.types import EMPTY, Scores
from tests.unit.forecast.pv_years import (
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    corrected,
    series,
    trained,
)

SPRING = 100  # day of the year


def walked(year: Year, days: int) -> FloatArray:
    """Return each day's energy as a model trained at its midnight would have put it."""
    return np.array(
        [corrected(trained(year, day), year.forecast[day], day).sum() for day in range(days)]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_confidence_is_the_formula_over_models_of_each_midnight(seed: int) -> None:
    year = cloudy_year(seed, 34, bias=-0.2, first_day=SPRING)
    model = trained(year)
    measured, expected = year.measured.sum(axis=1)[20:], walked(year, 34)[20:]
    wape = np.abs(measured - expected).sum() / measured.sum()
    assert model.confidence == pytest.approx(1 - wape)
    assert model.scores.model == pytest.approx(wape)
    assert model.days == model.scores.days == 14


@pytest.mark.parametrize("days", range(1, 8))
def test_confidence_grows_with_the_days_known_up_to_five(days: int) -> None:
    forecast = clear_sky(days, SPRING)
    model = trained(Year(measured=forecast, forecast=forecast))
    assert model.confidence == pytest.approx(min(1.0, days / 5))
    assert model.days == days


def test_hours_of_daylight_without_a_forecast_lower_it_by_their_share() -> None:
    sky = clear_sky(20, SPRING)
    forecast = sky.copy()
    forecast[-14:, 12:14] = np.nan  # two of the hours of daylight
    model = trained(Year(measured=sky, forecast=forecast))
    daylight = int((sky[-14:].max(axis=0) > 0.05).sum())
    assert model.confidence == pytest.approx((daylight - 2) / daylight)


def test_days_without_a_forecast_lower_it_by_their_share() -> None:
    sky = clear_sky(20, SPRING)
    forecast = sky.copy()
    forecast[-4:] = np.nan  # the source fell silent
    model = trained(Year(measured=sky, forecast=forecast))
    assert model.confidence == pytest.approx(10 / 14)
    assert model.days == 10


def test_days_before_the_first_forecast_are_not_held_against_it() -> None:
    sky = clear_sky(30, SPRING)
    forecast = sky.copy()
    forecast[:-6] = np.nan
    assert trained(Year(measured=sky, forecast=forecast)).confidence == pytest.approx(1.0)


def test_a_source_that_fell_silent_two_weeks_ago_has_no_confidence() -> None:
    sky = clear_sky(40, SPRING)
    forecast = sky.copy()
    forecast[-14:] = np.nan
    model = trained(Year(measured=sky, forecast=forecast))
    assert model.confidence == 0.0
    assert model.scores == Scores()


def test_nights_left_out_by_the_source_are_no_gaps() -> None:
    sky = clear_sky(20, SPRING)
    forecast = np.where(sky > 0, sky, np.nan)
    assert trained(Year(measured=sky, forecast=forecast)).confidence == pytest.approx(1.0)


def test_a_day_of_which_most_is_unmeasured_is_not_judged() -> None:
    sky = clear_sky(20, SPRING)
    measured = sky.copy()
    measured[-3, :16] = np.nan
    model = trained(Year(measured=measured, forecast=sky))
    assert model.days == 13
    assert model.confidence == pytest.approx(1.0)


def test_a_forecast_that_is_wrong_by_more_than_the_energy_has_none_at_all() -> None:
    year = cloudy_year(1, 20, first_day=SPRING)
    wrong = Year(measured=year.measured[::-1] * 0.05, forecast=year.forecast)
    assert trained(wrong).confidence == 0.0


def test_a_bias_costs_confidence_only_until_it_is_corrected() -> None:
    sky = clear_sky(40, SPRING)
    year = Year(measured=sky * 0.7, forecast=sky)
    assert trained(year, 6).confidence < 0.85
    assert trained(year, 40).confidence == pytest.approx(1.0)


def test_snow_is_an_error_of_the_forecast_and_curtailment_is_not() -> None:
    sky = clear_sky(20, SPRING)
    snowed, curtailed = sky.copy(), sky.copy()
    snowed[-2] = 0.0
    curtailed[-2, 11:14] = 0.0
    snow, held = (trained(Year(measured=each, forecast=sky)) for each in (snowed, curtailed))
    assert snow.confidence < 0.95
    assert held.confidence == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ratio", "code", "percent"),
    [(0.88, "over", 12), (1.2, "under", 20), (1.0, "on_target", 0), (0.97, "on_target", 3)],
)
def test_the_label_says_how_far_off_the_source_was(ratio: float, code: str, percent: int) -> None:
    sky = clear_sky(40, SPRING) * 0.7
    label = trained(Year(measured=sky * ratio, forecast=sky)).label
    assert label.code == code
    assert label.data == {"percent": percent, "confidence": "high"}


def test_few_days_are_called_learning() -> None:
    sky = clear_sky(4, SPRING)
    label = trained(Year(measured=sky * 0.9, forecast=sky)).label
    assert (label.code, label.data["percent"]) == ("learning", 10)


def test_without_a_forecast_the_label_says_so() -> None:
    model = train_pv(
        series(clear_sky(20)), EMPTY, now=after(20), time_zone="Europe/Berlin", installed_kwp=None
    )
    assert model.label.code == label_of(PvTrust(), anything=False).code == "no_forecast"
    assert model.confidence == 0.0


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (0.0, "low"),
        (0.449, "low"),
        (0.45, "fair"),
        (0.649, "fair"),
        (0.65, "good"),
        (0.799, "good"),
        (0.8, "high"),
        (1.0, "high"),
    ],
)
def test_a_confidence_has_a_word(confidence: float, word: str) -> None:
    assert confidence_word(confidence) == word


def test_scores_compare_with_the_source_as_it_is() -> None:
    sky = clear_sky(40, SPRING)
    model: PvModel = trained(Year(measured=sky * 0.8, forecast=sky))
    assert model.scores.naive == pytest.approx(0.25)
    assert model.scores.model == pytest.approx(0.0, abs=1e-9)
