"""Make an hourly series of what a recorder has: in order, each hour once, nothing impossible."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from .local_time import HOUR_S, dates, local_hours
from .types import BoolArray, FloatArray, HourlySeries, IntArray, LeftOut

type Figures = Sequence[float | None] | FloatArray

# More than a house connection of 3 x 125 A carries.
HIGHEST_KWH: Final = 100.0
# Meters are read one after the other: their difference is a little below zero at times.
_SLACK: Final = 0.05
# A household's energy is nothing for a whole day only where nothing was measured.
_LEAST_HOURS: Final = 12
# What is ten times more than all but one hour in a hundred has not been drawn.
_SPIKE: Final = 10.0
_SPIKE_KWH: Final = 10.0  # and what a sauna or a car may draw is no spike
_SPIKE_HOURS: Final = 168


def clean(
    start_s: Sequence[int] | IntArray,
    values: Figures,
    *,
    within: tuple[float, float] = (0.0, HIGHEST_KWH),
    time_zone: str = "UTC",
    always_on: bool = False,
) -> tuple[HourlySeries, tuple[LeftOut, ...]]:
    """Return hourly figures without what cannot be, and what was left out.

    ``start_s`` (N,) in s since 1970, in any order; ``values`` (N,) in kWh (or °C, with other
    bounds), None and NaN where nothing is known. Of an hour that is there twice the later
    row counts. With ``always_on`` a local day of zeros is one that was not measured.
    Codes: ``history_off_hour``, ``history_duplicates``, ``history_negative``,
    ``history_absurd``, ``history_zeros``, each with ``hours``.
    """
    zone = ZoneInfo(time_zone)
    lowest, highest = within
    starts, figures, left_out = _in_order(start_s, values, zone)
    known = np.isfinite(figures)
    starts, figures = starts[known], figures[known]
    below, above = figures < lowest - _SLACK, figures > highest
    left_out += _said("history_negative", starts[below], zone)
    left_out += _said("history_absurd", starts[above], zone)
    keep = ~(below | above)
    starts, figures = starts[keep], np.maximum(figures[keep], lowest)
    if always_on:
        idle = _idle(starts, figures, zone)
        left_out += _said("history_zeros", starts[idle], zone)
        starts, figures = starts[~idle], figures[~idle]
    return HourlySeries(start_s=starts, values=figures), tuple(left_out)


def gaps(series: HourlySeries, time_zone: str) -> tuple[LeftOut, ...]:
    """Return which hours between the first and the last are unknown: ``history_gaps``."""
    known = series.start_s[np.isfinite(series.values)]
    if not known.size:
        return ()
    missing = np.setdiff1d(np.arange(known[0], known[-1], HOUR_S), known, assume_unique=True)
    return tuple(_said("history_gaps", missing, ZoneInfo(time_zone)))


def plausible_highest(values: FloatArray) -> float:
    """Return above which energy in kWh an hour of this household was a fault of measurement."""
    known = values[np.isfinite(values) & (values > 0)]
    if known.size < _SPIKE_HOURS:
        return HIGHEST_KWH
    usual = float(np.quantile(known, 0.99))
    return min(HIGHEST_KWH, max(_SPIKE_KWH, usual * _SPIKE))


def _in_order(
    start_s: Sequence[int] | IntArray, values: Figures, zone: ZoneInfo
) -> tuple[IntArray, FloatArray, list[LeftOut]]:
    """Return rows by time, each hour once, and what was left out."""
    starts, figures = np.asarray(start_s, np.int64), np.asarray(values, np.float64)
    order = np.argsort(starts, kind="stable")
    starts, figures = starts[order], figures[order]
    off = starts % HOUR_S != 0
    left_out = _said("history_off_hour", starts[off], zone)
    starts, figures = starts[~off], figures[~off]
    is_last = np.append(np.diff(starts) > 0, True)[: starts.size]
    left_out += _said("history_duplicates", starts[~is_last], zone)
    return starts[is_last], figures[is_last], left_out


def _idle(starts: IntArray, figures: FloatArray, zone: ZoneInfo) -> BoolArray:
    """Return which hours belong to local days on which nothing at all was drawn."""
    days, index = np.unique(local_hours(starts, zone)[0], return_inverse=True)
    hours = np.bincount(index, minlength=days.size)
    drawn = np.bincount(index, figures, minlength=days.size)
    idle: BoolArray = ((hours >= _LEAST_HOURS) & (drawn == 0))[index]
    return idle


def _said(code: str, starts: IntArray, zone: ZoneInfo) -> list[LeftOut]:
    """Return the sentence of some hours, none where there are none."""
    if not starts.size:
        return []
    return [LeftOut(code=code, days=dates(starts, zone), data={"hours": int(starts.size)})]
