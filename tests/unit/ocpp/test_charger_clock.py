"""How far a charger's clock is from ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.loadstar.ocpp.charger_clock import ChargerClock, parse_timestamp

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


def clock(*offsets_s: float) -> ChargerClock:
    """Return a clock that has seen time stamps."""
    charger = ChargerClock(lambda: NOW)
    for offset_s in offsets_s:
        charger.saw((NOW + timedelta(seconds=offset_s)).isoformat())
    return charger


@pytest.mark.parametrize(
    ("offsets_s", "expected"),
    [
        ((), None),
        ((90.0,), 90.0),
        ((90.0, 91.0, -3600.0), 91.0),  # one message was late
        ((-3600.0, 90.0), 90.0),
        ((90.0, 7200.0, 91.0), 91.0),  # one was nonsense
        ((0.0, 0.0, -600.0, -590.0, -580.0, -570.0, -560.0, -550.0), 0.0),  # it was offline
        ((-600.0, -590.0, -580.0, -570.0, -560.0), -560.0),
        ((-600.0, -590.0, -580.0, 0.0, -0.5), 0.0),
        ((0.0, 0.0, 60.0, 60.5), 60.5),  # the clock was put forward
        ((0.0, 0.0, 0.0, 0.0, *[-3600.0] * 4), -3600.0),  # and back
    ],
)
def test_the_difference_counts_that_two_messages_agree_on(
    offsets_s: tuple[float, ...], expected: float | None
) -> None:
    assert clock(*offsets_s).offset_s == expected


def measured_late(charger: ChargerClock, *offsets_s: float) -> ChargerClock:
    """Show a clock the time stamps of meter values."""
    for offset_s in offsets_s:
        charger.saw((NOW + timedelta(seconds=offset_s)).isoformat(), measured=True)
    return charger


@pytest.mark.parametrize(
    ("told_s", "measured_s", "expected"),
    [
        ((0.0, 0.0), (-10.0,) * 8, 0.0),  # always late
        ((0.0,), (-10.0, -10.0, -10.0), 0.0),  # known from a single message
        ((), (-10.0, -10.0), -10.0),  # nothing else to go by
        ((600.0, 600.0), (590.0,) * 8, 600.0),
        ((0.0, 0.0), (-600.0,) * 8, -600.0),  # the clock was put back
        ((0.0, 0.0), (60.0, 60.0), 60.0),  # and forward
        ((), (-10.0, -10.0, 0.0, 0.0), 0.0),
    ],
)
def test_meter_values_that_are_always_late_do_not_lower_it(
    told_s: tuple[float, ...], measured_s: tuple[float, ...], expected: float
) -> None:
    assert measured_late(clock(*told_s), *measured_s).offset_s == expected


@pytest.mark.parametrize(
    ("charger", "told_s", "age_s"),
    [
        (clock(90.0, 90.0), 80.0, 10.0),
        (clock(90.0, 90.0), 90.0, 0.0),
        (clock(90.0, 90.0), 95.0, 0.0),  # never of the future
        (clock(90.0), -500.0, 0.0),  # one message alone says little
        (clock(), -500.0, 0.0),
    ],
)
def test_the_age_of_a_value_is_told_once_the_clock_is_known(
    charger: ChargerClock, told_s: float, age_s: float
) -> None:
    assert charger.age_s((NOW + timedelta(seconds=told_s)).isoformat()) == age_s
    assert charger.age_s("yesterday") == 0.0


def test_the_chargers_time_is_ours_and_the_offset() -> None:
    assert clock(90.0).now() == NOW + timedelta(seconds=90)
    assert clock().now() == NOW


def test_a_reset_forgets() -> None:
    charger = clock(90.0)
    charger.reset()
    assert charger.offset_s is None


@pytest.mark.parametrize(
    ("told_s", "ours_s"),
    [(30.0, -60.0), (90.0, 0.0), (500.0, 0.0)],  # never in the future
)
def test_a_chargers_time_stamp_is_brought_to_our_clock(told_s: float, ours_s: float) -> None:
    told = (NOW + timedelta(seconds=told_s)).isoformat()
    assert clock(90.0).to_ours(told) == NOW + timedelta(seconds=ours_s)


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        5,
        "",
        "yesterday",
        "2027-01-15T08:00:00",
        "9" * 50,
        "0001-01-01T00:00:00+23:00",
        "0001-01-01T00:00:00Z",  # what a clock shows that was never set
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_time_teaches_nothing(timestamp: Any) -> None:
    charger = clock()
    charger.saw(timestamp)
    assert charger.offset_s is None
    assert charger.to_ours(timestamp) == NOW


@pytest.mark.parametrize("stamp", ["1970-01-02T00:00:00+00:00", "2099-12-31T23:59:59+00:00"])
def test_a_clock_that_is_ages_off_is_followed(stamp: str) -> None:
    charger = clock()
    charger.saw(stamp)
    assert charger.now() == datetime.fromisoformat(stamp)
    assert charger.to_ours(stamp) == NOW


def test_zones_are_understood() -> None:
    assert parse_timestamp("2027-01-15T10:00:00+02:00") == NOW
    assert parse_timestamp("2027-01-15T08:00:00.000Z") == NOW
