"""The family has its days, its weeks, its winter and its holidays; the market has its own."""

from dataclasses import replace
from datetime import date

from loadstar_engine.simulation.year import FamilyConfig, Year, YearConfig, simulate_year
import numpy as np
import numpy.typing as npt
import pytest

from .conftest import Daily

type BoolArray = npt.NDArray[np.bool_]
type FloatArray = npt.NDArray[np.float64]

SUMMER = YearConfig(
    start=date(2026, 5, 1), days=120, family=FamilyConfig(holidays=0, heat_loss_kw_per_k=0.0)
)


def by_hour(year: Year, slots: FloatArray, chosen: BoolArray) -> FloatArray:
    """Return the mean kWh of each hour of the day."""
    hour = np.floor(year.when.hour).astype(np.int64)
    energy = np.bincount(hour[chosen], slots[chosen], 24)
    return energy / np.bincount(hour[chosen], minlength=24) * 4


def test_it_uses_twelve_kwh_a_day_and_its_heating(year: Year, daily: Daily) -> None:
    without_heat = daily(year.load_kwh - year.heat_kwh)
    assert without_heat.mean() == pytest.approx(12.0, rel=0.05)
    assert 0.12 < without_heat.std() / without_heat.mean() < 0.3


def test_the_heat_pump_works_in_winter_and_makes_hot_water_in_summer(
    year: Year, daily: Daily, is_winter: BoolArray, is_summer: BoolArray
) -> None:
    heat = daily(year.heat_kwh)
    winter, summer = (np.unique(year.when.day[season]) for season in (is_winter, is_summer))
    assert 10 < heat[winter].mean() < 22
    assert 1.5 < heat[summer].mean() < 3.5
    cold = daily(year.temperature_c) / np.bincount(year.when.day)
    assert np.corrcoef(cold[winter], heat[winter])[0, 1] < -0.6


def test_evenings_are_dear_in_kwh_and_nights_are_quiet() -> None:
    year = simulate_year(SUMMER, 1)
    hours = by_hour(year, year.load_kwh, year.when.is_weekend == 0)
    assert int(hours.argmax()) in range(17, 21)
    assert hours[2] < 0.5 * hours.mean()
    assert hours[7] > 1.3 * hours[2]


def test_at_weekends_one_cooks_and_washes_at_noon() -> None:
    year = simulate_year(SUMMER, 1)
    week, weekend = (by_hour(year, year.load_kwh, year.when.is_weekend == each) for each in (0, 1))
    assert weekend[11:15].sum() > 1.3 * week[11:15].sum()
    assert weekend.sum() > week.sum()


def test_no_two_days_are_alike_and_no_quarter_is_absurd() -> None:
    year = simulate_year(SUMMER, 1)
    days = year.load_kwh.reshape(-1, 96)
    assert len({tuple(day) for day in days.tolist()}) == len(days)
    assert year.load_kwh.max() * 4 < 11
    assert year.load_kwh.min() * 4 > 0.05


def test_lights_burn_where_it_is_dark() -> None:
    config = replace(SUMMER, start=date(2026, 1, 1), days=59)
    winter, summer = simulate_year(config, 1), simulate_year(SUMMER, 1)
    evening = [by_hour(each, each.load_kwh, each.when.hour > 0)[17] for each in (winter, summer)]
    late = [by_hour(each, each.load_kwh, each.when.hour > 0)[1] for each in (winter, summer)]
    assert evening[0] > evening[1] + 0.1
    assert late[0] == pytest.approx(late[1], rel=0.1)


def test_holidays_leave_the_stand_by_alone() -> None:
    away = simulate_year(replace(SUMMER, days=365, family=FamilyConfig(holidays=2)), 5)
    home = simulate_year(replace(SUMMER, days=365, family=FamilyConfig(holidays=0)), 5)
    daily_kwh = np.bincount(away.when.day, away.load_kwh - away.heat_kwh)
    usual_kwh = np.bincount(home.when.day, home.load_kwh - home.heat_kwh)
    gone = daily_kwh < 0.99 * usual_kwh
    assert 6 <= gone.sum() <= 26
    assert (daily_kwh[gone] < 6.5).all()
    assert np.diff(np.flatnonzero(gone)).min() == 1
    assert np.allclose(daily_kwh[~gone], usual_kwh[~gone])


def test_a_family_of_twice_the_use_is_the_same_family() -> None:
    twice = replace(SUMMER, family=replace(SUMMER.family, daily_kwh=24.0))
    one, two = simulate_year(SUMMER, 1), simulate_year(twice, 1)
    assert np.allclose(two.load_kwh - two.heat_kwh, 2 * (one.load_kwh - one.heat_kwh))


def test_prices_dip_at_noon_in_summer_and_rise_in_the_evening(
    year: Year, is_summer: BoolArray
) -> None:
    price = by_hour(year, year.price_per_kwh, is_summer) / 4
    assert int(price.argmin()) in range(11, 16)
    assert int(price.argmax()) in range(18, 22)
    assert price.max() - price.min() > 0.06


def test_prices_are_below_nought_for_some_hours_of_a_year(year: Year, is_winter: BoolArray) -> None:
    negative_h = (year.price_per_kwh < 0).sum() / 4 / 2
    assert 50 < negative_h < 700
    assert 0.06 < year.price_per_kwh.mean() < 0.11
    assert year.price_per_kwh.min() >= -0.12
    assert year.price_per_kwh.max() <= 0.6
    assert year.price_per_kwh[is_winter].mean() > 1.2 * year.price_per_kwh[~is_winter].mean()


def test_windy_weeks_are_cheap_weeks(year: Year, daily: Daily) -> None:
    price = daily(year.price_per_kwh) / 96
    after = {days: np.corrcoef(price[:-days], price[days:])[0, 1] for days in (1, 7)}
    assert after[1] > 0.5
    assert after[7] < after[1]
