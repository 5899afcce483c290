"""Whatever a source gives becomes periods in order, and what was wrong is named."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
import math
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.prices import normalise
from custom_components.loadstar.engine.prices.types import PricePeriod, RawPrice

MIDNIGHT = datetime(2026, 1, 15, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def raw(start: float, end: float | None, price: float | None) -> RawPrice:
    """Return a price of hours since midnight."""
    return RawPrice(at(start), None if end is None else at(end), price)


def starts(*prices: tuple[float, float | None]) -> list[RawPrice]:
    """Return prices of which only the start is known."""
    return [raw(start, None, price) for start, price in prices]


def hours(periods: Iterable[PricePeriod]) -> list[tuple[float, float, float]]:
    """Return periods as hours since midnight, with their price."""
    return [
        (
            (period.start - MIDNIGHT) / timedelta(hours=1),
            (period.end - MIDNIGHT) / timedelta(hours=1),
            period.price_per_kwh,
        )
        for period in periods
    ]


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_whole_day_stays_as_it_is_at_any_resolution(minutes: int) -> None:
    step = minutes / 60
    day = [raw(i * step, (i + 1) * step, i / 100) for i in range(24 * 60 // minutes)]
    periods, warnings = normalise(day)
    assert hours(periods) == [(i * step, (i + 1) * step, i / 100) for i in range(len(day))]
    assert warnings == ()


@pytest.mark.parametrize(
    ("given_prices", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(
            starts((0, 1.0), (1, 2.0), (2, 3.0)),
            [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0)],
            id="the last is as long as the one before",
        ),
        pytest.param(
            starts((0, 1.0), (0.25, 2.0), (0.5, 3.0)),
            [(0, 0.25, 1.0), (0.25, 0.5, 2.0), (0.5, 0.75, 3.0)],
            id="quarters",
        ),
        pytest.param(
            starts((0, 1.0), (1, 2.0), (2, 3.0), (2.25, 4.0), (2.5, 5.0)),
            [(0, 1, 1.0), (1, 2, 2.0), (2, 2.25, 3.0), (2.25, 2.5, 4.0), (2.5, 2.75, 5.0)],
            id="hours turn into quarters",
        ),
        pytest.param(
            starts((0, 1.0), (0.25, 2.0), (0.5, 3.0), (1.5, 4.0), (2.5, 5.0)),
            [(0, 0.25, 1.0), (0.25, 0.5, 2.0), (0.5, 1.5, 3.0), (1.5, 2.5, 4.0), (2.5, 3.5, 5.0)],
            id="quarters turn into hours",
        ),
        pytest.param(
            [raw(0, 1, 1.0), raw(1, 3, 2.0), raw(3, None, 3.0)],
            [(0, 1, 1.0), (1, 3, 2.0), (3, 5, 3.0)],
            id="the last is as long as the one before says it is",
        ),
        pytest.param(
            [raw(0, 0, 1.0), raw(1, 0, 2.0)],
            [(0, 1, 1.0), (1, 2, 2.0)],
            id="an end that is not after the start is none",
        ),
        pytest.param(
            starts((0, 1.0), (1, 2.0), (2, None)),
            [(0, 1, 1.0), (1, 2, 2.0)],
            id="a price that is not known yet ends the one before",
        ),
        pytest.param(
            [raw(0, 1, 1.0), raw(0, 1, 1.0), raw(1, 2, 2.0)],
            [(0, 1, 1.0), (1, 2, 2.0)],
            id="today is in two lists",
        ),
        pytest.param(
            [raw(0, 1, None), raw(0, 1, 1.0)], [(0, 1, 1.0)], id="known in the second list alone"
        ),
        pytest.param(
            [raw(0, 1, 1.0), raw(0, 1, None)], [(0, 1, 1.0)], id="known in the first list alone"
        ),
        pytest.param(
            [raw(0, 2, 1.0), raw(1, 2, None)], [(0, 1, 1.0)], id="not known from the middle on"
        ),
        pytest.param([raw(0, 1, -0.5)], [(0, 1, -0.5)], id="a negative price is a price"),
        pytest.param([raw(0, 1, None)], [], id="not known yet"),
    ],
)
def test_sound_prices_become_periods_without_a_word(
    given_prices: list[RawPrice], expected: list[tuple[float, float, float]]
) -> None:
    periods, warnings = normalise(given_prices)
    assert hours(periods) == expected
    assert warnings == ()


@pytest.mark.parametrize(
    ("given_prices", "expected", "warning"),
    [
        pytest.param(
            [raw(0, 1, 1.0), raw(3, 4, 2.0), raw(6, 7, 3.0)],
            [(0, 1, 1.0), (3, 4, 2.0), (6, 7, 3.0)],
            ("price_gap", at(1), at(6), 2),
            id="gaps",
        ),
        pytest.param(
            starts((0, 1.0), (1, 2.0), (2, 3.0), (4, 4.0), (5, 5.0)),
            [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0), (4, 5, 4.0), (5, 6, 5.0)],
            ("price_gap", at(3), at(4), 1),
            id="a missing hour does not make the one before longer",
        ),
        pytest.param(
            starts((0, 1.0), (1, None), (2, 3.0)),
            [(0, 1, 1.0), (2, 3, 3.0)],
            ("price_gap", at(1), at(2), 1),
            id="a price of None leaves a gap",
        ),
        pytest.param(
            [raw(1, 2, 2.0), raw(0, 1, 1.0), raw(2, 3, 3.0)],
            [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0)],
            ("price_wrong_order", at(0), at(1), 1),
            id="wrong order",
        ),
        pytest.param(
            [raw(0, 2, 1.0), raw(1, 2, 2.0)],
            [(0, 1, 1.0), (1, 2, 2.0)],
            ("price_overlap", at(0), at(2), 1),
            id="one reaches into the next",
        ),
        pytest.param(
            [raw(0, 1, 1.0), raw(0, 1, 9.0)],
            [(0, 1, 1.0)],
            ("price_overlap", at(0), at(1), 1),
            id="two prices for one hour: the first counts",
        ),
        pytest.param(
            starts((0, 1.0)),
            [],
            ("price_length_unknown", at(0), at(0), 1),
            id="nobody knows for how long",
        ),
    ],
)
def test_a_fault_is_mended_and_named(
    given_prices: list[RawPrice],
    expected: list[tuple[float, float, float]],
    warning: tuple[str, datetime, datetime, int],
) -> None:
    periods, warnings = normalise(given_prices)
    assert hours(periods) == expected
    code, begin, until, count = warning
    assert [(one.code, one.data) for one in warnings] == [
        (code, {"from": begin, "until": until, "count": count})
    ]


@pytest.mark.parametrize(
    ("price", "code"),
    [
        (math.nan, "price_not_a_number"),
        (math.inf, "price_not_a_number"),
        (-math.inf, "price_not_a_number"),
        (1e6, "price_absurd"),
        (-1e6, "price_absurd"),
    ],
)
def test_what_cannot_be_a_price_is_left_out_and_named(price: float, code: str) -> None:
    periods, warnings = normalise([raw(0, 1, 0.1), raw(1, 2, price), raw(2, 3, 0.3)])
    assert hours(periods) == [(0, 1, 0.1), (2, 3, 0.3)]
    assert [one.code for one in warnings] == [code, "price_gap"]
    assert warnings[0].data == {"from": at(1), "until": at(2), "count": 1}


def test_a_time_without_zone_is_no_time() -> None:
    naive = RawPrice(at(1).replace(tzinfo=None), at(2), 0.2)
    half_naive = RawPrice(at(0), at(1).replace(tzinfo=None), 0.1)
    periods, warnings = normalise([half_naive, naive, raw(2, 4, 0.3)])
    assert hours(periods) == [(0, 2, 0.1), (2, 4, 0.3)]  # a half is held until the next
    assert [(one.code, one.data) for one in warnings] == [("price_not_a_time", {"count": 1})]


@pytest.mark.parametrize(
    "absurd", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_the_ends_of_the_calendar_are_no_times(absurd: datetime) -> None:
    periods, warnings = normalise([RawPrice(absurd, None, 0.1), RawPrice(at(0), absurd, 0.2)])
    assert periods == ()
    assert [one.code for one in warnings] == ["price_not_a_time", "price_length_unknown"]


@pytest.mark.parametrize("seconds", [1, -1])
def test_a_start_that_is_a_second_off_is_rounded(seconds: int) -> None:
    late = timedelta(seconds=seconds)
    periods, warnings = normalise(
        [RawPrice(at(i / 2) + late, at((i + 1) / 2), float(i)) for i in range(3)]
    )
    assert hours(periods) == [(0, 0.5, 0.0), (0.5, 1, 1.0), (1, 1.5, 2.0)]
    assert warnings == ()


def test_times_of_any_zone_come_back_in_utc() -> None:
    sydney = timezone(timedelta(hours=10))
    periods, _ = normalise([RawPrice(at(0).astimezone(sydney), at(1).astimezone(sydney), 0.1)])
    assert periods[0].start.tzinfo is UTC
    assert hours(periods) == [(0, 1, 0.1)]


@pytest.mark.parametrize(
    ("day", "length"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)]
)
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_day_on_which_clocks_change_has_neither_gap_nor_overlap(
    day: tuple[int, int, int], length: int, minutes: int
) -> None:
    first = datetime(*day, tzinfo=BERLIN).astimezone(UTC)
    count = length * 60 // minutes
    local = [(first + timedelta(minutes=minutes * i)).astimezone(BERLIN) for i in range(count)]
    periods, warnings = normalise([RawPrice(moment, None, 0.1) for moment in local])
    assert len(periods) == count
    assert periods[-1].end - periods[0].start == timedelta(hours=length)
    assert warnings == ()


prices = st.builds(
    raw,
    st.integers(0, 40).map(lambda quarter: quarter / 4),
    st.none() | st.integers(0, 44).map(lambda quarter: quarter / 4),
    st.none() | st.floats() | st.sampled_from([0.1, 0.2]),
)


@given(st.lists(prices, max_size=12))
def test_periods_are_always_in_order_apart_and_finite(given_prices: list[RawPrice]) -> None:
    periods, _ = normalise(given_prices)
    assert all(period.start < period.end for period in periods)
    assert all(one.end <= later.start for one, later in pairwise(periods))
    assert all(math.isfinite(period.price_per_kwh) for period in periods)
    given_starts = {one.start for one in given_prices}
    assert {period.start for period in periods} <= given_starts


@given(st.lists(prices, max_size=12))
def test_what_is_in_order_already_stays_as_it_is(given_prices: list[RawPrice]) -> None:
    periods, _ = normalise(given_prices)
    again, warnings = normalise(
        RawPrice(period.start, period.end, period.price_per_kwh) for period in periods
    )
    assert again == periods
    assert {warning.code for warning in warnings} <= {"price_gap"}
