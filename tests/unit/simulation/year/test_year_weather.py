"""Sun, cloud, cold and panels are those of central Europe, over a year and from day to day."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from loadstar_engine.simulation.year import PanelsConfig, Year, YearConfig, simulate_year
from loadstar_engine.simulation.year.chance import stream, wander
from loadstar_engine.simulation.year.sun import panel_power, sun_position
import numpy as np
import numpy.typing as npt
import pytest

from .conftest import Daily

type BoolArray = npt.NDArray[np.bool_]


def instants(*texts: str) -> npt.NDArray[np.int64]:
    """Return slots whose middles are at such times."""
    times = [datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC")) for text in texts]
    return np.array([int(at.timestamp()) - 450 for at in times], np.int64)


@pytest.mark.parametrize(
    ("at", "latitude", "height_deg", "azimuth_deg"),
    [
        ("2026-03-20T12:07", 50.0, 40.0, 180.0),
        ("2026-06-21T12:02", 50.0, 63.4, 180.0),
        ("2026-12-21T11:58", 50.0, 16.6, 180.0),
        ("2026-03-20T06:07", 50.0, 0.0, 90.0),
        ("2026-03-20T18:07", 50.0, 0.0, 270.0),
        ("2026-12-21T11:58", -35.0, 78.4, 0.0),
        ("2026-06-21T00:02", 50.0, -16.6, 0.0),
    ],
)
def test_the_sun_stands_where_an_almanac_says(
    at: str, latitude: float, height_deg: float, azimuth_deg: float
) -> None:
    sun = sun_position(instants(at), latitude, 0.0)
    assert np.degrees(sun.height[0]) == pytest.approx(height_deg, abs=0.5)
    off = (np.degrees(sun.azimuth[0]) - azimuth_deg + 180) % 360 - 180
    assert abs(off) < 1.0


def test_noon_comes_earlier_in_the_east() -> None:
    at = instants("2026-03-20T11:07")
    assert sun_position(at, 50.0, 15.0).solar_h[0] == pytest.approx(12.0, abs=0.02)


def test_a_clear_noon_gives_tilted_panels_most_of_their_peak() -> None:
    sun = sun_position(instants("2026-05-01T11:57", "2026-05-01T00:00"), 50.0, 0.0)
    power = panel_power(sun, PanelsConfig(peak_kw=10.0))
    assert 7.5 < power.sunny_kw[0] < 10.0
    assert 0.15 < power.overcast_kw[0] / power.sunny_kw[0] < 0.25
    assert power.sunny_kw[1] == power.overcast_kw[1] == 0.0


def test_an_eastern_roof_has_its_day_in_the_morning() -> None:
    config = YearConfig(start=date(2026, 5, 1), days=20)
    noon_h = {
        azimuth: np.average(year.when.hour, weights=year.pv_kwh)
        for azimuth in (90.0, 180.0, 270.0)
        for year in [simulate_year(replace(config, panels=PanelsConfig(azimuth_deg=azimuth)), 1)]
    }
    assert noon_h[90.0] < noon_h[180.0] - 0.7 < noon_h[270.0] - 1.4


def test_the_panels_yield_what_german_ones_do(year: Year) -> None:
    capacity_factor = year.pv_kwh.sum() / (9.0 * 24 * 731)
    assert 0.10 < capacity_factor < 0.13


def test_summer_gives_several_times_what_winter_does(
    year: Year, is_winter: BoolArray, is_summer: BoolArray
) -> None:
    assert 3 < year.pv_kwh[is_summer].mean() / year.pv_kwh[is_winter].mean() < 7


def test_weather_lasts_for_days_and_ends(year: Year, daily: Daily) -> None:
    sunny = year.service.power.sunny_kw
    shine = daily(year.shine * sunny) / daily(sunny)
    after = {days: np.corrcoef(shine[:-days], shine[days:])[0, 1] for days in (1, 10)}
    assert 0.25 < after[1] < 0.6
    assert after[10] < 0.25
    assert (shine < 0.15).mean() > 0.05
    assert (shine > 0.85).mean() > 0.05


def test_clouds_are_alike_from_one_quarter_to_the_next_and_not_after_days(year: Year) -> None:
    noon = np.abs(year.when.hour - 12) < 2
    change = np.abs(np.diff(year.shine))[noon[1:]].mean()
    shuffled = np.abs(year.shine - np.roll(year.shine, 96 * 20))[noon].mean()
    assert change < 0.4 * shuffled


def test_it_is_cold_in_winter_and_coldest_before_the_sun_rises(
    year: Year, is_winter: BoolArray, is_summer: BoolArray
) -> None:
    outdoor_c = year.temperature_c
    assert -3 < outdoor_c[is_winter].mean() < 5
    assert 16 < outdoor_c[is_summer].mean() < 22
    assert -25 < outdoor_c.min() < -5
    assert 28 < outdoor_c.max() < 42
    by_hour = [outdoor_c[np.floor(year.when.hour) == hour].mean() for hour in range(24)]
    assert int(np.argmin(by_hour)) in range(2, 7)
    assert int(np.argmax(by_hour)) in range(13, 18)


def test_in_the_south_january_is_summer() -> None:
    config = YearConfig(
        start=date(2026, 1, 1),
        days=30,
        latitude_deg=-35.0,
        longitude_deg=149.0,
        time_zone="Australia/Sydney",
        panels=PanelsConfig(azimuth_deg=0.0),
    )
    january = simulate_year(config, 1)
    july = simulate_year(replace(config, start=date(2026, 7, 1)), 1)
    assert january.temperature_c.mean() > july.temperature_c.mean() + 10
    assert january.pv_kwh.sum() > july.pv_kwh.sum()


def test_snow_takes_whole_days_of_winter(year: Year, daily: Daily, is_summer: BoolArray) -> None:
    buried = daily(year.pv_kwh) == 0
    assert 2 <= buried.sum() <= 60
    assert not buried[year.when.day[is_summer]].any()


def test_a_small_inverter_clips() -> None:
    small = YearConfig(start=date(2024, 1, 1), panels=PanelsConfig(inverter_kw=5.0))
    clipped = simulate_year(small, 1).pv_kwh
    assert clipped.max() == pytest.approx(5.0 / 4)
    assert 0.03 < (clipped >= 5.0 / 4 - 1e-9).sum() / (clipped > 0).sum() < 0.3


def test_trees_take_the_morning_sun_only() -> None:
    config = YearConfig(start=date(2026, 9, 1), days=30)
    bare = replace(config, panels=replace(config.panels, shaded_below_deg=0.0))
    shaded, open_ = (simulate_year(each, 1) for each in (config, bare))
    morning = shaded.when.hour < 9
    assert shaded.pv_kwh[morning].sum() < 0.8 * open_.pv_kwh[morning].sum()
    assert np.array_equal(shaded.pv_kwh[~morning], open_.pv_kwh[~morning])


def test_a_wandering_figure_keeps_its_mean_its_spread_and_its_memory() -> None:
    walk = wander(stream(1, "test"), 200_000, 1.0, 20.0)
    assert abs(walk.mean()) < 0.05
    assert walk.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(walk[:-20], walk[20:])[0, 1] == pytest.approx(np.exp(-1), abs=0.04)
