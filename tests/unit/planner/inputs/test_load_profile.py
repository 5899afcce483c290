"""A household of which nothing is known yet uses energy as others do."""

from datetime import UTC, date, datetime, timedelta
import math

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from tests.unit.planner.inputs.samples import BERLIN

MONDAY = date(2026, 6, 8)
TEN_KWH = DefaultLoadProfile(10.0, BERLIN)


def test_a_week_comes_to_seven_times_the_daily_use() -> None:
    days = [TEN_KWH.day(MONDAY + timedelta(days=day)).p50 for day in range(7)]
    assert sum(days) == pytest.approx(70.0)
    assert max(days[:5]) < min(days[5:])


def test_evenings_draw_more_than_nights() -> None:
    night = TEN_KWH.expected(datetime(2026, 6, 8, 1, tzinfo=UTC), 1).p50
    evening = TEN_KWH.expected(datetime(2026, 6, 8, 17, tzinfo=UTC), 1).p50
    assert evening > 3 * night


def test_shapes_follow_local_time() -> None:
    utc = DefaultLoadProfile(10.0, "UTC")
    local = TEN_KWH.expected(datetime(2026, 6, 8, 17, tzinfo=UTC), 1).p50
    assert utc.expected(datetime(2026, 6, 8, 19, tzinfo=UTC), 1).p50 == pytest.approx(local)


def test_quantiles_lie_around_the_median_and_relatively_closer_for_a_day() -> None:
    slot = TEN_KWH.expected(datetime(2026, 6, 8, 17, tzinfo=UTC), 0.25)
    day = TEN_KWH.day(MONDAY)
    assert slot.p90 / slot.p50 > day.p90 / day.p50 > 1
    assert slot.p10 / slot.p50 < day.p10 / day.p50 < 1


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 7), 24)]
)
def test_a_day_of_clock_change_is_shorter_or_longer(day: date, hours: int) -> None:
    usual = TEN_KWH.day(date(2026, 6, 7)).p50  # all of them are Sundays
    # at night, when clocks change, an hour draws about half of the mean
    assert TEN_KWH.day(day).p50 - usual == pytest.approx((hours - 24) * usual / 24 * 0.5, rel=0.15)


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.floats(0.01, 30),
    part=st.floats(0, 1),
)
def test_parts_of_a_time_add_up_to_it(start: datetime, hours: float, part: float) -> None:
    middle = start + timedelta(hours=hours * part)
    end = start + timedelta(hours=hours)
    first = TEN_KWH.expected(start, (middle - start) / timedelta(hours=1)).p50
    second = TEN_KWH.expected(middle, (end - middle) / timedelta(hours=1)).p50
    assert first + second == pytest.approx(TEN_KWH.expected(start, hours).p50, abs=1e-6)


def test_a_home_that_uses_nothing_is_no_error() -> None:
    assert DefaultLoadProfile(0.0, BERLIN).day(MONDAY) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("daily_kwh", [-1.0, math.nan, math.inf])
def test_absurd_use_is_refused(daily_kwh: float) -> None:
    with pytest.raises(ValueError, match="daily_kwh"):
        DefaultLoadProfile(daily_kwh, BERLIN)
