"""Hourly means side by side: one column per statistic, one row per hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from homeassistant.components.recorder.statistics import StatisticsRow
import numpy as np

from ...engine.forecast.local_time import HOUR_S, dates
from ...engine.forecast.types import BoolArray, FloatArray, HourlySeries

# An inverter that is off at night says nothing; no night of a home with PV is longer.
_LONGEST_NIGHT_H: Final = 20
_DUSK: Final = 0.05  # of the highest power


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Means by statistic over ``hours`` hours from ``first_s``; NaN where there is none.

    Powers are in kW, temperatures in °C.
    """

    first_s: int
    hours: int
    values: Mapping[str, FloatArray]

    def of(self, name: str | None) -> FloatArray:
        """Return a statistic's column, of NaN where nothing is known of it."""
        found = None if name is None else self.values.get(name)
        return np.full(self.hours, np.nan) if found is None else found

    def zeros(self) -> FloatArray:
        """Return a column of zeros."""
        return np.zeros(self.hours)

    def days(self, which: BoolArray, zone: tzinfo) -> tuple[date, ...]:
        """Return the local days of some hours, each once and in order."""
        return dates(self.first_s + np.flatnonzero(which) * HOUR_S, zone)

    def series(self, column: FloatArray) -> HourlySeries:
        """Return the hours of a column that are known."""
        known = np.flatnonzero(np.isfinite(column))
        return HourlySeries(start_s=self.first_s + known * HOUR_S, values=column[known])


def fill(column: FloatArray, rows: Sequence[StatisticsRow], first_s: int) -> None:
    """Put the means of rows into a column that begins at ``first_s``."""
    starts = np.array([row["start"] for row in rows], dtype=np.float64)
    means = np.array([row.get("mean") for row in rows], dtype=np.float64)  # None becomes NaN
    at = ((starts - first_s) // HOUR_S).astype(np.int64)
    inside = (at >= 0) & (at < column.size)
    column[at[inside]] = np.where(np.isfinite(means), means, np.nan)[inside]


def before_first(column: FloatArray) -> BoolArray:
    """Return which hours were before a column's first figure: all where it has none."""
    return ~np.logical_or.accumulate(np.isfinite(column))


def with_nights(power_kw: FloatArray) -> FloatArray:
    """Return an inverter's power with 0 where it is silent between dusk and dawn."""
    known = np.flatnonzero(np.isfinite(power_kw))
    filled = power_kw.copy()
    if not known.size:
        return filled
    dim = power_kw[known] <= _DUSK * power_kw[known].max()
    lengths = np.diff(known) - 1
    nights = (lengths > 0) & (lengths <= _LONGEST_NIGHT_H) & dim[:-1] & dim[1:]
    for start, length in zip(known[:-1][nights], lengths[nights], strict=True):
        filled[start + 1 : start + 1 + length] = 0.0
    return filled


def is_away(power_kw: FloatArray) -> BoolArray:
    """Return which hours were before an inverter's first figure, or after a dim last one."""
    away = before_first(power_kw)
    known = np.flatnonzero(np.isfinite(power_kw))
    if known.size and power_kw[known[-1]] <= _DUSK * power_kw[known].max():
        away[known[-1] + 1 :] = True
    return away
