"""P10 and P90 of whole days hold four of five, and are no sum of the hours' quantiles."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import NO_PV_MODEL, PvModel
from custom_components.loadstar.engine.forecast.pv_day_spread import PvDaySpread
from custom_components.loadstar.engine.planner.inputs.load_profile import Quantiles
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.engine.simulation.year import YearConfig, simulate_year
from tests.unit.forecast.pv_years import (
    FloatArray,
    Year,
    after,
    clear_sky,
    cloudy_year,
    corrected,
    periods,
    trained,
)

SPRING = 100  # day of the year
DAYS = 365
LIMIT_KW = 6.0


def weather(seed: int, *, bias: float) -> Year:
    return cloudy_year(seed, DAYS, bias=bias, drift=0.1)


def simulated(seed: int) -> Year:
    """Return a simulated year with snow, shade, and a source whose bias drifts."""
    year = simulate_year(YearConfig(start=date(2025, 1, 1), days=DAYS), seed)
    assert datetime.fromtimestamp(int(year.start_s[0]), UTC) == after(0)
    # by the hour, in days of 24 h
    measured, forecast = (
        slots.reshape(-1, 4).sum(axis=1).reshape(DAYS, 24)
        for slots in (year.pv_kwh, year.day_ahead_pv_kwh())
    )
    return Year(measured=measured, forecast=forecast)


def held_out(year: Year, first_day: int) -> tuple[FloatArray, FloatArray]:
    """Train every other week; return quantiles (N, 3) of the next seven days and what came, kWh."""
    days: list[Quantiles] = []
    came: list[FloatArray] = []
    for today in range(first_day, DAYS - 7, 14):
        model = trained(year, today)
        days += [
            model.day(float(corrected(model, year.forecast[day], day).sum()))
            for day in range(today, today + 7)
        ]
        came.append(year.measured[today : today + 7].sum(axis=1))
    return np.array(days), np.concatenate(came)


def sky_of(model: PvModel, share: float, day: int) -> Quantiles:
    """Return the quantiles of a day of which a share of the clear sky is forecast."""
    return model.day(share * float(clear_sky(1, SPRING + day).sum()))


@pytest.mark.parametrize(
    "year_of",
    [partial(weather, bias=0.0), partial(weather, bias=-0.3), simulated],
    ids=["weather", "biased", "simulated"],
)
def test_four_of_five_held_out_days_lie_between(year_of: Callable[[int], Year]) -> None:
    held = [held_out(year_of(seed), first_day=60) for seed in (1, 2)]
    quantiles, came = (np.concatenate(part) for part in zip(*held, strict=True))
    below, above = (came < quantiles[:, 0]).mean(), (came > quantiles[:, 2]).mean()
    assert 0.75 < 1 - below - above < 0.85
    assert max(below, above) < 0.15


def test_days_stray_less_than_their_hours_quantiles_add_up_to() -> None:
    year = simulated(1)
    of_hours, of_days = np.zeros(2), np.zeros(2)
    for today in range(60, 350, 30):
        model = trained(year, today)
        ahead = model.correct(periods(year.forecast[today], after(today)), now=after(today))
        low, middle, high = (
            sum(power or 0.0 for power in powers)
            for powers in zip(*((p.p10_kw, p.mean_kw, p.p90_kw) for p in ahead), strict=True)
        )
        day = model.day(middle)
        of_hours += (middle - low, high - middle)
        of_days += (middle - day.p10, day.p90 - middle)
    assert (of_days < 0.85 * of_hours).all()


def test_a_sources_own_quantiles_do_not_make_the_days() -> None:
    year = cloudy_year(3, 60, first_day=SPRING)
    model = trained(year, 60)
    said = [
        EnergyPeriod(each.start, each.end, each.mean_kw, 0.0, 9.0)
        for each in periods(year.forecast[59], after(60))
    ]
    plain, with_own = (
        sum(each.mean_kw for each in model.correct(source, now=after(60)))
        for source in (periods(year.forecast[59], after(60)), said)
    )
    assert model.day(with_own) == model.day(plain)
    assert model.day(with_own).p10 > 0


def test_without_evidence_it_is_half_of_it_or_half_as_much_again() -> None:
    assert NO_PV_MODEL.day(20.0) == (10.0, 20.0, 30.0)
    dark = Year(measured=np.zeros((40, 24)), forecast=np.zeros((40, 24)))
    assert trained(dark).day(20.0) == pytest.approx((10.0, 20.0, 30.0))


def test_a_perfect_forecast_is_believed_more_with_every_day() -> None:
    sky = clear_sky(120, SPRING)
    widths = [
        day.p90 - day.p10
        for days in (1, 3, 10, 30, 120)
        for day in [sky_of(trained(Year(measured=sky, forecast=sky), days), 0.9, days)]
    ]
    assert widths == sorted(widths, reverse=True)
    energy = float(sky[0].sum())
    assert widths[0] > 0.6 * energy
    assert widths[-1] < 0.05 * energy


def test_a_better_source_has_a_narrower_day() -> None:
    def width(error: float) -> float:
        year = cloudy_year(9, 120, first_day=SPRING, error=error)
        year.measured[:] = error * year.measured + (1 - error) * year.forecast
        day = sky_of(trained(year), 0.6, 120)
        return day.p90 - day.p10

    assert width(0.3) < 0.6 * width(1.0)


def test_bright_days_are_surer_than_middling_ones() -> None:
    model = trained(cloudy_year(5, 300))
    clear_kwh = model.day_spread.clear_kwh
    bright, middling = (model.day(share * clear_kwh) for share in (0.9, 0.5))
    assert (bright.p90 - bright.p10) / bright.p50 < 0.7 * (
        (middling.p90 - middling.p10) / middling.p50
    )


def test_what_came_lately_counts_more_than_what_came_last_year() -> None:
    year = cloudy_year(5, 720)
    improved = Year(measured=year.measured.copy(), forecast=year.forecast)
    improved.measured[360:] = year.forecast[360:]
    before, then = (trained(improved, days).day(25.0) for days in (360, 720))
    assert then.p90 - then.p10 < 0.2 * (before.p90 - before.p10)


@pytest.mark.parametrize("ratio", [0.1, 3.0])
def test_the_expected_is_between_even_where_it_never_came_to_that(ratio: float) -> None:
    sky = clear_sky(60, SPRING)
    day = sky_of(trained(Year(measured=ratio * sky, forecast=sky), kwp=None), 0.9, 60)
    assert day.p10 <= day.p50 <= day.p90
    assert day.p50 in (day.p10, day.p90)


def test_surplus_and_lack_count_alike() -> None:
    measured = np.zeros((11, 24))
    measured[:, 12] = 0.5 + np.arange(0, 44, 4) % 11 / 10  # 0.5 to 1.5 kWh, in no order
    noon = np.where(np.arange(24) == 12, np.ones((12, 1)), 0.0)
    spread = PvDaySpread.of(measured, noon[1:], noon[1:] > 0, noon, limit_kw=2.0)
    low, middle, high = spread.around(1.0)
    assert high - middle == pytest.approx(middle - low, rel=0.05)
    assert 0.25 < middle - low < 0.5


def snow(measured: FloatArray) -> None:
    measured[::4] = 0.0


def curtailment(measured: FloatArray) -> None:
    measured[::4, 10:15] = 0.0


def a_meter_lost_at_noon(measured: FloatArray) -> None:
    measured[::4, 12:] = np.nan
    measured[::4, :12] *= 0.2


@pytest.mark.parametrize("change", [snow, curtailment, a_meter_lost_at_noon])
def test_days_that_are_no_weather_widen_nothing(change: Callable[[FloatArray], None]) -> None:
    sky = clear_sky(60, SPRING)
    measured = sky.copy()
    change(measured)
    model = trained(Year(measured=measured, forecast=sky))
    undisturbed = trained(Year(measured=np.delete(sky, slice(0, 60, 4), axis=0), forecast=sky))
    assert sky_of(model, 0.9, 60).p10 > 0.85 * sky_of(undisturbed, 0.9, 60).p50


def test_no_day_gives_more_than_the_inverter_does_from_dawn_to_dusk() -> None:
    sky = clear_sky(30, SPRING + 50)
    model = trained(Year(measured=np.minimum(0.9 * sky, LIMIT_KW), forecast=sky))
    most_kwh = LIMIT_KW * np.count_nonzero(sky[-1] > 0)
    assert model.day(1e9).p90 == model.day(1e9).p50 == pytest.approx(most_kwh)
    assert model.day(0.95 * most_kwh).p90 <= most_kwh


@pytest.mark.parametrize("p50_kwh", [0.0, -3.0])
def test_a_day_without_sun_is_surely_dark(p50_kwh: float) -> None:
    model = trained(cloudy_year(7, 60))
    assert model.day(p50_kwh) == NO_PV_MODEL.day(p50_kwh) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("p50_kwh", [np.nan, np.inf, -np.inf])
def test_of_no_number_nothing_is_known(p50_kwh: float) -> None:
    assert np.isnan(trained(cloudy_year(7, 60)).day(p50_kwh)).all()
