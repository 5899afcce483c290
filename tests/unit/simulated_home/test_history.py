"""The year behind the house is one of meters that agree with each other, and with the house."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loadstar_engine.simulation.year import SLOT_S
import numpy as np
import pytest

from simulated_home.almanac import HouseClock, almanac
from simulated_home.history import DAYS, HOUR_S, History, remember
from simulated_home.home import HomeConfig, SimulatedHome
from simulated_home.market import published

NOW = datetime(2026, 11, 20, 17, 8, 23, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")
CLOCK = HouseClock.beginning(1, 10.0, NOW)


@pytest.fixture(scope="module")
def history() -> History:
    """Remember a year."""
    return remember(1, CLOCK, NOW, PRAGUE, 230.0)


def test_it_is_a_year_of_whole_hours_that_ends_now(history: History) -> None:
    assert history.start_s.size == DAYS * 24 * 4
    assert (np.diff(history.start_s) == SLOT_S).all()
    assert history.start_s[-1] + SLOT_S == datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp()
    for values in history.values.values():
        assert values.shape == history.start_s.shape
        assert np.isfinite(values).all()


def test_the_grid_gives_what_the_sun_and_the_battery_do_not(history: History) -> None:
    values = history.values
    phases = [values[f"grid_power_{phase}"] for phase in "abc"]
    assert np.allclose(np.sum(phases, axis=0), values["grid_power"])
    household = values["grid_power"] + values["pv_power"] - values["battery_power"]
    family = household - values["water_heater_power"]
    assert family.min() > 50
    assert 15 < family.mean() * 24 / 1000 < 30
    for phase in "abc":
        assert np.allclose(values[f"grid_current_{phase}"] * 230, values[f"grid_power_{phase}"])


def test_the_battery_keeps_to_its_limits_and_takes_no_more_than_there_is(history: History) -> None:
    power, soc = history.values["battery_power"], history.values["battery_soc"]
    assert np.abs(power).max() <= 5000 + 1e-6
    assert soc.min() >= 10 - 1e-9
    assert soc.max() <= 100 + 1e-9
    # what comes out of it went in, less the losses
    charged, discharged = power[power > 0].sum(), -power[power < 0].sum()
    assert 0.9 * charged < discharged < charged
    # it serves the house alone
    grid = history.values["grid_power"]
    steady = np.abs(np.diff(power, prepend=power[0])) < 1
    assert grid[(power < -100) & steady].min() > -50
    assert grid[(power > 100) & steady].max() < 50


def test_the_water_was_heated_by_a_timer(history: History) -> None:
    days = history.values["water_heater_power"].reshape(-1, 96).mean(axis=1) * 24 / 1000
    assert np.allclose(days, 8.0)


def test_prices_are_those_of_the_market(history: History) -> None:
    prices = history.values["day_ahead_price"]
    for at in (
        NOW - timedelta(hours=2),
        NOW - timedelta(days=26, hours=5),
        NOW - timedelta(days=364),
    ):
        step = int((at.timestamp() - history.start_s[0]) // SLOT_S)
        assert prices[step] == published(at, PRAGUE, 1).at(at)


def test_hours_have_their_means_and_extremes(history: History) -> None:
    hours = history.hourly("pv_power")
    assert hours.start_s.size == DAYS * 24
    assert (hours.start_s % HOUR_S == 0).all()
    assert hours.mean.sum() * 4 == pytest.approx(history.values["pv_power"].sum())
    assert (hours.low <= hours.mean).all()
    assert (hours.mean <= hours.high).all()
    assert (hours.low < hours.high).any()


def test_the_newest_days_are_by_five_minutes(history: History) -> None:
    recent = history.recent("pv_power", 10)
    assert recent.start_s.size == 10 * 288
    assert (np.diff(recent.start_s) == 300).all()
    assert recent.start_s[-1] + 300 == history.start_s[-1] + SLOT_S
    assert recent.mean.sum() == pytest.approx(3 * history.values["pv_power"][-960:].sum())


def test_what_was_leads_over_to_what_is(history: History) -> None:
    """The house's first second follows on its history's last hour, in the same shifted time."""
    home = SimulatedHome(
        HomeConfig(
            seed=1, start_hour=10.0, ocpp_url="", keys={"garage": "", "driveway": ""}, clock=CLOCK
        )
    )
    book = almanac(1)
    last_s = float(history.start_s[-1]) + SLOT_S / 2
    values = {key: series[-1] for key, series in history.values.items()}
    house_s = CLOCK.house_s(last_s)
    assert values["outdoor_temperature"] == pytest.approx(book.at(book.year.temperature_c, house_s))
    expected_w = book.at(book.newest_forecast_kwh, house_s) * 4000
    assert values["pv_forecast_power"] == pytest.approx(expected_w, rel=0.06)
    assert values["pv_power"] == pytest.approx(book.at(book.year.pv_kwh, house_s) * 4000, rel=0.15)
    assert home.state.outdoor_c == pytest.approx(values["outdoor_temperature"], abs=15)


def test_the_source_promised_too_much(history: History) -> None:
    recent = slice(-28 * 96, None)
    promised, given = (
        history.values[key][recent].sum() for key in ("pv_forecast_power", "pv_power")
    )
    assert 1.05 < promised / given < 1.35


def test_another_clock_is_another_past_of_the_same_house(history: History) -> None:
    later = remember(1, HouseClock(CLOCK.shift_s + 6 * HOUR_S), NOW, PRAGUE, 230.0)
    ahead = 6 * HOUR_S // SLOT_S
    assert np.allclose(later.values["pv_power"][:-ahead], history.values["pv_power"][ahead:])


def test_the_family_changes_its_clocks_and_the_sun_does_not(history: History) -> None:
    """Clocks went back 26 days ago, so that what was done at seven in summer was so in winter."""
    constant = remember(1, CLOCK, NOW, ZoneInfo("Etc/GMT-1"), 230.0)
    summer, hour = slice(96 * 150, 96 * 250), HOUR_S // SLOT_S
    ahead = slice(96 * 150 + hour, 96 * 250 + hour)
    winter = slice(-96 * 20, None)
    assert np.array_equal(history.values["pv_power"], constant.values["pv_power"])
    tanks = [each.values["water_heater_power"] for each in (history, constant)]
    assert np.array_equal(tanks[0][winter], tanks[1][winter])
    assert np.array_equal(tanks[0][summer], tanks[1][ahead])
