"""A source's rows become periods of mean power, and what is wrong with them is said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import math
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.sources.pv.series import RawPv, Window, normalise
from custom_components.loadstar.sources.types import PvForecast, SourceError

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = datetime(2026, 6, 21, tzinfo=UTC)
WINDOW = Window(DAY, DAY + timedelta(days=2), STOCKHOLM)


def at(hour: float, day: int = 0) -> datetime:
    """Return an hour of a day in June."""
    return DAY + timedelta(days=day, hours=hour)


def raw(*rows: tuple[object, object]) -> list[RawPv]:
    """Return rows of starts and values."""
    return [RawPv(start=start, value=value) for start, value in rows]


def read(rows: Sequence[RawPv], unit: str | None = "kW", window: Window = WINDOW) -> PvForecast:
    """Normalise rows of a source called roof."""
    return normalise(rows, unit, "roof", window)


def spans(forecast: PvForecast) -> list[tuple[float, float, float]]:
    """Return start and end in hours after the day's begin, and the power."""
    hour = timedelta(hours=1)
    return [
        ((item.start - DAY) / hour, (item.end - DAY) / hour, round(item.mean_kw, 6))
        for item in forecast.periods
    ]


def codes(forecast: PvForecast) -> dict[str, Any]:
    """Return how often each thing was wrong."""
    return {warning.code: warning.data["count"] for warning in forecast.warnings}


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_period_lasts_until_the_next_and_the_last_as_long_as_the_one_before(
    minutes: int,
) -> None:
    step = minutes / 60
    rows = raw(*((at(10 + step * n), n) for n in range(4)))
    assert spans(read(rows)) == [(10 + step * n, 10 + step * (n + 1), n) for n in range(4)]


def test_lengths_may_change_within_a_list() -> None:
    rows = raw((at(5.2), 1), (at(6), 2), (at(7), 3), (at(7.25), 4), (at(7.5), 5))
    assert [(round(a, 3), round(b, 3)) for a, b, _ in spans(read(rows))] == [
        (5.2, 6),
        (6, 7),
        (7, 7.25),
        (7.25, 7.5),
        (7.5, 7.75),
    ]


def test_no_value_is_spread_over_a_night_that_was_left_out() -> None:
    rows = raw((at(20), 1), (at(20.5), 0.5), (at(4, day=1), 0.2), (at(4.5, day=1), 0.4))
    assert spans(read(rows)) == [
        (20, 20.5, 1),
        (20.5, 21, 0.5),
        (28, 28.5, 0.2),
        (28.5, 29, 0.4),
    ]


def test_one_bright_half_hour_between_two_nights_is_no_day_long() -> None:
    rows = raw((at(12), 1), (at(12, day=1), 1))
    assert spans(read(rows)) == [(12, 13, 1), (36, 37, 1)]


def test_steps_of_three_hours_are_believed_where_they_are_kept() -> None:
    rows = raw((at(6), 1), (at(9), 2), (at(12), 3))
    assert spans(read(rows)) == [(6, 9, 1), (9, 12, 2), (12, 15, 3)]


def test_a_single_value_lasts_an_hour() -> None:
    assert spans(read(raw((at(12), 2)))) == [(12, 13, 2)]


def test_an_end_that_is_given_is_believed() -> None:
    assert spans(read([RawPv(start=at(6), end=at(12), value=2)])) == [(6, 12, 2)]


@pytest.mark.parametrize(
    ("unit", "value", "kilowatts"),
    [
        ("W", 1500, 1.5),
        ("kW", 1.5, 1.5),
        ("MW", 0.0015, 1.5),
        ("Wh", 750, 1.5),
        ("kWh", 0.75, 1.5),
        ("Wh", "750", 1.5),
    ],
)
def test_energy_is_shared_over_its_period_and_power_is_a_mean(
    unit: str, value: float, kilowatts: float
) -> None:
    forecast = read(raw((at(12), value), (at(12.5), value)), unit)
    assert [item.mean_kw for item in forecast.periods] == [pytest.approx(kilowatts)] * 2


