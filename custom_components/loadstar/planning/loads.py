"""Water heaters and deferrable loads, as the planner takes them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..const import LOAD_DEFERRABLE, LOAD_WATER_HEATER
from ..engine.planner.devices import DeferrableLoad, WaterHeater
from ..planning_wiring import LoadConfig
from ..sources.history.types import LoadHistory

# A run that has had so much of its energy counts as done.
_DONE: Final = 0.8
_NOTHING: Final = LoadHistory()


def water_heaters(
    loads: Iterable[LoadConfig], seen: Mapping[str, LoadHistory]
) -> tuple[WaterHeater, ...]:
    """Return the water heaters with what they have been given today."""
    return tuple(
        WaterHeater(
            load_id=load.subentry_id,
            name=load.name,
            power_kw=load.power_kw,
            energy_kwh_per_day=load.energy_kwh_per_day,
            phases=load.phases,
            block_minutes=load.block_minutes,
            continuous=load.continuous,
            longest_gap_h=load.longest_gap_h,
            allowed=load.allowed,
            heated_today_kwh=seen.get(load.subentry_id, _NOTHING).today_kwh,
            last_run_end=seen.get(load.subentry_id, _NOTHING).last_run_end,
        )
        for load in loads
        if load.kind == LOAD_WATER_HEATER
    )


def deferrable_loads(
    loads: Iterable[LoadConfig], seen: Mapping[str, LoadHistory], now: datetime
) -> tuple[DeferrableLoad, ...]:
    """Return the next run of each deferrable load."""
    return tuple(
        _run(load, seen.get(load.subentry_id, _NOTHING), now)
        for load in loads
        if load.kind == LOAD_DEFERRABLE
    )


def _run(load: LoadConfig, seen: LoadHistory, now: datetime) -> DeferrableLoad:
    window = _window(load, now, 0) if seen.running_since else _next_window(load, seen, now)
    return DeferrableLoad(
        load_id=load.subentry_id,
        name=load.name,
        power_kw=load.power_kw,
        duration_minutes=load.duration_minutes,
        earliest=window[0],
        latest_end=window[1],
        phases=load.phases,
        running_since=seen.running_since,
    )


def _next_window(load: LoadConfig, seen: LoadHistory, now: datetime) -> tuple[datetime, datetime]:
    """Return the first window with time for a run that has not been done in it."""
    enough_kwh = _DONE * load.power_kw * load.duration_minutes / 60
    length = timedelta(minutes=load.duration_minutes)
    over_midnight = time(0) < load.latest_end <= load.earliest
    for days in (-1, 0):
        window = _window(load, now, days)
        had_kwh = seen.kwh_since(window[0]) if over_midnight else seen.today_kwh
        if window[1] - length >= now and had_kwh < enough_kwh:
            return window
    return _window(load, now, 1)


def _window(load: LoadConfig, now: datetime, days: int) -> tuple[datetime, datetime]:
    """Return the window of the local day ``days`` from today; it may span midnight."""
    local = dt_util.as_local(now)
    day = (local + timedelta(days=days)).date()
    begin = datetime.combine(day, load.earliest, local.tzinfo)
    end = datetime.combine(day, load.latest_end, local.tzinfo)
    if load.latest_end == time(0) or load.latest_end <= load.earliest:
        end = datetime.combine(day + timedelta(days=1), load.latest_end, local.tzinfo)
    return dt_util.as_utc(begin), dt_util.as_utc(end)
