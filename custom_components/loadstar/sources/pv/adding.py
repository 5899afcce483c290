"""Several arrays' forecasts as one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from ...engine.planner.inputs.pv import EnergyPeriod
from ..types import PvForecast

_DAY = timedelta(days=1)


def add(forecasts: Sequence[PvForecast]) -> tuple[EnergyPeriod, ...]:
    """Return the sum over arrays; the spread is known where all that give have one.

    An array that is silent for a time, as at night, adds nothing to it.
    """
    periods = [forecast.periods for forecast in forecasts]
    edges = sorted({edge for part in periods for item in part for edge in (item.start, item.end)})
    running = [iter(part) for part in periods]
    heads = [next(part, None) for part in running]
    summed = []
    for start, end in pairwise(edges):
        for index, head in enumerate(heads):
            if head is not None and head.end <= start:
                heads[index] = next(running[index], None)
        given = [head for head in heads if head is not None and head.start <= start]
        if given:
            summed.append(_sum(start, end, given))
    return tuple(summed)


def prolong(forecast: PvForecast, until: datetime) -> PvForecast:
    """Return a forecast whose last day comes again until ``until``."""
    last_end = forecast.periods[-1].end
    last_day = [item for item in forecast.periods if item.start >= last_end - _DAY]
    periods = list(forecast.periods)
    shift = _DAY
    while last_day[0].start + shift < until:
        periods += [_shifted(item, shift) for item in last_day if item.start + shift < until]
        shift += _DAY
    return PvForecast(periods=tuple(periods), warnings=forecast.warnings)


def between(forecast: PvForecast, start: datetime, end: datetime) -> PvForecast:
    """Return the periods that are not all outside of a time."""
    return PvForecast(
        periods=tuple(item for item in forecast.periods if item.end > start and item.start < end),
        warnings=forecast.warnings,
    )


def _sum(start: datetime, end: datetime, given: Iterable[EnergyPeriod]) -> EnergyPeriod:
    items = list(given)
    lows = [item.p10_kw for item in items if item.p10_kw is not None]
    highs = [item.p90_kw for item in items if item.p90_kw is not None]
    return EnergyPeriod(
        start,
        end,
        sum(item.mean_kw for item in items),
        sum(lows) if len(lows) == len(items) else None,
        sum(highs) if len(highs) == len(items) else None,
    )


def _shifted(item: EnergyPeriod, shift: timedelta) -> EnergyPeriod:
    return replace(item, start=item.start + shift, end=item.end + shift)
