"""Beyond what is known there are estimates, and they say that they are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.prices import Estimates, complete, spread
from custom_components.loadstar.engine.prices.types import PricePeriod

BERLIN = ZoneInfo("Europe/Berlin")
# a Thursday, at 00:00 in Berlin
MIDNIGHT = datetime(2026, 1, 14, 23, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def period(start: float, end: float, price: float, *, estimated: bool = False) -> PricePeriod:
    return PricePeriod(at(start), at(end), price, estimated)


KNOWN = (period(0, 1, 0.1), period(1, 2, 0.3))
NOTHING = Estimates(zone=BERLIN)


def test_what_is_known_and_long_enough_stays_as_it_is() -> None:
    assert complete(KNOWN, NOTHING, at(2)) == KNOWN


def test_what_is_known_is_cut_where_it_is_too_long() -> None:
    assert complete(KNOWN, NOTHING, at(1.5), at(0.5)) == (period(0.5, 1, 0.1), period(1, 1.5, 0.3))


def test_beyond_it_the_mean_of_what_is_known_is_an_estimate() -> None:
    assert complete(KNOWN, NOTHING, at(3.5))[2:] == (
        period(2, 3, 0.2, estimated=True),
        period(3, 3.5, 0.2, estimated=True),
    )


def test_the_mean_counts_time_and_not_entries() -> None:
    known = (period(0, 3, 0.1), period(3, 4, 0.5))
    assert complete(known, NOTHING, at(5))[-1].price_per_kwh == pytest.approx(0.2)


def test_the_same_weekday_and_local_hour_is_better_than_the_mean() -> None:
    means = {(3, 2): 0.7, (3, 3): 0.8}  # Thursday from two to four
    estimates = Estimates(zone=BERLIN, weekday_means=means)
    assert complete(KNOWN, estimates, at(5))[2:] == (
        period(2, 3, 0.7, estimated=True),
        period(3, 4, 0.8, estimated=True),
        period(4, 5, 0.2, estimated=True),  # of that hour there is nothing
    )


def test_a_forecast_is_better_than_weekdays() -> None:
    estimates = Estimates(
        zone=BERLIN,
        forecast=(period(0, 3, 0.9), period(4, 9, 0.4)),
        weekday_means={(3, hour): 0.7 for hour in range(24)},
    )
    assert complete(KNOWN, estimates, at(5))[2:] == (
        period(2, 3, 0.9, estimated=True),
        period(3, 4, 0.7, estimated=True),
        period(4, 5, 0.4, estimated=True),
    )


def test_gaps_and_the_time_before_are_estimated_too() -> None:
    known = (period(1, 2, 0.1), period(3, 4, 0.3))
    assert [(one.start, one.estimated) for one in complete(known, NOTHING, at(4), at(0))] == [
        (at(0), True),
        (at(1), False),
        (at(2), True),
        (at(3), False),
    ]


@pytest.mark.parametrize(
    ("estimates", "price"),
    [
        pytest.param(NOTHING, None, id="nothing"),
        pytest.param(
            Estimates(zone=BERLIN, weekday_means={(0, 0): 0.2, (0, 1): 0.4}),
            0.3,
            id="other weekdays",
        ),
        pytest.param(
            Estimates(zone=BERLIN, forecast=(period(8, 9, 0.5),)), 0.5, id="a later forecast"
        ),
    ],
)
def test_with_no_price_at_all_the_rest_is_asked(estimates: Estimates, price: float | None) -> None:
    periods = complete((), estimates, at(1), at(0))
    assert [one.price_per_kwh for one in periods] == (
        [] if price is None else [pytest.approx(price)]
    )
    assert all(one.estimated for one in periods)


def test_without_prices_and_without_a_start_there_is_nothing_to_complete() -> None:
    assert complete((), Estimates(zone=BERLIN, weekday_means={(0, 0): 1.0}), at(1)) == ()


@pytest.mark.parametrize(
    ("midnight", "hours"),
    [
        ((2026, 3, 29), [0, 1, 3, 4]),
        ((2026, 10, 25), [0, 1, 2, 2, 3, 4]),
    ],
)
def test_weekday_means_follow_the_clock_when_it_changes(
    midnight: tuple[int, int, int], hours: list[int]
) -> None:
    start = datetime(*midnight, tzinfo=BERLIN).astimezone(UTC)
    sundays = {(6, hour): float(hour) for hour in range(24)}
    estimates = Estimates(zone=BERLIN, weekday_means=sundays)
    periods = complete((), estimates, start + timedelta(hours=len(hours)), start)
    assert [one.price_per_kwh for one in periods] == hours


def test_estimates_meet_the_hours_of_a_zone_with_a_half() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    periods = complete(KNOWN, Estimates(zone=kolkata), at(4))
    assert [one.start for one in periods[2:]] == [at(2), at(2.5), at(3.5)]


quarters = st.lists(st.integers(0, 60), unique=True, max_size=6).map(sorted)


def apart(edges: Sequence[int]) -> tuple[PricePeriod, ...]:
    """Return periods between every second pair of edges."""
    return tuple(period(start / 4, end / 4, 0.1) for start, end in list(pairwise(edges))[::2])


@given(quarters, quarters, st.integers(1, 60))
def test_there_is_a_price_at_every_moment_and_known_ones_are_kept(
    known: list[int], forecast: list[int], until: int
) -> None:
    end = at(until / 4)
    estimates = Estimates(zone=BERLIN, forecast=apart(forecast), weekday_means={(3, 5): 0.5})
    periods = complete(apart(known), estimates, end, at(0))
    assert periods[0].start == at(0)
    assert periods[-1].end == end
    assert all(one.end == later.start for one, later in pairwise(periods))
    sure = sum(((one.end - one.start) for one in periods if not one.estimated), timedelta())
    kept = sum(
        (
            min(one.end, at(until / 4)) - one.start
            for one in apart(known)
            if one.start < at(until / 4)
        ),
        timedelta(),
    )
    assert sure == kept


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((), 0.0),
        ((0.3,), 0.0),
        ((0.2, 0.2, 0.2), 0.0),
        ((0.0, 0.1, 0.2, 0.3, 0.4, 0.5), 0.3),
        ((0.5, 0.0, 0.4, 0.1, 0.3, 0.2), 0.3),
        ((-0.1, -0.1, -0.1, 0.9, 0.9, 0.9), 1.0),
    ],
)
def test_the_spread_is_from_the_20th_to_the_80th_percentile(
    prices: tuple[float, ...], expected: float
) -> None:
    assert spread(prices) == pytest.approx(expected)
