"""Whatever a recorder holds becomes one sound figure per hour, and a sentence on the rest."""

from datetime import date
import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.series import (
    HIGHEST_KWH,
    Figures,
    clean,
    gaps,
    plausible_highest,
)
from custom_components.loadstar.engine.forecast.types import HourlySeries, LeftOut

NEW_YEAR_S = 1_704_067_200  # 2024-01-01 00:00 UTC
HOUR_S = 3600
NAN = math.nan


def hours(*numbers: int) -> list[int]:
    return [NEW_YEAR_S + HOUR_S * number for number in numbers]


def said(left_out: tuple[LeftOut, ...]) -> dict[str, int]:
    return {each.code: each.data["hours"] for each in left_out}


def by_hour(series: HourlySeries) -> dict[int, float]:
    numbers = (series.start_s - NEW_YEAR_S) // HOUR_S
    return dict(zip(numbers.tolist(), series.values.tolist(), strict=True))


@pytest.mark.parametrize(
    ("starts", "values", "kept", "left_out"),
    [
        pytest.param(hours(0, 1), [1.0, 2.0], {0: 1.0, 1: 2.0}, {}, id="sound"),
        pytest.param([], [], {}, {}, id="nothing"),
        pytest.param(hours(2, 0, 1), [3.0, 1.0, 2.0], {0: 1.0, 1: 2.0, 2: 3.0}, {}, id="shuffled"),
        pytest.param(
            hours(0, 0, 1), [1.0, 5.0, 2.0], {0: 5.0, 1: 2.0}, {"history_duplicates": 1}, id="twice"
        ),
        pytest.param(
            [*hours(0), NEW_YEAR_S + 1800], [1.0, 2.0], {0: 1.0}, {"history_off_hour": 1}, id="half"
        ),
        pytest.param(hours(0, 1, 2), [1.0, None, NAN], {0: 1.0}, {}, id="unknown"),
        pytest.param(hours(0, 1), [1.0, math.inf], {0: 1.0}, {}, id="infinite"),
        pytest.param(hours(0, 1), [-0.04, 1.0], {0: 0.0, 1: 1.0}, {}, id="meters apart"),
        pytest.param(hours(0, 1), [-2.0, 1.0], {1: 1.0}, {"history_negative": 1}, id="negative"),
        pytest.param(hours(0, 1), [1e6, 1.0], {1: 1.0}, {"history_absurd": 1}, id="absurd"),
    ],
)
def test_what_cannot_be_is_left_out_and_said(
    starts: list[int], values: Figures, kept: dict[int, float], left_out: dict[str, int]
) -> None:
    series, notes = clean(starts, values)
    assert by_hour(series) == kept
    assert said(notes) == left_out


def test_temperatures_may_be_below_zero() -> None:
    series, notes = clean(hours(0, 1), [-12.5, 85.0], within=(-60.0, 60.0))
    assert by_hour(series) == {0: -12.5}
    assert said(notes) == {"history_absurd": 1}


def test_days_are_those_of_the_home() -> None:
    _, notes = clean(hours(23), [-5.0], time_zone="Europe/Berlin")
    assert notes[0].days == (date(2024, 1, 2),)


def test_a_year_of_zeros_is_no_measurement_of_a_household() -> None:
    series, notes = clean(hours(*range(24 * 365)), [0.0] * 24 * 365, always_on=True)
    assert series.start_s.size == 0
    assert said(notes) == {"history_zeros": 24 * 365}
    assert len(notes[0].days) == 365


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        pytest.param([0.0] * 23 + [1.0], 24, id="a coarse meter"),
        pytest.param([0.0] * 11, 11, id="a night"),
        pytest.param([0.0] * 12, 0, id="half a day"),
    ],
)
def test_zeros_are_only_doubted_when_a_day_has_nothing_else(values: list[float], kept: int) -> None:
    series, _ = clean(hours(*range(len(values))), values, always_on=True)
    assert series.start_s.size == kept


def test_panels_may_give_nothing_for_days() -> None:
    series, notes = clean(hours(*range(48)), [0.0] * 48)
    assert series.start_s.size == 48
    assert notes == ()


@given(
    rows=st.lists(
        st.tuples(
            st.integers(NEW_YEAR_S, NEW_YEAR_S + 90_000),
            st.none() | st.floats(allow_nan=True, allow_infinity=True, width=32),
        ),
        max_size=40,
    )
)
def test_nothing_that_a_recorder_holds_breaks_the_series(
    rows: list[tuple[int, float | None]],
) -> None:
    starts, values = [start for start, _ in rows], [value for _, value in rows]
    series, _ = clean(starts, values, always_on=True)
    assert np.isfinite(series.values).all()
    assert ((series.values >= 0) & (series.values <= HIGHEST_KWH)).all()


def test_gaps_are_told_by_their_days() -> None:
    starts = np.array(hours(0, 1, 30, 31))
    series = HourlySeries(start_s=starts, values=np.array([1.0, 1.0, NAN, 1.0]))
    (note,) = gaps(series, "UTC")
    assert note.code == "history_gaps"
    assert note.data == {"hours": 29}
    assert note.days == (date(2024, 1, 1), date(2024, 1, 2))


def test_a_whole_series_and_an_empty_one_have_no_gaps() -> None:
    whole, _ = clean(hours(0, 1, 2), [1.0, 1.0, 1.0])
    empty, _ = clean([], [])
    assert gaps(whole, "UTC") == gaps(empty, "UTC") == ()


def test_a_meters_leap_is_above_what_a_household_ever_drew() -> None:
    drawn = np.tile([0.2, 0.3, 0.5, 2.5], 100)
    assert 11.0 < plausible_highest(drawn) < 40.0
    assert plausible_highest(drawn[:8]) == HIGHEST_KWH  # too little to tell
    assert plausible_highest(drawn / 100) == 10.0  # a sauna may be new
    assert plausible_highest(drawn * 100) == HIGHEST_KWH


@pytest.mark.parametrize(
    ("starts", "values"),
    [
        pytest.param(hours(1, 0), [1.0, 1.0], id="out of order"),
        pytest.param(hours(0, 0), [1.0, 1.0], id="twice"),
        pytest.param([NEW_YEAR_S + 60], [1.0], id="off the hour"),
        pytest.param(hours(0, 1), [1.0], id="of two lengths"),
    ],
)
def test_a_series_that_is_not_in_order_is_refused(starts: list[int], values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"shape|start_s"):
        HourlySeries(start_s=np.array(starts), values=np.array(values))
