"""The recorder's means tell what a mean day and a weekday's hours are like."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.sources.history.grid import Part, import_kw
from custom_components.loadstar.sources.history.household import mean_daily_kwh, without_loads
from custom_components.loadstar.sources.history.types import Mean
from custom_components.loadstar.sources.history.weekdays import weekday_means

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 1, 12, tzinfo=STOCKHOLM).astimezone(UTC)


def hourly(start: datetime, *values: float) -> list[Mean]:
    hour = timedelta(hours=1)
    return [Mean(start + n * hour, start + (n + 1) * hour, value) for n, value in enumerate(values)]


def test_a_weekdays_hour_has_its_mean_over_the_weeks() -> None:
    prices = [
        *hourly(MONDAY, 0.10, 0.20),
        *hourly(MONDAY + timedelta(days=7), 0.30),
        *hourly(MONDAY + timedelta(days=1), 1.0),
    ]
    means = weekday_means(prices, STOCKHOLM)
    assert means == {(0, 0): pytest.approx(0.20), (0, 1): 0.20, (1, 0): 1.0}


def test_a_weekdays_hour_is_the_local_one_on_both_sides_of_a_clock_change() -> None:
    winter = datetime(2026, 3, 23, 7, tzinfo=STOCKHOLM)
    summer = datetime(2026, 3, 30, 7, tzinfo=STOCKHOLM)
    prices = [*hourly(winter.astimezone(UTC), 1.0), *hourly(summer.astimezone(UTC), 3.0)]
    assert weekday_means(prices, STOCKHOLM) == {(0, 7): 2.0}


def test_without_prices_no_hour_has_a_mean() -> None:
    assert weekday_means([], STOCKHOLM) == {}


def test_a_mean_day_is_that_of_whole_days() -> None:
    power = [
        *hourly(MONDAY, *[0.5] * 24),
        *hourly(MONDAY + timedelta(days=1), *[1.0] * 24),
        *hourly(MONDAY + timedelta(days=2), *[9.0] * 6),
    ]
    assert mean_daily_kwh(power, STOCKHOLM) == pytest.approx(18.0)


def test_a_day_that_lacks_some_hours_counts_as_if_they_were_like_the_others() -> None:
    assert mean_daily_kwh(hourly(MONDAY, *[0.5] * 20), STOCKHOLM) == pytest.approx(12.0)


@pytest.mark.parametrize("hours", [0, 19])
def test_a_new_home_has_no_mean_day(hours: int) -> None:
    assert mean_daily_kwh(hourly(MONDAY, *[0.5] * hours), STOCKHOLM) is None


def test_a_household_does_not_generate() -> None:
    power = hourly(MONDAY, *[1.0] * 12, *[-5.0] * 12)
    assert mean_daily_kwh(power, STOCKHOLM) == pytest.approx(12.0)


def test_what_planned_loads_draw_is_not_the_households() -> None:
    household = hourly(MONDAY, *[1.0] * 24)
    heater, pump = hourly(MONDAY, 0.5, 0.5, -3.0), hourly(MONDAY + timedelta(hours=1), 0.25)
    left = without_loads(household, [heater, pump, []])
    assert [item.value for item in left[:4]] == [0.5, 0.25, 1.0, 1.0]
    assert mean_daily_kwh(left, STOCKHOLM) == pytest.approx(24.0 - 1.25)


def parts(count: int, factor: float = 1.0, *, pair: bool = False) -> tuple[Part, ...]:
    return tuple(Part(f"in{n}", f"out{n}" if pair else None, factor) for n in range(count))


def means(**columns: float) -> dict[str, list[Mean]]:
    return {name: hourly(MONDAY, value) for name, value in columns.items()}


@pytest.mark.parametrize(
    ("netting", "kw"),
    [(True, 1.0), (False, 3.0)],
)
def test_where_phases_are_netted_export_of_one_is_taken_from_the_others(
    *, netting: bool, kw: float
) -> None:
    series = means(in0=3.0, in1=-2.0, in2=0.0)
    (item,) = import_kw(parts(3), series, netting=netting)
    assert item.value == kw


def test_export_in_the_sum_is_no_import() -> None:
    (item,) = import_kw(parts(1), means(in0=-2.0), netting=True)
    assert item.value == 0.0


def test_amperes_become_kilowatts_and_inverted_meters_are_turned() -> None:
    (item,) = import_kw(parts(1, factor=-0.23), means(in0=-10.0), netting=True)
    assert item.value == pytest.approx(2.3)


@pytest.mark.parametrize("sign", [1, -1])
def test_of_a_pair_export_is_taken_off_whatever_its_sign(sign: int) -> None:
    (item,) = import_kw(parts(1, pair=True), means(in0=3.0, out0=sign * 1.0), netting=True)
    assert item.value == 2.0


@pytest.mark.parametrize("series", [means(in0=3.0), means(in0=3.0, in1=2.0), {}])
def test_a_time_of_which_a_part_is_missing_is_not_known(series: dict[str, list[Mean]]) -> None:
    assert import_kw(parts(2, pair=True), series, netting=True) == ()


def test_a_meter_without_parts_has_no_history() -> None:
    assert import_kw((), means(in0=3.0), netting=True) == ()
