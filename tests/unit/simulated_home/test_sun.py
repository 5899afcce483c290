"""The simulated sun and its forecast come from one almanac, and agree as such things do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import random
from statistics import mean

import pytest

from simulated_home.almanac import HouseClock, almanac
from simulated_home.sun import HousePv, expected_w, forecast_wh

SEED = 1
NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
NOON = HouseClock.beginning(SEED, 12.0, NOW)
MIDNIGHT_S = NOON.house_s(NOW.timestamp()) - 12 * 3600
QUARTERS_S = [MIDNIGHT_S + 900.0 * number for number in range(96)]


def by_day(hours: dict[str, float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for start, wh in hours.items():
        sums[start[:10]] = sums.get(start[:10], 0.0) + wh
    return sums


def test_the_forecast_covers_the_day_that_runs_and_two_more_without_their_nights() -> None:
    hours = forecast_wh(almanac(SEED), NOW, NOON.house_s)
    starts = [datetime.fromisoformat(start) for start in hours]
    assert starts == sorted(starts)
    assert {NOW.date() + timedelta(days=days) for days in range(3)} <= {
        start.date() for start in starts
    }
    # it is noon in the house at half past two
    assert {start.hour for start in starts} <= set(range(5, 24))
    assert min(hours.values()) > 0


def test_it_follows_the_houses_own_day() -> None:
    late = HouseClock(NOON.shift_s - 6 * 3600)
    starts = {
        datetime.fromisoformat(start).hour
        for start in forecast_wh(almanac(SEED), NOW, late.house_s)
    }
    assert 23 in starts
    assert 8 not in starts


def test_the_energy_of_an_hour_is_that_of_its_quarters() -> None:
    aligned = HouseClock(NOON.shift_s - 1800.0)  # whole hours of the house are whole hours
    hours = forecast_wh(almanac(SEED), NOW, aligned.house_s)
    (ahead,) = (wh for start, wh in hours.items() if start.startswith("2026-11-20T16"))
    issued = almanac(SEED).year.issued(aligned.house_s(NOW.timestamp()))
    at_s = aligned.house_s(datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp())
    first = int((at_s - issued.start_s[0]) // 900)
    assert ahead == pytest.approx(issued.pv_kwh[first : first + 4].sum() * 1000, abs=0.1)


def test_asked_again_it_says_the_same_until_it_is_issued_anew() -> None:
    first = forecast_wh(almanac(SEED), NOW, NOON.house_s)
    later = forecast_wh(almanac(SEED), NOW + timedelta(hours=3), NOON.house_s)
    anew = forecast_wh(almanac(SEED), NOW + timedelta(hours=7), NOON.house_s)
    tomorrow = "2026-11-21"
    assert by_day(later)[tomorrow] == by_day(first)[tomorrow]
    assert by_day(anew)[tomorrow] != by_day(first)[tomorrow]


def test_the_sun_gives_what_the_almanac_has_and_flickers_around_it() -> None:
    book = almanac(SEED)
    days = [HousePv(book, MIDNIGHT_S, random.Random(seed)) for seed in range(200)]
    noon_w = [pv.step(12 * 3600.0, 3600.0) for pv in days]
    assert mean(noon_w) == pytest.approx(
        book.at(book.year.pv_kwh, NOON.house_s(NOW.timestamp())) * 4000, rel=0.03
    )
    assert len(set(noon_w)) > 1
    assert min(noon_w) >= 0
    assert days[0].step(0.0, 60.0) == 0.0


def test_the_flicker_is_of_minutes() -> None:
    pv = HousePv(almanac(SEED), MIDNIGHT_S, random.Random(1))
    powers = [pv.step(11 * 3600.0 + second, 1.0) for second in range(120)]
    steps = [abs(a - b) for a, b in pairwise(powers)]
    assert max(steps) < 0.15 * max(powers)


def test_what_is_expected_now_is_what_the_newest_forecast_says_of_now() -> None:
    book = almanac(SEED)
    energy = sum(expected_w(book, at_s + 450) / 4 for at_s in QUARTERS_S)
    slots = [int((at_s - book.year.start_s[0]) // 900) for at_s in QUARTERS_S]
    assert energy == pytest.approx(book.newest_forecast_kwh[slots].sum() * 1000)
