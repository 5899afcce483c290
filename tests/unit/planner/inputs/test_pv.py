"""A PV forecast becomes energy per slot, and what is missing of it is said."""

from datetime import datetime, timedelta
import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod, PvSlots, cut_pv
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from tests.unit.planner.inputs.samples import NOON, codes

MIDNIGHT = NOON.replace(hour=0)


def cut(
    periods: list[EnergyPeriod] | None, *, now: datetime = MIDNIGHT, hours: float = 48
) -> tuple[PvSlots, tuple[PlanWarning, ...]]:
    edges = np.arange(hours * 4 + 1, dtype=np.float64) * 900.0
    return cut_pv(now, edges[:-1], edges[1:], periods)


def sunny(day: int, first: int = 6, until: int = 18, kw: float = 3.0) -> list[EnergyPeriod]:
    """Return a day's hours of sun, without its night, as many sources do."""
    start = MIDNIGHT + timedelta(days=day)
    return [
        EnergyPeriod(start + timedelta(hours=hour), start + timedelta(hours=hour + 1), kw)
        for hour in range(first, until)
    ]


def test_a_home_without_pv_has_none_and_misses_none() -> None:
    slots, warnings = cut(None)
    assert not slots.p50_kwh.any()
    assert warnings == ()


def test_hours_of_sun_become_quarters_of_them() -> None:
    slots, warnings = cut([*sunny(0), *sunny(1)])
    assert slots.p50_kwh.sum() == pytest.approx(2 * 12 * 3.0)
    assert slots.p50_kwh[24] == 0.75
    assert slots.p50_kwh[23] == 0
    assert warnings == ()


@pytest.mark.parametrize("kw", [math.nan, math.inf])
def test_a_forecast_that_holds_no_number_is_missing(kw: float) -> None:
    slots, warnings = cut(sunny(0, kw=kw))
    assert not slots.p50_kwh.any()
    assert codes(warnings) == ["pv_missing"]


def test_no_forecast_at_all_is_missing() -> None:
    assert codes(cut([])[1]) == ["pv_missing"]


@pytest.mark.parametrize("day", [-1, -30, 2, 365])
def test_a_forecast_of_another_day_is_not_used(day: int) -> None:
    slots, warnings = cut(sunny(day))
    assert not slots.p50_kwh.any()
    assert codes(warnings) == ["pv_wrong_day"]
    assert warnings[0].data["first"] == sunny(day)[0].start.isoformat()
    assert warnings[0].data["last"] == sunny(day)[-1].end.isoformat()


def test_a_missing_first_day_is_taken_to_be_as_the_next_and_said() -> None:
    slots, warnings = cut(sunny(1))
    np.testing.assert_array_equal(slots.p50_kwh[:96], slots.p50_kwh[96:])
    assert codes(warnings) == ["pv_missing_part"]
    assert warnings[0].data == {"hours": 12.0}


@pytest.mark.parametrize(("hour", "missing_h"), [(0, 0), (6, 0), (9, 3), (17, 11)])
def test_a_source_that_does_not_know_the_second_day_is_as_most_of_them(
    hour: int, missing_h: float
) -> None:
    now = MIDNIGHT + timedelta(hours=hour)
    slots, warnings = cut(sunny(0), now=now)
    tomorrow = slice((24 - hour) * 4, (48 - hour) * 4)
    assert slots.p50_kwh[tomorrow].sum() == pytest.approx(36.0)
    assert [warning.data["hours"] for warning in warnings] == [missing_h] * (missing_h > 0)


def test_a_missing_hour_at_noon_is_taken_from_the_other_day() -> None:
    holed = [period for period in sunny(0) if period.start.hour != 12]
    slots, warnings = cut([*holed, *sunny(1)])
    assert slots.p50_kwh[48] == 0.75
    assert warnings[0].data == {"hours": 1.0}


def test_a_dim_hour_that_only_one_of_two_days_has_is_dawn() -> None:
    dawn = [period for period in sunny(1, kw=0.1) if period.start.hour == 6]
    later = [period for period in sunny(0) if period.start.hour > 6]
    slots, warnings = cut([*later, *dawn, *(it for it in sunny(1) if it.start.hour > 6)])
    assert slots.p50_kwh[24] == pytest.approx(0.025)
    assert warnings == ()


def test_nights_that_a_source_leaves_out_are_not_missing() -> None:
    winter = [*sunny(0, 9, 16), *sunny(1, 9, 16)]
    assert cut(winter)[1] == ()


def test_more_than_a_night_without_any_forecast_is_missing_although_nothing_stands_in() -> None:
    slots, warnings = cut(sunny(0, 0, 2, kw=0.0))
    assert not slots.p50_kwh.any()
    assert warnings[0].data == {"hours": 22.0}


def test_negative_power_is_none() -> None:
    slots, _ = cut([*sunny(0, kw=-0.01), *sunny(1, kw=-0.01)])
    assert slots.p50_kwh.min() == 0.0


def test_quantiles_are_kept_where_they_are_known() -> None:
    end = MIDNIGHT + timedelta(hours=1)
    slots, _ = cut(
        [
            EnergyPeriod(MIDNIGHT, end, 2.0, 1.0, 4.0),
            EnergyPeriod(end, end + timedelta(hours=1), 2.0),
        ],
        hours=2,
    )
    assert slots.p10_kwh.tolist()[:4] == [0.25] * 4
    assert slots.p90_kwh.tolist()[:4] == [1.0] * 4
    assert np.isnan(slots.p10_kwh[4:]).all()


@given(
    st.lists(
        st.tuples(st.integers(-20, 60), st.integers(1, 9), st.floats(allow_nan=True, width=32)),
        max_size=20,
    )
)
def test_energy_is_finite_and_never_negative_whatever_comes(
    raw: list[tuple[int, int, float]],
) -> None:
    periods = [
        EnergyPeriod(
            MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=start + hours), kw
        )
        for start, hours, kw in raw
    ]
    slots, _ = cut(periods)
    assert np.isfinite(slots.p50_kwh).all()
    assert (slots.p50_kwh >= 0).all()
