"""Whatever a recorder and a source come up with, a forecast comes out of it."""

from datetime import UTC, datetime, timedelta
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.pv import train_pv
from custom_components.loadstar.engine.forecast.types import HourlySeries
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from tests.unit.forecast.pv_years import after, cloudy_year, periods, series

# Around the Sunday of March on which Berlin's day has 23 h.
BEGIN = datetime(2026, 3, 10, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "UTC")

figures = st.one_of(
    st.floats(0, 12),
    st.floats(0, 12),
    st.sampled_from([0.0, np.nan, np.inf, -np.inf, -4.0, 1e9, 1e-12]),
)


@st.composite
def histories(draw: st.DrawFn) -> HourlySeries:
    """Return hours in order, with gaps and with figures that cannot be."""
    count = draw(st.integers(0, 30 * 24))
    hours = np.flatnonzero(
        np.random.default_rng(draw(st.integers(0, 9))).random(count) > draw(st.floats(0, 0.9))
    )
    some = draw(st.lists(figures, min_size=1, max_size=40))
    return HourlySeries(
        start_s=int(BEGIN.timestamp()) + 3600 * hours.astype(np.int64),
        values=np.resize(np.array(some), hours.size),
    )


@given(
    observed=histories(),
    issued=histories(),
    zone=st.sampled_from(ZONES),
    kwp=st.sampled_from([None, 5.0, 10.0, 0.0, np.nan]),
    hour=st.floats(0, 31 * 24),
    said=st.lists(st.tuples(figures, figures, figures), min_size=1, max_size=30),
    minutes=st.sampled_from([15, 30, 60, 90]),
)
@settings(max_examples=150, deadline=None)
def test_any_history_makes_a_model_whose_forecast_is_possible(  # noqa: PLR0917  as drawn
    observed: HourlySeries,
    issued: HourlySeries,
    zone: str,
    kwp: float | None,
    hour: float,
    said: list[tuple[float, float, float]],
    minutes: int,
) -> None:
    now = BEGIN + timedelta(hours=hour)
    model = train_pv(observed, issued, now=now, time_zone=zone, installed_kwp=kwp)
    assert 0 <= model.confidence <= 1
    step = timedelta(minutes=minutes)
    given_periods = [
        EnergyPeriod(now + index * step, now + (index + 1) * step, mean, low, high)
        for index, (mean, low, high) in enumerate(said)
    ]
    corrected = model.correct(given_periods, now=now, seen=observed, expected=issued)
    assert len(corrected) == len(given_periods)
    for before, period in zip(given_periods, corrected, strict=True):
        assert (period.start, period.end) == (before.start, before.end)
        assert np.isfinite(period.mean_kw) == np.isfinite(before.mean_kw)
        for power in (period.mean_kw, period.p10_kw, period.p90_kw):
            assert power is None or not power < 0
            assert power is None or kwp is None or not kwp > 0 or not power > kwp
        day = model.day(before.mean_kw)
        assert np.isnan(day).all() or 0 <= day.p10 <= day.p50 <= day.p90 < np.inf
        assert kwp is None or not kwp > 0 or not day.p90 > 24 * kwp


@pytest.mark.parametrize("mean_kw", [np.nan, np.inf])
def test_a_period_without_a_number_stays_without_one(mean_kw: float) -> None:
    year = cloudy_year(1, 40)
    model = train_pv(
        year.observed, year.issued, now=after(40), time_zone="Europe/Berlin", installed_kwp=None
    )
    first, second = model.correct(periods([mean_kw, 1.0], after(40.4)), now=after(40.4))
    assert np.isnan(first.mean_kw)
    assert (first.p10_kw, first.p90_kw) == (None, None)
    assert second.mean_kw > 0


def test_a_period_of_no_length_does_no_harm() -> None:
    year = cloudy_year(1, 40)
    model = train_pv(
        year.observed, year.issued, now=after(40), time_zone="Europe/Berlin", installed_kwp=None
    )
    nothing = EnergyPeriod(after(40.5), after(40.5), 2.0)
    (period,) = model.correct([nothing], now=after(40))
    assert 0.6 < period.mean_kw < 3.4


@pytest.mark.parametrize("day", [88, 297])  # a day before the clocks change
def test_days_of_clock_change_are_days_as_any_other(day: int) -> None:
    year = cloudy_year(1, 320)
    for today in range(day, day + 4):
        for zone in ("Europe/Berlin", "UTC"):
            model = train_pv(
                series(year.measured[:today]),
                series(year.forecast[:today]),
                now=after(today),
                time_zone=zone,
                installed_kwp=None,
            )
            assert model.days == 14
            assert model.left_out == ()


def test_two_years_are_learnt_in_no_time() -> None:
    year = cloudy_year(1, 730)
    begin = process_time()
    model = train_pv(
        year.observed, year.issued, now=after(730), time_zone="Europe/Berlin", installed_kwp=10.0
    )
    assert process_time() - begin < 1.0
    ahead = periods(np.tile(year.forecast[0], 12), after(730), minutes=15)
    begin = process_time()
    for _ in range(20):
        model.correct(ahead, now=after(730.5), seen=year.observed, expected=year.issued)
    assert (process_time() - begin) / 20 < 0.005
