"""This month's peaks come from means of 5 min, or of hours where those are forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.planning_wiring import PeakTariffConfig
from custom_components.loadstar.sources.history.peaks import daily_peaks, running_kwh
from custom_components.loadstar.sources.history.types import Mean

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Wednesday
NOW = datetime(2026, 1, 14, 17, 22, tzinfo=STOCKHOLM)
HOURS = PeakTariffConfig(fee_per_kw=50)
QUARTERS = PeakTariffConfig(fee_per_kw=50, window_minutes=15)


def local(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)


def means(start: datetime, *values: float, minutes: int = 5) -> list[Mean]:
    """Return means in a row."""
    step = timedelta(minutes=minutes)
    return [Mean(start + n * step, start + (n + 1) * step, kw) for n, kw in enumerate(values)]


def peaks(series: list[Mean], tariff: PeakTariffConfig = HOURS) -> dict[str, float]:
    return dict(daily_peaks(series, tariff, NOW, STOCKHOLM))


def test_the_highest_hour_of_each_day_is_its_peak() -> None:
    series = [
        *means(local(12, 7), *[3.0] * 12, *[5.0] * 12, *[4.0] * 12),
        *means(local(13, 18), *[2.0] * 12),
    ]
    assert peaks(series) == {"2026-01-12": 5.0, "2026-01-13": 2.0}


def test_a_peak_is_a_mean_over_its_window() -> None:
    series = means(local(13, 18), *[0.0] * 6, *[6.0] * 3, *[0.0] * 3)
    assert peaks(series) == {"2026-01-13": 1.5}
    assert peaks(series, QUARTERS) == {"2026-01-13": 6.0}


def test_windows_follow_the_local_clock_also_where_it_is_half_an_hour_off() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")  # +05:30
    start = datetime(2026, 1, 13, 18, tzinfo=kolkata).astimezone(UTC)
    series = means(start, *[1.0] * 12, *[3.0] * 12)
    assert dict(daily_peaks(series, HOURS, NOW, kolkata)) == {"2026-01-13": 3.0}


def test_an_hours_mean_stands_for_its_quarters() -> None:
    assert peaks(means(local(2, 18), 4.0, minutes=60), QUARTERS) == {"2026-01-02": 4.0}


def test_the_window_that_runs_is_no_peak_yet() -> None:
    series = means(local(14, 16), *[2.0] * 12, *[9.0] * 4)
    assert peaks(series) == {"2026-01-14": 2.0}


def test_the_month_before_is_over() -> None:
    series = [*means(local(31, 18, month=1) - timedelta(days=31), 8.0, minutes=60)]
    assert peaks(series) == {}


def test_a_window_that_was_hardly_seen_is_no_peak() -> None:
    assert peaks(means(local(13, 18), *[9.0] * 5)) == {}
    assert peaks(means(local(13, 18), *[9.0] * 6)) == {"2026-01-13": 9.0}


@pytest.mark.parametrize(
    ("tariff", "counts"),
    [
        (replace(HOURS, weekdays=frozenset(range(5))), False),  # the 10th is a Saturday
        (replace(HOURS, weekdays=frozenset({5, 6})), True),
        (replace(HOURS, months=frozenset({11, 12})), False),
        (replace(HOURS, from_hour=7, until_hour=19), True),
        (replace(HOURS, from_hour=7, until_hour=18), False),
        (replace(HOURS, from_hour=19), False),
    ],
)
def test_only_windows_of_the_tariff_count(tariff: PeakTariffConfig, *, counts: bool) -> None:
    assert bool(peaks(means(local(10, 18), *[5.0] * 12), tariff)) is counts


@pytest.mark.parametrize(
    ("tariff", "kwh"),
    [(HOURS, 3.0 * 22 / 60), (QUARTERS, 3.0 * 7 / 60)],
)
def test_what_runs_is_counted_from_its_windows_begin_until_now(
    tariff: PeakTariffConfig, kwh: float
) -> None:
    # statistics end at 17:20, and their newest mean goes on
    series = means(local(14, 16), *[8.0] * 12, *[3.0] * 4)
    assert running_kwh(series, tariff, NOW, STOCKHOLM) == pytest.approx(kwh)


@pytest.mark.parametrize(
    ("series", "tariff"),
    [
        ([], HOURS),
        (means(local(14, 15), *[8.0] * 12), HOURS),
        (means(local(14, 16), *[8.0] * 16), replace(HOURS, until_hour=17)),
    ],
)
def test_nothing_was_imported_in_a_window_that_was_not_seen_or_does_not_count(
    series: list[Mean], tariff: PeakTariffConfig
) -> None:
    assert running_kwh(series, tariff, NOW, STOCKHOLM) == 0.0


def test_both_hours_of_the_night_that_repeats_one_are_windows_of_their_own() -> None:
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)  # 02:00, twice
    now = datetime(2026, 10, 26, tzinfo=UTC)
    series = means(start, *[2.0] * 12, *[5.0] * 12)
    assert dict(daily_peaks(series, HOURS, now, STOCKHOLM)) == {"2026-10-25": 5.0}
