"""What says nothing of the forecast is left out of the correction, and named with its days."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
import json
from pathlib import Path

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import PvModel, train_pv
from custom_components.loadstar.engine.forecast.pv_left_out import PvLeftOut
from custom_components.loadstar.engine.forecast.types import EMPTY, LeftOut
from tests.unit.forecast.pv_years import (
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    factor,
    series,
    trained,
)

JUNE = 150  # day of the year
DAYS = 20
BERLIN = "Europe/Berlin"
TRANSLATIONS = Path(__file__).parents[3] / "custom_components/loadstar/translations"


def day(number: int) -> date:
    return date(2025, 1, 1) + timedelta(days=number)


def found(model: PvModel) -> dict[str, LeftOut]:
    return {each.code: each for each in model.left_out}


def with_measured(change: Callable[[FloatArray], None], kwp: float | None = 10.0) -> PvModel:
    """Return what is learnt where ``change`` came between a perfect forecast and the meter."""
    sky = clear_sky(DAYS, JUNE)
    measured = sky.copy()
    change(measured)
    return trained(Year(measured=measured, forecast=sky), kwp=kwp)


def snow(measured: FloatArray) -> None:
    measured[[4, 18]] = 0.0


def curtailed_to_nothing(measured: FloatArray) -> None:
    measured[[3, 17, 18], 11:14] = 0.0


def curtailed_to_a_plateau(measured: FloatArray) -> None:
    measured[[3, 17, 18], 10:15] = 2.0


def negative(measured: FloatArray) -> None:
    measured[17, 12] = -3.0


def absurd(measured: FloatArray) -> None:
    measured[17, 12] = 500.0


def meter_reset(measured: FloatArray) -> None:
    measured[17, 12] = -9000.0  # in a power that a helper derives from a counter


def meter_replaced(measured: FloatArray) -> None:
    measured[17, 12] = 55_321.0


def unmeasured(measured: FloatArray) -> None:
    measured[16:18, 9:] = np.nan


@pytest.mark.parametrize("kwp", [10.0, None])
@pytest.mark.parametrize(
    ("change", "code", "days", "data"),
    [
        (snow, PvLeftOut.SNOW, (4, 18), {"days": 2}),
        (curtailed_to_nothing, PvLeftOut.CURTAILED, (3, 17, 18), {"hours": 9, "days": 3}),
        (curtailed_to_a_plateau, PvLeftOut.CURTAILED, (3, 17, 18), {"hours": 15, "days": 3}),
        (negative, PvLeftOut.MEASURED_NEGATIVE, (17,), {"hours": 1, "days": 1}),
        (absurd, PvLeftOut.MEASURED_ABSURD, (17,), {"hours": 1, "days": 1}),
        (meter_reset, PvLeftOut.MEASURED_NEGATIVE, (17,), {"hours": 1, "days": 1}),
        (meter_replaced, PvLeftOut.MEASURED_ABSURD, (17,), {"hours": 1, "days": 1}),
        (unmeasured, PvLeftOut.MEASUREMENT_MISSING, (16, 17), {"days": 2}),
    ],
)
def test_it_is_left_out_and_named(
    change: Callable[[FloatArray], None],
    code: str,
    days: tuple[int, ...],
    data: Mapping[str, int],
    kwp: float | None,
) -> None:
    model = with_measured(change, kwp)
    (left_out,) = model.left_out
    assert left_out.code == code
    assert left_out.days == tuple(day(number) for number in days)
    assert left_out.data == data
    assert factor(model, clear_sky(1, JUNE)[0], DAYS) == pytest.approx(1.0)


def test_a_perfect_fortnight_leaves_nothing_out() -> None:
    assert with_measured(lambda _: None).left_out == ()


def test_what_an_inverter_draws_at_night_is_no_fault() -> None:
    def standby(measured: FloatArray) -> None:
        measured[:, :3] = -0.01

    assert with_measured(standby).left_out == ()


def test_hours_alike_near_the_forecast_are_weather() -> None:
    def alike(measured: FloatArray) -> None:
        measured[18, 11:14] *= 0.75
        measured[18, 11:14] = measured[18, 11:14].mean()

    assert with_measured(alike).left_out == ()


def test_a_dull_day_is_no_snow() -> None:
    def dull(measured: FloatArray) -> None:
        measured[18] *= 0.05

    model = with_measured(dull)
    assert model.left_out == ()
    assert factor(model, clear_sky(1, JUNE)[0], DAYS) < 1


def test_days_before_the_forecast_began_are_not_missing() -> None:
    sky = clear_sky(DAYS, JUNE)
    forecast = sky.copy()
    forecast[:10] = np.nan
    forecast[17] = np.nan
    model = trained(Year(measured=sky, forecast=forecast))
    assert found(model)[PvLeftOut.FORECAST_MISSING].days == (day(17),)


# A 10 kWp system behind an inverter of 6 kW, of which the forecast knows nothing.
LIMIT_KW = 6.0


def behind_an_inverter(days: int) -> Year:
    sky = clear_sky(days, JUNE)
    measured = np.minimum(sky * 0.9, LIMIT_KW)
    return Year(measured=measured, forecast=sky)


def test_hours_at_the_inverters_limit_are_not_learnt_from() -> None:
    model = trained(behind_an_inverter(DAYS))
    assert set(found(model)) == {PvLeftOut.CLIPPED}
    morning = np.where(np.arange(24) < 9, clear_sky(1, JUNE)[0], 0.0)
    assert factor(model, morning, DAYS) == pytest.approx(0.9, abs=0.01)


def test_a_forecast_does_not_go_beyond_a_limit_that_was_seen() -> None:
    model = trained(behind_an_inverter(DAYS))
    assert model.corrector is not None
    assert model.corrector.limit_kw == LIMIT_KW
    assert model.confidence > 0.97


def test_a_limit_is_believed_from_the_second_day() -> None:
    year = behind_an_inverter(7)
    year.measured[:5] = year.forecast[:5] * 0.5  # dull days without it
    known = [trained(year, days).corrector for days in (5, 6, 7)]
    assert [each.limit_kw for each in known if each] == [10.0, 10.0, LIMIT_KW]


def test_a_limit_that_was_exceeded_later_is_none() -> None:
    year = behind_an_inverter(DAYS)
    year.measured[12:] = year.forecast[12:] * 0.9  # a bigger inverter
    corrector = trained(year).corrector
    assert corrector is not None
    assert corrector.limit_kw == 10.0


def test_at_what_is_installed_nothing_is_learnt_either() -> None:
    sky = clear_sky(DAYS, JUNE)
    model = trained(Year(measured=np.minimum(sky * 1.3, 7.0), forecast=sky), kwp=7.0)
    assert PvLeftOut.CLIPPED in found(model)
    morning = np.where(np.arange(24) < 8, sky[0], 0.0)
    assert factor(model, morning, DAYS) > 1.2


def test_a_coarse_meter_makes_no_plateaus() -> None:
    year = cloudy_year(4, 60, first_day=JUNE)
    coarse = Year(measured=np.round(year.measured * 0.1, 1) * 10, forecast=year.forecast)
    assert PvLeftOut.CLIPPED not in found(trained(coarse, kwp=None))


def test_weather_alone_is_hardly_ever_taken_for_a_limit() -> None:
    for seed in range(4):
        left_out = found(trained(cloudy_year(seed, 365)))
        hours = sum(each.data["hours"] for each in left_out.values())
        assert hours < 0.002 * 365 * 12
        assert PvLeftOut.CLIPPED not in left_out


def test_a_flat_forecast_makes_flat_hours_normal() -> None:
    # panels to the east and to the west, under a forecast that knows it
    sky = np.minimum(clear_sky(DAYS, JUNE), 5.0)
    assert trained(Year(measured=sky, forecast=sky), kwp=None).left_out == ()


def test_a_year_of_zeros_is_no_snow() -> None:
    sky = clear_sky(365)
    model = trained(Year(measured=np.zeros_like(sky), forecast=sky))
    assert set(found(model)) == {PvLeftOut.ALWAYS_ZERO}
    assert model.confidence == 0.0
    assert factor(model, sky[0], 365) == 1.0


@pytest.mark.parametrize(
    ("measured", "forecast", "code"),
    [
        (clear_sky(DAYS), np.full((DAYS, 24), np.nan), PvLeftOut.NO_FORECAST_YET),
        (clear_sky(DAYS), np.zeros((DAYS, 24)), PvLeftOut.FORECAST_ZERO),
        (np.full((DAYS, 24), np.nan), clear_sky(DAYS), PvLeftOut.NO_MEASUREMENT_YET),
    ],
)
def test_a_history_of_which_one_half_is_missing_says_so(
    measured: FloatArray, forecast: FloatArray, code: str
) -> None:
    model = trained(Year(measured=measured, forecast=forecast))
    assert [each.code for each in model.left_out] == [code]
    assert model.confidence == 0.0
    assert factor(model, clear_sky(1)[0], DAYS) == 1.0


def test_no_history_at_all_says_so() -> None:
    model = train_pv(EMPTY, EMPTY, now=after(0), time_zone=BERLIN, installed_kwp=None)
    assert [each.code for each in model.left_out] == [PvLeftOut.NO_FORECAST_YET]


def test_only_hours_of_today_are_no_history() -> None:
    today = series(clear_sky(1, JUNE))
    model = train_pv(today, today, now=after(0.7), time_zone=BERLIN, installed_kwp=10.0)
    assert [each.code for each in model.left_out] == [PvLeftOut.NO_FORECAST_YET]
    assert model.label.code == "no_forecast"


@pytest.mark.parametrize("kwp", [0.0, -5.0, np.nan, np.inf])
def test_an_installed_power_that_is_none_is_as_good_as_unknown(kwp: float) -> None:
    year = cloudy_year(1, 30, first_day=JUNE)
    assert trained(year, kwp=kwp).confidence == trained(year, kwp=None).confidence


@pytest.mark.parametrize("language", ["en", "de", "sv", "nl", "sl", "fr"])
def test_every_reason_has_a_sentence(language: str) -> None:
    words = json.loads((TRANSLATIONS / f"{language}.json").read_text())["exceptions"]
    assert set(PvLeftOut) <= set(words)


def test_history_older_than_two_years_is_not_looked_at() -> None:
    year = cloudy_year(1, 900)
    assert series(year.forecast).start_s.size == 900 * 24
    recent = Year(measured=year.measured.copy(), forecast=year.forecast.copy())
    recent.forecast[:90] = 7.0
    recent.measured[:90] = 0.0
    assert trained(recent).left_out == trained(year).left_out
