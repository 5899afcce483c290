"""Forecasts as energy, and hourly series cut and put together."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.types import EMPTY, HourlySeries
from custom_components.loadstar.engine.learning.types import SlotForecast
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.forecasting.energy import (
    EnergyCurve,
    day_bounds,
    mean_of_day,
    merged,
    part,
)
from custom_components.loadstar.forecasting.issued import issued_hours

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def period(hour: float, length_h: float, kw: float, p10: float | None = None) -> EnergyPeriod:
    start = NOON + hour * HOUR
    return EnergyPeriod(start, start + length_h * HOUR, kw, p10)


def series(*values: float, start: datetime = NOON) -> HourlySeries:
    first = int(start.timestamp())
    return HourlySeries(
        start_s=first + 3600 * np.arange(len(values)), values=np.array(values, dtype=np.float64)
    )


def as_dict(found: HourlySeries) -> dict[int, float]:
    """Return a series by hours after noon."""
    hours = (found.start_s - int(NOON.timestamp())) // 3600
    return dict(zip(hours.tolist(), found.values.tolist(), strict=True))


@pytest.mark.parametrize(
    ("start_h", "end_h", "kwh"),
    [
        (0, 1, 2.0),
        (0.5, 1.5, 1.0 + 0.5),
        (0, 2, 3.0),
        (-1, 0.25, 0.5),
        (2, 3, 0.0),  # the night between
        (2, 14.5, 2.0),
        (16, 17, None),  # beyond the forecast
        (-2, -1, None),
    ],
)
def test_energy_of_any_time_is_that_of_the_parts_of_its_periods(
    start_h: float, end_h: float, kwh: float | None
) -> None:
    curve = EnergyCurve.of_mean([period(0, 1, 2.0), period(1, 1, 1.0), period(14, 1, 4.0)])
    found = curve.kwh(NOON + start_h * HOUR, NOON + end_h * HOUR)
    assert found == (None if kwh is None else pytest.approx(kwh))


def test_a_gap_that_is_longer_than_a_night_is_a_hole() -> None:
    curve = EnergyCurve.of_mean([period(0, 1, 2.0), period(22, 1, 4.0)])
    assert curve.kwh(NOON + 2 * HOUR, NOON + 3 * HOUR) is None


def test_a_quantile_that_is_not_known_gives_no_energy() -> None:
    periods = [period(0, 1, 2.0, 1.0), period(1, 1, 2.0)]
    curve = EnergyCurve.of(periods, [each.p10_kw for each in periods])
    assert curve.kwh(NOON, NOON + HOUR) == pytest.approx(1.0)
    assert curve.kwh(NOON, NOON + 2 * HOUR) is None


def test_only_whole_hours_are_hours() -> None:
    curve = EnergyCurve.of_mean([period(0, 6, 2.0)])
    found = curve.hourly(NOON + 0.5 * HOUR, NOON + 3.9 * HOUR)
    assert as_dict(found) == pytest.approx({1: 2.0, 2: 2.0})
    assert curve.hourly(NOON, NOON).start_s.size == 0


@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=30),
    st.floats(0, 10),
    st.floats(0, 10),
)
def test_energies_add_up(powers: list[float], first_h: float, length_h: float) -> None:
    curve = EnergyCurve.of_mean([period(hour, 1, kw) for hour, kw in enumerate(powers)])
    start, middle = NOON, NOON + first_h * HOUR
    end = middle + length_h * HOUR
    halves = (curve.kwh(start, middle) or 0.0) + (curve.kwh(middle, end) or 0.0)
    assert halves == pytest.approx(curve.kwh(start, end) or 0.0, abs=1e-6)


def test_a_day_of_clock_change_has_its_own_length() -> None:
    start, end = day_bounds(date(2026, 3, 29), BERLIN)
    assert end.astimezone(UTC) - start.astimezone(UTC) == 23 * HOUR


def test_a_part_begins_within_its_bounds() -> None:
    assert as_dict(part(series(1, 2, 3, 4), NOON + HOUR, NOON + 3 * HOUR)) == {1: 2, 2: 3}


def test_of_an_hour_that_several_know_the_first_figure_counts() -> None:
    first = series(1, np.nan, 3)
    other = series(9, 8, 7, 6, start=NOON - HOUR)
    assert as_dict(merged(first, other)) == {-1: 9, 0: 1, 1: 7, 2: 3}
    assert as_dict(merged(EMPTY, EMPTY)) == {}
    assert merged().start_s.size == 0


@pytest.mark.parametrize(("hours", "mean"), [(24, 11.5), (18, 8.5), (17, None), (0, None)])
def test_a_days_mean_needs_most_of_the_day(hours: int, mean: float | None) -> None:
    day = series(*range(hours), start=datetime(2026, 6, 20, 22, tzinfo=UTC))
    assert mean_of_day(day, date(2026, 6, 21), BERLIN) == mean


def test_what_was_issued_counts_in_hours_of_which_every_slot_is_known() -> None:
    quarters = [0.1, 0.2, 0.3, 0.4, 0.5, None, 0.5, 0.5]
    rows = [
        SlotForecast(start=NOON + index * HOUR / 4, issued=NOON, pv_source_kwh=kwh)
        for index, kwh in enumerate(quarters)
    ]
    assert as_dict(issued_hours(rows)) == pytest.approx({0: 1.0})
    assert issued_hours([]).start_s.size == 0
