"""What was seen of a day moves the rest of it, the more the more was seen."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import PvModel, train_pv
from custom_components.loadstar.engine.forecast.pv_today import pull
from custom_components.loadstar.engine.forecast.types import EMPTY
from tests.unit.forecast.pv_years import (
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    periods,
    series,
    trained,
)

JUNE = 150  # day of the year
TODAY = 20
SKY = clear_sky(TODAY + 2, JUNE) * 0.7


def perfect() -> PvModel:
    return trained(Year(measured=SKY, forecast=SKY), TODAY)


def rest_of_today(model: PvModel, hour: float, measured: FloatArray) -> FloatArray:
    """Return what two days' hours are multiplied by at an hour of today."""
    ahead = SKY[TODAY:].ravel()
    corrected = model.correct(
        periods(ahead, after(TODAY)),
        now=after(TODAY) + timedelta(hours=hour),
        seen=series(measured, after(TODAY)),
        expected=series(SKY[TODAY], after(TODAY)),
    )
    mean_kw = np.array([each.mean_kw for each in corrected])
    factors: FloatArray = mean_kw / np.maximum(ahead, 1e-9)
    return factors


def test_the_more_of_the_day_was_seen_the_more_of_its_ratio_is_taken_over() -> None:
    measured = SKY[TODAY] * 0.5
    factors = [rest_of_today(perfect(), hour, measured)[18] for hour in (0, 6, 8, 10, 12, 15)]
    assert factors[0] == pytest.approx(1.0)
    assert all(later < earlier for earlier, later in pairwise(factors))
    assert 0.5 < factors[-1] < 0.65


@pytest.mark.parametrize(
    ("got", "promised", "remaining", "factor"),
    [
        (2.0, 4.0, 4.0, 1 - 4 / (4 + 0.3 * 8) * 0.5),
        # sun that nobody promised is evidence as well
        (6.0, 4.0, 4.0, 1 + 6 / (6 + 0.3 * 8) * 0.5),
        (0.0, 4.0, 4.0, 1 - 4 / (4 + 0.3 * 8)),
        (4.0, 0.0, 4.0, 1.0),
        (0.0, 0.0, 4.0, 1.0),
    ],
)
def test_the_weight_is_the_energy_seen_against_the_days(
    got: float, promised: float, remaining: float, factor: float
) -> None:
    assert pull(np.array([got]), np.array([promised]), remaining) == pytest.approx(factor)


def test_hours_that_are_over_and_other_days_stay_as_they_are() -> None:
    factors = rest_of_today(perfect(), 12.5, SKY[TODAY] * 0.5)
    assert factors[10] == pytest.approx(1.0)
    assert factors[12] < 0.8  # the hour that runs is still ahead in part
    assert factors[24 + 12] == pytest.approx(1.0)


def test_a_day_as_expected_changes_nothing() -> None:
    factors = rest_of_today(perfect(), 14, SKY[TODAY])
    assert factors[15] == pytest.approx(1.0)


def test_a_bias_that_is_known_is_not_held_against_today_again() -> None:
    model = trained(Year(measured=SKY * 0.7, forecast=SKY), TODAY)
    assert rest_of_today(model, 13, SKY[TODAY] * 0.7)[15] == pytest.approx(0.7)


def test_the_hour_that_is_not_over_is_not_looked_at() -> None:
    measured = SKY[TODAY].copy()
    measured[12] *= 0.1  # so far
    assert rest_of_today(perfect(), 12.1, measured)[15] == pytest.approx(1.0)


def test_panels_switched_off_for_an_hour_say_nothing_of_the_sun() -> None:
    measured = SKY[TODAY].copy()
    measured[10:12] = 0.0
    assert rest_of_today(perfect(), 13, measured)[15] == pytest.approx(1.0)


def test_snow_in_the_morning_lasts() -> None:
    assert rest_of_today(perfect(), 13, np.zeros(24))[15] < 0.45


@pytest.mark.parametrize(("ratio", "kept_to"), [(0.02, 0.3), (4.0, 1.7)])
def test_today_is_kept_within_the_same_bounds(ratio: float, kept_to: float) -> None:
    factors = rest_of_today(perfect(), 18, SKY[TODAY] * ratio)
    assert factors[18] == pytest.approx(kept_to)


def test_what_cannot_be_used_of_today_is_passed_over() -> None:
    measured = SKY[TODAY].copy()
    measured[:9], measured[9] = np.nan, -1.0
    assert rest_of_today(perfect(), 11, measured)[15] == pytest.approx(1.0)


def test_before_sunrise_nothing_is_known() -> None:
    assert rest_of_today(perfect(), 3, SKY[TODAY])[12] == pytest.approx(1.0)


def test_a_new_home_follows_its_day_as_well() -> None:
    model = train_pv(EMPTY, EMPTY, now=after(TODAY), time_zone="Europe/Berlin", installed_kwp=None)
    assert rest_of_today(model, 13, SKY[TODAY] * 0.5)[15] < 0.7


def test_yesterdays_hours_are_not_todays() -> None:
    corrected = perfect().correct(
        periods([2.0], after(TODAY + 0.6)),
        now=after(TODAY + 0.55),
        seen=series(SKY[TODAY] * 0.2, after(TODAY - 1)),
        expected=series(SKY[TODAY], after(TODAY - 1)),
    )
    assert corrected[0].mean_kw == pytest.approx(2.0)


def test_the_afternoon_is_foreseen_better_at_noon_than_the_day_before() -> None:
    year = cloudy_year(2, 150, first_day=60)
    errors = {"before": 0.0, "noon": 0.0}
    for day in range(30, 150, 4):
        model = trained(year, day)
        ahead = periods(year.forecast[day], after(day))
        got = year.measured[day, 12:].sum()
        today = {"seen": series(year.measured[day], after(day))}
        today["expected"] = series(year.forecast[day], after(day))
        at_noon = model.correct(ahead, now=after(day + 0.5), **today)
        for name, periods_then in (
            ("before", model.correct(ahead, now=after(day))),
            ("noon", at_noon),
        ):
            errors[name] += abs(sum(each.mean_kw for each in periods_then[12:]) - got)
    assert errors["noon"] < 0.85 * errors["before"]
