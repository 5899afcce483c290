"""The simulated sun's forecast is about right, and never quite."""

from datetime import UTC, datetime, timedelta
import random

from loadstar_engine.simulation import Pv, PvConfig, expected_w
import pytest

from simulated_home.sun import forecast_wh

PV = PvConfig()
NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


def house_time_s(at: float) -> float:
    """Return the time of a house that keeps the real day."""
    return at % 86_400


def truth_wh() -> float:
    """Return what the sun is expected to give in a day."""
    return sum(expected_w(PV, quarter * 900.0) for quarter in range(96)) / 4


def by_day(hours: dict[str, float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for start, wh in hours.items():
        sums[start[:10]] = sums.get(start[:10], 0.0) + wh
    return sums


def test_it_covers_the_day_that_runs_and_three_more_without_their_nights() -> None:
    hours = forecast_wh(PV, NOW, house_time_s, 1)
    starts = [datetime.fromisoformat(start) for start in hours]
    assert [start.date().day for start in starts] == sorted(start.date().day for start in starts)
    assert {start.date() for start in starts} == {
        NOW.date() + timedelta(days=days) for days in range(4)
    }
    assert {start.hour for start in starts} <= set(range(3, 21))
    assert min(hours.values()) > 0


def test_it_follows_the_houses_own_day() -> None:
    late = forecast_wh(PV, NOW, lambda at: (at - 6 * 3600) % 86_400, 1)
    starts = {datetime.fromisoformat(start).hour for start in late}
    assert 18 in starts
    assert 5 not in starts


def test_it_promises_a_little_too_much_and_errs_by_the_day() -> None:
    ratios = [
        sum(by_day(forecast_wh(PV, NOW, house_time_s, seed)).values()) / (4 * truth_wh())
        for seed in range(30)
    ]
    assert 1.0 < sum(ratios) / len(ratios) < 1.12
    days = by_day(forecast_wh(PV, NOW, house_time_s, 1)).values()
    assert max(days) / min(days) > 1.02


def test_asked_again_it_says_the_same() -> None:
    later = forecast_wh(PV, NOW + timedelta(hours=3), house_time_s, 1)
    assert later == forecast_wh(PV, NOW, house_time_s, 1)


@pytest.mark.parametrize("cloudiness", [0.0, 0.5, 1.0])
def test_the_mean_of_many_skies_is_what_is_expected(cloudiness: float) -> None:
    config = PvConfig(cloudiness=cloudiness)
    pv, noon = Pv(config, random.Random(1)), 12 * 3600.0
    skies = [pv.step(noon, 3600.0) for _ in range(2000)]
    assert sum(skies) / len(skies) == pytest.approx(expected_w(config, noon), rel=0.02)
