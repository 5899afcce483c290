"""P10 and P90 hold four hours out of five, or come from the source."""

from dataclasses import replace

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import PvModel
from custom_components.loadstar.engine.forecast.pv_quantiles import _like_today
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from tests.unit.forecast.pv_years import (
    KWP,
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    periods,
    trained,
)

SPRING = 100  # day of the year


def spread(model: PvModel, forecast: FloatArray, day: int) -> tuple[EnergyPeriod, ...]:
    return model.correct(periods(forecast, after(day)), now=after(day))


def held(year: Year, today: int) -> list[bool]:
    """Return of each hour of the next three days whether what came was between P10 and P90."""
    model = trained(year, today)
    within = []
    for day in range(today, today + 3):
        for period, got in zip(
            spread(model, year.forecast[day], day), year.measured[day].tolist(), strict=True
        ):
            if period.mean_kw > 0.05:
                assert period.p10_kw is not None
                assert period.p90_kw is not None
                within.append(period.p10_kw <= got <= period.p90_kw)
    return within


@pytest.mark.parametrize("bias", [0.0, -0.3])
def test_four_of_five_hours_of_held_out_days_lie_between(bias: float) -> None:
    within: list[bool] = []
    for seed in range(3):
        year = cloudy_year(seed, 365, bias=bias, drift=0.1)
        # a few days of every season, each with all that was known before
        for today in range(60 + seed, 362, 15):
            within += held(year, today)
    assert 0.75 < np.mean(within) < 0.85


def test_they_enclose_the_forecast_within_what_is_possible() -> None:
    year = cloudy_year(7, 120, first_day=SPRING)
    model = trained(year, 119)
    for period in spread(model, year.forecast[119], 119):
        assert period.p10_kw is not None
        assert period.p90_kw is not None
        assert 0 <= period.p10_kw <= period.mean_kw <= period.p90_kw <= KWP


def test_a_night_is_surely_dark() -> None:
    year = cloudy_year(7, 60)
    midnight = spread(trained(year, 59), year.forecast[59], 59)[0]
    assert (midnight.p10_kw, midnight.mean_kw, midnight.p90_kw) == (0.0, 0.0, 0.0)


def test_a_better_source_has_a_narrower_spread() -> None:
    def width(error: float) -> float:
        year = cloudy_year(9, 120, first_day=SPRING, error=error)
        year.measured[:] = error * year.measured + (1 - error) * year.forecast
        return sum(
            (each.p90_kw or 0.0) - (each.p10_kw or 0.0)
            for each in spread(trained(year, 119), year.forecast[119], 119)
        )

    assert width(0.3) < 0.6 * width(1.0)


def test_too_few_days_give_no_spread() -> None:
    year = cloudy_year(7, 8, first_day=SPRING)
    noon = spread(trained(year, 7), year.forecast[7], 7)[12]
    assert noon.mean_kw > 0
    assert (noon.p10_kw, noon.p90_kw) == (None, None)


def test_the_sources_own_are_kept_and_corrected_like_the_rest() -> None:
    sky = clear_sky(15, SPRING) * 0.5
    model = trained(Year(measured=sky * 0.8, forecast=sky), 14)
    (given,) = periods([3.0], after(14.5))
    given = replace(given, p10_kw=1.0, p90_kw=4.0)
    (noon,) = model.correct([given], now=after(14))
    assert (noon.p10_kw, noon.mean_kw, noon.p90_kw) == pytest.approx((0.8, 2.4, 3.2))


def test_one_of_two_that_the_source_lacks_is_learnt() -> None:
    year = cloudy_year(7, 60, first_day=SPRING)
    (given,) = periods([3.0], after(59.5))
    given = replace(given, p10_kw=1.0)
    (noon,) = trained(year, 59).correct([given], now=after(59))
    assert noon.p10_kw == pytest.approx(noon.mean_kw / 3.0)
    assert noon.p90_kw is not None
    assert noon.p90_kw > noon.mean_kw


def test_hours_that_were_held_back_widen_nothing() -> None:
    sky = clear_sky(60, SPRING)
    measured = sky.copy()
    measured[::4, 11:14] = 0.0
    noon = spread(trained(Year(measured=measured, forecast=sky), 60), sky[59], 60)[12]
    assert noon.p10_kw == pytest.approx(noon.mean_kw, rel=0.02)


@pytest.mark.parametrize(
    ("age_days", "is_alike"),
    [
        (1, True),
        (60, True),
        (61, False),
        (319, False),
        (320, True),
        (365, True),
        (410, True),
        (411, False),
        (730, True),
    ],
)
def test_days_of_the_season_and_the_latest_are_learnt_from(
    age_days: int, *, is_alike: bool
) -> None:
    assert _like_today(800)[-age_days] == is_alike


def test_a_clear_hour_strays_downward_and_a_dull_one_upward() -> None:
    year = cloudy_year(11, 200, first_day=20)
    model = trained(year)
    clear, dull = (
        model.correct(periods([level * 8.5], after(200.5)), now=after(200))[0]
        for level in (1.0, 0.15)
    )
    for period, downward in ((clear, True), (dull, False)):
        assert period.p10_kw is not None
        assert period.p90_kw is not None
        assert (period.mean_kw - period.p10_kw > period.p90_kw - period.mean_kw) is downward
