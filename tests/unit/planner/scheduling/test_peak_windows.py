"""The windows of a peak tariff follow the local clock and the billing month."""

from datetime import UTC, datetime, timedelta
import math
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.loadstar.engine.planner.devices import PeakTariff
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput
from custom_components.loadstar.engine.planner.scheduling.peak_windows import (
    peak_of_this_month,
    peaks,
)
from tests.unit.planner.inputs.samples import BERLIN, NOON, an_input, some_slots

SPRING = datetime(2026, 3, 28, 23, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)


def home(
    *, start: datetime = NOON, hours: float = 48, zone: str = BERLIN, **tariff: Any
) -> PlannerInput:
    return an_input(
        some_slots(hours, start=start),
        time_zone=zone,
        peak_tariff=PeakTariff(**{"fee_per_kw": 5.0, **tariff}),
    )


def test_without_a_tariff_there_are_no_peaks() -> None:
    assert peaks(an_input()) == ()
    assert peak_of_this_month(an_input()) is None


@pytest.mark.parametrize(("minutes", "windows", "slots"), [(60, 48, 4), (30, 96, 2), (15, 192, 1)])
def test_windows_of_any_length_hold_their_slots(minutes: int, windows: int, slots: int) -> None:
    (peak,) = peaks(home(window_minutes=minutes, peaks_counted=3, expected_kw=2.5))
    assert len(peak.windows) == windows
    assert {len(window.slots) for window in peak.windows} == {slots}
    assert {window.hours for window in peak.windows} == {minutes / 60}
    hourly = [window.day for window in peak.windows[:: 60 // minutes]]
    assert hourly == [0] * 10 + [1] * 24 + [2] * 14
    assert (peak.fee_per_kw, peak.peaks_counted, peak.base_kw) == (5.0, 3, 2.5)
    assert (peak.past_kw, peak.so_far_kw) == ((), (0.0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("start", "hours", "windows"),
    [(SPRING, 23, 23), (AUTUMN, 25, 25)],
    ids=["forward", "back"],
)
def test_a_day_of_clock_change_has_23_or_25_hourly_windows(
    start: datetime, hours: float, windows: int
) -> None:
    (peak,) = peaks(home(start=start, hours=hours))
    assert len(peak.windows) == windows
    assert {len(window.slots) for window in peak.windows} == {4}
    assert {window.day for window in peak.windows} == {0}


def test_windows_begin_on_the_local_hour_where_that_is_no_utc_hour() -> None:
    (peak,) = peaks(home(zone="Asia/Kathmandu", hours=3))  # 17:45 there
    assert [window.slots for window in peak.windows] == [
        (0,),
        (1, 2, 3, 4),
        (5, 6, 7, 8),
        (9, 10, 11),
    ]


@pytest.mark.parametrize(
    ("tariff", "local_hours"),
    [
        ({"from_hour": 7, "until_hour": 20}, {*range(7, 20)}),
        ({"weekdays": frozenset({2})}, {*range(24)}),
        ({"weekdays": frozenset({5, 6})}, set()),
        ({"months": frozenset({11, 12, 1})}, set()),
    ],
)
def test_only_windows_that_count_are_charged_for(
    tariff: dict[str, Any], local_hours: set[int]
) -> None:
    whole = home(**tariff)
    windows = [window for peak in peaks(whole) for window in peak.windows]
    found = {
        whole.slots[window.slots[0]].start.astimezone(ZoneInfo(BERLIN)).hour for window in windows
    }
    assert found == local_hours


def test_each_billing_month_is_charged_for_by_itself() -> None:
    last_evening = datetime(2026, 6, 30, 18, tzinfo=UTC)
    june, july = peaks(
        home(start=last_evening, past_peaks=(("2026-06-03", 4.0), ("2026-06-30", 3.0)))
    )
    assert (june.past_kw, june.so_far_kw, len(june.windows)) == ((4.0,), (3.0,), 4)
    assert (july.past_kw, july.so_far_kw, len(july.windows)) == ((), (0.0, 0.0), 44)


def test_this_months_peak_is_not_the_next_ones() -> None:
    last_evening = datetime(2026, 6, 30, 18, tzinfo=UTC)
    from_july = home(start=last_evening, months=frozenset({7}))
    assert len(peaks(from_july)) == 1
    assert peak_of_this_month(from_july) is None
    assert peak_of_this_month(home()) == peaks(home())[0]


def test_past_peaks_are_grouped_by_day_of_this_month() -> None:
    (peak,) = peaks(
        home(
            past_peaks=(
                ("2026-06-02", 2.0),
                ("2026-06-02", 5.0),
                ("2026-06-01", 3.0),
                ("2026-05-31", 9.0),
                ("2025-06-01", 9.0),
                ("2026-06-09", 4.0),
                ("2026-06-08", math.nan),
            )
        )
    )
    assert peak.past_kw == (3.0, 5.0)
    assert peak.so_far_kw == (4.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("minute", "running_kwh", "metered"),
    [(20, 1.5, 1.5), (0, 1.5, 0.0), (20, -1.0, 0.0), (20, math.nan, 0.0)],
)
def test_the_window_that_runs_counts_with_what_is_metered(
    minute: int, running_kwh: float, metered: float
) -> None:
    (peak,) = peaks(home(start=NOON + timedelta(minutes=minute), running_kwh=running_kwh))
    first, second, *_ = peak.windows
    assert (first.metered_kwh, first.hours) == (metered, 1.0)
    assert second.metered_kwh == 0.0


@pytest.mark.parametrize(("hours", "length"), [(1.5, 0.5), (1.02, 0.25), (2, 1.0)])
def test_a_window_that_the_plan_cuts_off_is_as_long_as_what_is_planned(
    hours: float, length: float
) -> None:
    (peak,) = peaks(home(hours=hours))
    assert peak.windows[-1].hours == pytest.approx(length)


def test_no_month_sees_a_negative_peak_anyway() -> None:
    assert peaks(home(expected_kw=-3.0))[0].base_kw == 0.0