@pytest.mark.parametrize("unit", [None, "A", "EUR/kWh", "%", ""])
def test_a_unit_of_neither_power_nor_energy_is_refused(unit: str | None) -> None:
    with pytest.raises(SourceError) as refused:
        read(raw((at(12), 1)), unit)
    assert refused.value.warning.code == "pv_unit"
    assert refused.value.warning.data == {"source": "roof", "unit": str(unit)}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (math.nan, "pv_not_a_number"),
        (math.inf, "pv_not_a_number"),
        (None, "pv_not_a_number"),
        ("unknown", "pv_not_a_number"),
        (True, "pv_not_a_number"),
        ([1], "pv_not_a_number"),
        (10**400, "pv_not_a_number"),
        (-0.1, "pv_negative"),
        (1001, "pv_absurd"),
    ],
)
def test_a_value_that_cannot_be_is_left_out_and_named(value: object, code: str) -> None:
    forecast = read(raw((at(10), 1), (at(10.25), value), (at(10.5), 3)))
    # its neighbours do not stretch over it
    assert spans(forecast) == [(10, 10.25, 1), (10.5, 10.75, 3)]
    (warning,) = forecast.warnings
    assert warning.code == code
    assert warning.data == {"source": "roof", "count": 1, "at": at(10.25).isoformat()}


def test_a_kind_of_fault_is_named_once_with_its_count_and_where_it_began() -> None:
    rows = raw((at(10), None), (at(11), None), (at(12), 3))
    (warning,) = read(rows).warnings
    assert warning.data == {"source": "roof", "count": 2, "at": at(10).isoformat()}


@pytest.mark.parametrize(
    "start",
    ["soon", None, 1_750_000_000, "2026-13-01T00:00:00+00:00", "9999-12-31T23:59:59"],
)
def test_a_row_without_a_time_is_left_out_and_named(start: object) -> None:
    forecast = read(raw((start, 5), (at(11), 1)))
    assert spans(forecast) == [(11, 12, 1)]
    assert codes(forecast) == {"pv_bad_time": 1}


@pytest.mark.parametrize("shift", [0, -60])
def test_an_end_before_its_start_is_named(shift: int) -> None:
    wrong = RawPv(start=at(10), end=at(10) + timedelta(minutes=shift), value=1)
    forecast = read([wrong, RawPv(start=at(11), value=2)])
    assert spans(forecast) == [(11, 12, 2)]
    assert codes(forecast) == {"pv_bad_time": 1}


def test_of_periods_that_overlap_the_later_one_wins_from_its_start() -> None:
    forecast = read([RawPv(start=at(10), end=at(12), value=1), RawPv(start=at(11), value=2)])
    assert spans(forecast)[0] == (10, 11, 1)
    assert codes(forecast) == {"pv_overlap": 1}


def test_a_period_that_two_sensors_tell_alike_is_no_fault() -> None:
    forecast = read(raw((at(10), 1), (at(10), 1), (at(11), 2)))
    assert len(forecast.periods) == 2
    assert forecast.warnings == ()


def test_a_period_told_in_two_ways_is_named() -> None:
    forecast = read(raw((at(10), 1), (at(10), 2), (at(11), 2)))
    assert spans(forecast)[0] == (10, 11, 1)
    assert codes(forecast) == {"pv_overlap": 1}


def test_any_order_gives_the_same_forecast() -> None:
    rows = raw(*((at(hour), hour) for hour in (12, 10, 11)))
    assert spans(read(rows)) == [(10, 11, 10), (11, 12, 11), (12, 13, 12)]


def test_periods_outside_of_what_is_asked_for_are_left_out_in_silence() -> None:
    rows = raw((at(-2), 1), (at(-0.5), 2), (at(0.5), 3), (at(47.5), 4), (at(48), 5))
    forecast = read(rows)
    assert [value for _, _, value in spans(forecast)] == [2, 3, 4]
    assert forecast.warnings == ()


