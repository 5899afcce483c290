"""The house keeps a calendar of its own, in which it is always summer when it begins."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from simulated_home.almanac import DAY_S, HouseClock, almanac, fair_day

NOW = datetime(2026, 11, 20, 17, 8, 23, tzinfo=UTC)  # a Friday


def at(clock: HouseClock, now: datetime = NOW) -> datetime:
    """Return the house's date and time."""
    return datetime.fromtimestamp(clock.house_s(now.timestamp()), UTC)


@pytest.mark.parametrize("hour", [0.0, 10.0, 13.5, 23.99])
def test_a_house_begins_at_the_hour_that_is_wanted_on_the_weekday_that_is(hour: float) -> None:
    house = at(HouseClock.beginning(1, hour, NOW))
    assert house.weekday() == NOW.weekday()
    assert house.month in (5, 6, 7)
    since_midnight = house - house.replace(hour=0, minute=0, second=0, microsecond=0)
    assert since_midnight == timedelta(hours=hour)


@pytest.mark.parametrize("seed", [1, 2, 77])
def test_the_sun_shines_on_its_first_day_and_not_without_a_cloud(seed: int) -> None:
    year = almanac(seed).year
    for weekday in range(7):
        day = fair_day(seed, weekday)
        assert day.weekday() == weekday
        first = int(
            (datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() - year.start_s[0])
            // 900
        )
        sun = year.shine[first + 32 : first + 64]
        assert 0.6 < sun.mean() < 0.97
        assert year.pv_kwh[first : first + 96].sum() > 30


def test_a_year_lies_behind_every_first_day_and_weeks_ahead() -> None:
    starts = almanac(1).year.start_s
    for weekday in range(7):
        day = fair_day(1, weekday)
        midnight_s = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        assert midnight_s - starts[0] > 366 * DAY_S
        assert starts[-1] - midnight_s > 40 * DAY_S


@pytest.mark.parametrize(
    ("later", "is_day"),
    [
        (timedelta(), True),
        (timedelta(hours=5.9), True),
        (timedelta(hours=6.1), False),
        (timedelta(hours=21.9), False),
        (timedelta(hours=22.1), True),
        (timedelta(days=30), True),
        (timedelta(days=120), False),  # no almanac
        (timedelta(days=-80), False),  # no year behind it
    ],
)
def test_a_house_goes_on_while_there_is_sun_and_an_almanac(
    later: timedelta, *, is_day: bool
) -> None:
    clock = HouseClock.beginning(1, 10.0, NOW)
    assert clock.is_day((NOW + later).timestamp()) is is_day


def test_a_house_that_never_lived_does_not_go_on() -> None:
    assert not HouseClock(0.0).is_day(NOW.timestamp())


def test_a_value_is_read_straight_between_the_middles_of_slots() -> None:
    book = almanac(1)
    values = np.arange(book.year.start_s.size, dtype=np.float64)
    first_s = float(book.year.start_s[0])
    assert book.at(values, first_s + 450) == 0.0
    assert book.at(values, first_s + 900) == 0.5
    assert book.at(values, first_s - 10_000) == 0.0
    assert book.at(values, first_s + 1e9) == values[-1]


def test_energy_is_neither_lost_nor_made() -> None:
    book = almanac(1)
    first_s = float(book.year.start_s[0]) + 100 * DAY_S + 137.0
    begin_s = first_s + np.arange(0.0, 3 * DAY_S, 675.0, dtype=np.float64)
    parts = book.kwh_from(book.year.load_kwh, begin_s, 675.0)
    whole = book.kwh_from(book.year.load_kwh, np.array([first_s]), 3.0 * DAY_S)
    assert parts.sum() == pytest.approx(whole[0])
    assert (parts > 0).all()
    assert book.kwh_from(book.year.load_kwh, np.array([0.0])) == 0.0
