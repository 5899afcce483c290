"""Day-ahead prices of the simulated market."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from simulated_home.market import day_prices, published

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def test_a_day_always_has_the_same_prices_and_another_day_or_seed_has_others() -> None:
    day = date(2026, 11, 20)
    assert day_prices(day, STOCKHOLM, 1) == day_prices(day, STOCKHOLM, 1)
    values = {
        tuple(price.value for price in prices)
        for prices in (
            day_prices(day, STOCKHOLM, 1),
            day_prices(day, STOCKHOLM, 2),
            day_prices(day + timedelta(days=1), STOCKHOLM, 1),
        )
    }
    assert len(values) == 3


@pytest.mark.parametrize(
    ("day", "quarters"),
    [(date(2026, 11, 20), 96), (date(2026, 3, 29), 92), (date(2026, 10, 25), 100)],
)
def test_a_day_is_whole_also_where_the_clock_is_changed(day: date, quarters: int) -> None:
    prices = day_prices(day, STOCKHOLM, 1)
    assert len(prices) == quarters
    assert prices[0].start == datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)
    assert prices[-1].end.date() == day + timedelta(days=1)
    for earlier, later in pairwise(prices):
        assert earlier.end.astimezone(UTC) == later.start.astimezone(UTC)
        assert later.start.astimezone(UTC) - earlier.start.astimezone(UTC) == timedelta(minutes=15)


def test_the_evening_is_dear_and_noon_is_cheap_and_sometimes_below_zero() -> None:
    days = [day_prices(date(2026, 1, 1) + timedelta(days=n), STOCKHOLM, 1) for n in range(100)]

    def mean(hour: int) -> float:
        values = [p.value for prices in days for p in prices if p.start.hour == hour]
        return sum(values) / len(values)

    assert mean(19) > mean(8) > mean(3) > mean(13)
    values = [price.value for prices in days for price in prices]
    assert -0.05 < min(values) < 0
    assert 0.2 < max(values) < 0.4


@pytest.mark.parametrize(
    ("hour", "minute", "known"), [(0, 0, 0), (12, 59, 0), (13, 0, 96), (23, 59, 96)]
)
def test_tomorrow_is_published_at_one_local_time(hour: int, minute: int, known: int) -> None:
    now = datetime(2026, 11, 20, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)
    prices = published(now, STOCKHOLM, 1)
    assert len(prices.today) == 96
    assert len(prices.tomorrow) == known


def test_an_instant_has_the_price_of_its_quarter() -> None:
    now = datetime(2026, 11, 20, 14, 20, tzinfo=STOCKHOLM)
    prices = published(now, STOCKHOLM, 1)
    (running,) = [p for p in prices.today if p.start.hour == 14 and p.start.minute == 15]
    assert prices.at(now) == running.value
    assert prices.at(now + timedelta(days=1)) == prices.tomorrow[57].value
    assert prices.at(now + timedelta(days=2)) is None
