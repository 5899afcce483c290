"""Windows of a peak tariff among the slots, by billing month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
import math
from zoneinfo import ZoneInfo

from ..devices import PeakTariff
from ..inputs.slots import SLOT_H
from ..inputs.types import PlannerInput, SlotData
from ..solver.types import KeplerPeak, PeakWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """A tariff window: its local begin, and the slots of it that are planned."""

    begin: datetime
    slots: tuple[int, ...]

    @property
    def day(self) -> date:
        return self.begin.date()

    @property
    def month(self) -> tuple[int, int]:
        return self.begin.year, self.begin.month


def peaks(planner_input: PlannerInput) -> tuple[KeplerPeak, ...]:
    """Return one peak for each billing month of the plan in which a window counts.

    Windows begin at multiples of their length after local midnight; on the day that
    clocks go back the repeated hour has windows of its own.
    """
    return tuple(peak for _, peak in _by_month(planner_input))


def peak_of_this_month(planner_input: PlannerInput) -> KeplerPeak | None:
    """Return the peak of the month that runs, None where no window of it counts."""
    local = planner_input.now.astimezone(ZoneInfo(planner_input.time_zone))
    return dict(_by_month(planner_input)).get((local.year, local.month))


def _by_month(planner_input: PlannerInput) -> Iterable[tuple[tuple[int, int], KeplerPeak]]:
    tariff = planner_input.peak_tariff
    if tariff is None:
        return
    zone = ZoneInfo(planner_input.time_zone)
    windows = [
        window
        for window in _windows(planner_input.slots, tariff.window_minutes, zone)
        if _counts(window.begin, tariff)
    ]
    for month, group in groupby(windows, key=lambda window: window.month):
        yield month, _peak(list(group), tariff, planner_input)


def _windows(slots: Sequence[SlotData], minutes: int, zone: ZoneInfo) -> list[_Window]:
    """Return all windows of a length in minutes, in order."""
    begins = [_window_begin(slot.start.astimezone(zone), minutes) for slot in slots]
    # an hour that clocks repeat is told apart by its offset, as aware equality is by fold
    keys = [(begin, begin.utcoffset()) for begin in begins]
    return [
        _Window(begin=key[0], slots=tuple(index for index, _ in group))
        for key, group in groupby(enumerate(keys), key=lambda item: item[1])
    ]


def _window_begin(local: datetime, minutes: int) -> datetime:
    since_midnight = local.hour * 60 + local.minute
    begin = since_midnight - since_midnight % minutes
    return local.replace(hour=begin // 60, minute=begin % 60, second=0, microsecond=0)


def _counts(begin: datetime, tariff: PeakTariff) -> bool:
    return (
        begin.month in tariff.months
        and begin.weekday() in tariff.weekdays
        and tariff.from_hour <= begin.hour < tariff.until_hour
    )


def _peak(
    windows: Sequence[_Window], tariff: PeakTariff, planner_input: PlannerInput
) -> KeplerPeak:
    days = sorted({window.day for window in windows})
    past = _past(tariff, windows[0].month)
    return KeplerPeak(
        fee_per_kw=tariff.fee_per_kw,
        peaks_counted=tariff.peaks_counted,
        past_kw=tuple(kw for day, kw in sorted(past.items()) if day not in days),
        so_far_kw=tuple(past.get(day, 0.0) for day in days),
        windows=tuple(
            PeakWindow(
                slots=window.slots,
                hours=_hours(window, tariff, planner_input),
                day=days.index(window.day),
                metered_kwh=_metered(window, tariff, planner_input),
            )
            for window in windows
        ),
        base_kw=max(0.0, tariff.expected_kw),
    )


def _hours(window: _Window, tariff: PeakTariff, planner_input: PlannerInput) -> float:
    """Return a window's length; of one that the plan's end cuts off, what is planned of it.

    At least a slot's, lest a last minute seem to be a peak.
    """
    if window.slots[0] == 0:  # some of it may be over
        return tariff.window_minutes / 60
    return max(SLOT_H, sum(planner_input.slots[slot].hours for slot in window.slots))


def _metered(window: _Window, tariff: PeakTariff, planner_input: PlannerInput) -> float:
    """Return what the window that runs has seen before the plan begins."""
    first = planner_input.slots[0].start
    if window.slots[0] != 0 or first - window.begin <= timedelta(0):
        return 0.0
    return max(0.0, tariff.running_kwh) if math.isfinite(tariff.running_kwh) else 0.0


def _past(tariff: PeakTariff, month: tuple[int, int]) -> Mapping[date, float]:
    """Return the highest peak of each day of a month so far."""
    highest: dict[date, float] = {}
    for iso, kw in tariff.past_peaks:
        day = date.fromisoformat(iso)
        if (day.year, day.month) == month and math.isfinite(kw):
            highest[day] = max(highest.get(day, 0.0), kw)
    return highest