@pytest.mark.parametrize("days", [-3, 5])
def test_a_forecast_of_another_day_is_refused_with_its_time(days: int) -> None:
    with pytest.raises(SourceError) as refused:
        read(raw((at(10, day=days), 1), (at(11, day=days), 1)))
    assert refused.value.warning.code == "pv_wrong_day"
    assert refused.value.warning.data == {
        "source": "roof",
        "first": at(10, day=days).isoformat(),
        "last": at(12, day=days).isoformat(),
    }


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "pv_empty"),
        (raw((at(12), None)), "pv_nothing_usable"),
        (raw(("x", 1)), "pv_nothing_usable"),
    ],
)
def test_a_forecast_without_anything_of_use_is_refused(rows: list[RawPv], code: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(rows)
    assert refused.value.warning.code == code


@pytest.mark.parametrize(
    ("p10", "p90", "spread", "warned"),
    [
        (0.5, 2, (0.5, 2), {}),
        (1, 1, (1, 1), {}),
        (0.5, None, (0.5, None), {}),
        (None, 2, (None, 2), {}),
        (math.nan, 2, (None, 2), {}),
        (2, 3, (None, None), {"pv_spread": 1}),
        (0.5, 0.9, (None, None), {"pv_spread": 1}),
        (-1, 2, (None, None), {"pv_spread": 1}),
    ],
)
def test_a_spread_has_to_hold_its_middle(
    p10: object, p90: object, spread: tuple[float | None, ...], warned: dict[str, int]
) -> None:
    forecast = read([RawPv(start=at(12), value=1, p10=p10, p90=p90)])
    (period,) = forecast.periods
    assert (period.p10_kw, period.p90_kw) == spread
    assert codes(forecast) == warned


def test_times_without_an_offset_are_local() -> None:
    forecast = read(raw(("2026-06-21 12:00:00", 1), ("2026-06-21 13:00:00", 2)))
    assert spans(forecast) == [(10, 11, 1), (11, 12, 2)]


def test_on_the_day_of_25_hours_the_repeated_hour_is_told_apart() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    hours = ["00:00", "01:00", "02:00", "02:00", "03:00"]
    rows = raw(*((f"2026-10-25 {hour}:00", n) for n, hour in enumerate(hours)))
    forecast = read(rows, window=Window(start, start + timedelta(days=1), STOCKHOLM))
    assert [item.start - start for item in forecast.periods] == [
        timedelta(hours=n) for n in range(5)
    ]
    assert forecast.warnings == ()


def test_on_the_day_of_23_hours_periods_keep_their_length() -> None:
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    rows = raw(*((f"2026-03-29 {hour}:00:00", 1) for hour in ("00", "01", "03", "04")))
    forecast = read(rows, window=Window(start, start + timedelta(days=1), STOCKHOLM))
    assert [item.end - item.start for item in forecast.periods] == [timedelta(hours=1)] * 4


row = st.builds(
    RawPv,
    start=st.one_of(
        st.datetimes(datetime(2026, 6, 20), datetime(2026, 6, 24)),  # noqa: DTZ001  that is the point
        st.integers(0, 200).map(lambda n: at(n / 4)),
        st.text(max_size=3),
    ),
    end=st.one_of(st.none(), st.integers(0, 200).map(lambda n: at(n / 4))),
    value=st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=3)),
    p10=st.one_of(st.none(), st.floats()),
    p90=st.one_of(st.none(), st.floats()),
)


@given(st.lists(row, max_size=12), st.sampled_from(["W", "kWh"]))
def test_whatever_a_source_gives_periods_are_in_order_and_powers_can_be(
    rows: list[RawPv], unit: str
) -> None:
    try:
        forecast = read(rows, unit)
    except SourceError:
        return
    last = datetime(2000, 1, 1, tzinfo=UTC)
    for item in forecast.periods:
        assert last <= item.start < item.end
        assert 0 <= item.mean_kw <= 1000
        assert item.p10_kw is None or 0 <= item.p10_kw <= item.mean_kw
        assert item.p90_kw is None or item.p90_kw >= item.mean_kw
        last = item.end
