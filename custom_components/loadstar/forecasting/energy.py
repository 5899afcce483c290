"""A PV forecast as energy over any time, and hourly series cut and put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Self

import numpy as np

from ..engine.forecast.local_time import HOUR_S
from ..engine.forecast.types import EMPTY, BoolArray, FloatArray, HourlySeries, IntArray
from ..engine.planner.inputs.pv import EnergyPeriod

# Sources leave out nights; what is longer is a hole.
_LONGEST_NIGHT_S: Final = 20 * HOUR_S
_LEAST_HOURS: Final = 18  # of a day that is known


@dataclass(frozen=True, slots=True, eq=False)
class EnergyCurve:
    """Energy in kWh of periods in order that do not overlap; nights between them have none."""

    start_s: FloatArray
    end_s: FloatArray
    mean_kw: FloatArray

    @classmethod
    def of(cls, periods: Sequence[EnergyPeriod], powers: Sequence[float | None]) -> Self:
        """Return the curve of a forecast's mean or of one of its quantiles."""
        return cls(
            np.array([period.start.timestamp() for period in periods]),
            np.array([period.end.timestamp() for period in periods]),
            np.array(powers, dtype=np.float64),  # None becomes NaN
        )

    @classmethod
    def of_mean(cls, periods: Sequence[EnergyPeriod]) -> Self:
        """Return the curve of a forecast's mean."""
        return cls.of(periods, [period.mean_kw for period in periods])

    def between(self, begin_s: FloatArray | IntArray, until_s: FloatArray | IntArray) -> FloatArray:
        """Return kWh of times (N,); NaN where nothing of a time is known."""
        overlap_s = np.minimum(self.end_s, until_s[:, None]) - np.maximum(
            self.start_s, begin_s[:, None]
        )
        known = overlap_s > 0
        energies = np.where(known, overlap_s * self.mean_kw, 0.0).sum(axis=1) / HOUR_S
        return np.where(known.any(axis=1) | self._is_night(begin_s), energies, np.nan)

    def _is_night(self, begin_s: FloatArray | IntArray) -> BoolArray:
        """Return which instants lie in a gap that is no longer than a night."""
        following = np.searchsorted(self.start_s, begin_s, side="right")
        inside = (following > 0) & (following < self.start_s.size)
        before = np.append(self.end_s, np.nan)[following - 1]
        after = np.append(self.start_s, np.nan)[following]
        night: BoolArray = inside & (after - before <= _LONGEST_NIGHT_S)
        return night

    def kwh(self, start: datetime, end: datetime) -> float | None:
        """Return the energy from ``start`` to ``end``, None where nothing of it is known."""
        energy = self.between(np.array([start.timestamp()]), np.array([end.timestamp()]))[0]
        return None if np.isnan(energy) else float(energy)

    def hourly(self, start: datetime, end: datetime) -> HourlySeries:
        """Return the whole hours from ``start`` to ``end`` of which anything is known."""
        first_s = -(-int(start.timestamp()) // HOUR_S) * HOUR_S
        starts = np.arange(first_s, int(end.timestamp()) - HOUR_S + 1, HOUR_S, dtype=np.int64)
        energies = self.between(starts, starts + HOUR_S)
        known = np.isfinite(energies)
        return HourlySeries(start_s=starts[known], values=energies[known])


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends."""
    start = datetime.combine(day, time(0), zone)
    return start, datetime.combine(day + timedelta(days=1), time(0), zone)


def part(series: HourlySeries, start: datetime, end: datetime) -> HourlySeries:
    """Return the hours of a series that begin from ``start`` to before ``end``."""
    inside = (series.start_s >= start.timestamp()) & (series.start_s < end.timestamp())
    return HourlySeries(start_s=series.start_s[inside], values=series.values[inside])


def merged(*several: HourlySeries) -> HourlySeries:
    """Return the hours of all; of one that several know, the first's figure."""
    known = [np.isfinite(series.values) for series in several]
    if not known:
        return EMPTY
    starts = np.concatenate(
        [series.start_s[here] for series, here in zip(several, known, strict=True)]
    )
    values = np.concatenate(
        [series.values[here] for series, here in zip(several, known, strict=True)]
    )
    unique, first = np.unique(starts, return_index=True)
    return HourlySeries(start_s=unique, values=values[first])


def mean_of_day(series: HourlySeries, day: date, zone: tzinfo) -> float | None:
    """Return the mean over a local day, None where not all parts of the day are known."""
    hours = part(series, *day_bounds(day, zone)).values
    return float(hours.mean()) if hours.size >= _LEAST_HOURS else None
