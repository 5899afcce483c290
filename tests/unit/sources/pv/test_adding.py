"""Several arrays become one forecast."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.sources.pv.adding import add, between, prolong
from custom_components.loadstar.sources.types import PvForecast

DAY = datetime(2026, 6, 21, tzinfo=UTC)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def forecast(
    *spans: tuple[float, float, float], p10: float | None = None, p90: float | None = None
) -> PvForecast:
    """Return periods from and to hours; p10 and p90 are factors."""
    return PvForecast(
        periods=tuple(
            EnergyPeriod(
                at(start),
                at(end),
                kw,
                None if p10 is None else kw * p10,
                None if p90 is None else kw * p90,
            )
            for start, end, kw in spans
        )
    )


def spans(periods: tuple[EnergyPeriod, ...]) -> list[tuple[float, float, float]]:
    hour = timedelta(hours=1)
    return [((p.start - DAY) / hour, (p.end - DAY) / hour, p.mean_kw) for p in periods]


def kwh(periods: tuple[EnergyPeriod, ...]) -> float:
    return sum(p.mean_kw * (p.end - p.start) / timedelta(hours=1) for p in periods)


def test_arrays_of_different_steps_add_up_where_both_are() -> None:
    hourly = forecast((10, 11, 2), (11, 12, 4))
    quarters = forecast((10.5, 10.75, 1), (10.75, 11, 3))
    assert spans(add([hourly, quarters])) == [
        (10, 10.5, 2),
        (10.5, 10.75, 3),
        (10.75, 11, 5),
        (11, 12, 4),
    ]


def test_nothing_is_invented_where_no_array_says_anything() -> None:
    assert spans(add([forecast((10, 11, 2)), forecast((14, 15, 1))])) == [
        (10, 11, 2),
        (14, 15, 1),
    ]


def test_the_spread_adds_up_where_all_have_one() -> None:
    first, second = forecast((10, 12, 2), p10=0.5, p90=2), forecast((10, 11, 4), p10=0.25, p90=1)
    (both, alone) = add([first, second])
    assert (both.p10_kw, both.p90_kw) == (2.0, 8.0)
    assert (alone.p10_kw, alone.p90_kw) == (1.0, 4.0)


def test_the_spread_is_unknown_where_one_has_none() -> None:
    (summed,) = add([forecast((10, 11, 2), p10=0.5, p90=2), forecast((10, 11, 4))])
    assert (summed.p10_kw, summed.p90_kw) == (None, None)


steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 7.0]), st.sampled_from([0.25, 0.5, 1.0]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=8,
)


def made(parts: list[tuple[float, float, int]]) -> PvForecast:
    """Return periods of gaps, lengths and powers in a row."""
    hour, rows = 0.0, []
    for gap, length, kw in parts:
        hour += gap
        rows.append((hour, hour + length, float(kw)))
        hour += length
    return forecast(*rows)


@given(st.lists(steps, min_size=1, max_size=4))
def test_no_energy_is_lost_or_made_by_adding(
    arrays: list[list[tuple[float, float, int]]],
) -> None:
    forecasts = [made(parts) for parts in arrays]
    assert kwh(add(forecasts)) == pytest.approx(sum(kwh(item.periods) for item in forecasts))


def test_a_short_forecast_repeats_its_last_day() -> None:
    known = forecast((12, 13, 9), (36, 37, 2), (37, 38, 1))
    assert spans(prolong(known, at(86)).periods) == [
        (12, 13, 9),
        (36, 37, 2),
        (37, 38, 1),
        (60, 61, 2),
        (61, 62, 1),
        (84, 85, 2),
        (85, 86, 1),
    ]


def test_a_forecast_that_reaches_is_not_prolonged() -> None:
    known = forecast((12, 13, 9), (36, 37, 2))
    assert prolong(known, at(37)) == known


def test_only_what_touches_a_time_is_between() -> None:
    known = forecast((10, 11, 1), (11, 12, 2), (12, 13, 3))
    assert spans(between(known, at(11), at(12)).periods) == [(11, 12, 2)]
