"""Local days and hours of many instants are those that each one alone would have."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from custom_components.loadstar.engine.forecast.local_time import dates, local_hours

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata")


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    instants=st.lists(st.integers(0, 2_000_000_000), max_size=20),
)
def test_every_instant_has_its_local_day_and_hour(zone: ZoneInfo, instants: list[int]) -> None:
    days, hours = local_hours(np.array(instants, np.int64), zone)
    local = [datetime.fromtimestamp(instant, UTC).astimezone(zone) for instant in instants]
    assert days.tolist() == [each.toordinal() for each in local]
    assert hours.tolist() == [each.hour for each in local]


@pytest.mark.parametrize(("day", "hours"), [(31, 23), (30, 24)])
def test_a_day_of_clock_change_has_fewer_hours(day: int, hours: int) -> None:
    first = int(datetime(2024, 3, 28, tzinfo=UTC).timestamp())
    days, _ = local_hours(first + 3600 * np.arange(200), ZoneInfo("Europe/Berlin"))
    assert (days == date(2024, 3, day).toordinal()).sum() == hours


def test_days_are_told_once_and_in_order() -> None:
    starts = np.array([1_704_240_000, 1_704_067_200, 1_704_070_800])
    assert dates(starts, ZoneInfo("UTC")) == (date(2024, 1, 1), date(2024, 1, 3))
