"""Say what any time to come will draw, from what its hours are expected to draw."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
import math
from typing import Final, Self, override
from zoneinfo import ZoneInfo

import numpy as np

from ..planner.inputs.load_profile import LoadForecaster, Quantiles
from .load_days import day_kinds
from .load_habit import Expectation
from .load_spread import Spread
from .local_time import HOUR_S, local_hours
from .types import FloatArray

_QUARTER_S: Final = 900
_QUARTERS: Final = 4
_MIDDLES: Final = (np.arange(_QUARTERS) + 0.5) / _QUARTERS - 0.5  # in h from the hour's middle
# Statistics have no quarters. An appliance seldom runs for an hour: theirs are correlated by half.
_QUARTERS_TOGETHER: Final = 0.5
# What planning asks for, prepared once: from yesterday to the end of the outlook.
_HOURS_BACK: Final = 24
_HOURS_AHEAD: Final = 8 * 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Window:
    """Consecutive hours as plain lists: a slot is looked up faster than with arrays."""

    first_s: int
    until_kwh: list[float]  # energy up to the start of each quarter hour, and to the end
    low_kwh: list[float]  # by hour
    high_kwh: list[float]

    @classmethod
    def of(cls, expectation: Expectation, spread: Spread, first_s: int, hours: int) -> Self:
        """Reckon ``hours`` hours from ``first_s``."""
        starts = first_s + HOUR_S * np.arange(-1, hours + 1)  # a neighbour at each end
        kwh = expectation.kwh(starts)
        days, of_day = local_hours(starts[1:-1], expectation.zone)
        widths = spread.widths(day_kinds(days), of_day, kwh[1:-1])
        return cls(
            first_s=first_s,
            until_kwh=[0.0, *np.cumsum(quarter_hours(kwh)).tolist()],
            low_kwh=widths.low.tolist(),
            high_kwh=widths.high.tolist(),
        )

    def covers(self, start_s: float, end_s: float) -> bool:
        """Whether a time is within."""
        return self.first_s <= start_s and end_s <= self.first_s + HOUR_S * len(self.low_kwh)

    def kwh(self, start_s: float, end_s: float) -> float:
        """Return the energy between two instants."""
        return max(self._until(end_s) - self._until(start_s), 0.0)

    def _until(self, at_s: float) -> float:
        quarters = (at_s - self.first_s) / _QUARTER_S
        index = min(int(quarters), len(self.until_kwh) - 2)
        before, after = self.until_kwh[index], self.until_kwh[index + 1]
        return before + (after - before) * (quarters - index)

    def strays(self, start_s: float, end_s: float) -> list[tuple[int, float]]:
        """Return which hours a time touches, and what share of their widths is its own."""
        first = int((start_s - self.first_s) // HOUR_S)
        last = math.ceil((end_s - self.first_s) / HOUR_S)
        edges = [self.first_s + HOUR_S * hour for hour in range(first, last)]
        return [
            (first + n, _stray((min(edge + HOUR_S, end_s) - max(edge, start_s)) / HOUR_S))
            for n, edge in enumerate(edges)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class HourlyLoadForecaster(LoadForecaster):
    """A load forecaster from hours: energies that add up, and quantiles of any length."""

    expectation: Expectation
    spread: Spread
    _prepared: _Window = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare the time that will be asked for."""
        first_s = self.expectation.now_s - _HOURS_BACK * HOUR_S
        window = _Window.of(self.expectation, self.spread, first_s, _HOURS_BACK + _HOURS_AHEAD)
        object.__setattr__(self, "_prepared", window)

    @override
    def expected(self, start: datetime, hours: float) -> Quantiles:
        """Return kWh from ``start`` (aware) over ``hours``.

        P50 of parts add up to that of the whole. Hours stray together as much as days show.
        """
        start_s = start.timestamp()
        end_s = start_s + hours * HOUR_S
        if end_s <= start_s:
            return Quantiles(0.0, 0.0, 0.0)
        window = self._window(start_s, end_s)
        energy = window.kwh(start_s, end_s)
        strays = window.strays(start_s, end_s)
        low = _width(
            [window.low_kwh[hour] * share for hour, share in strays], self.spread.together.low
        )
        high = _width(
            [window.high_kwh[hour] * share for hour, share in strays], self.spread.together.high
        )
        return Quantiles(max(energy - low, 0.0), energy, energy + high)

    @override
    def day(self, day: date) -> Quantiles:
        """Return kWh of a whole local day; a day of clock change has 23 or 25 h."""
        start_s = _midnight_s(day, self.expectation.zone)
        end_s = _midnight_s(day + timedelta(days=1), self.expectation.zone)
        energy = self._window(start_s, end_s).kwh(start_s, end_s)
        spread = self.spread.day
        return Quantiles(max(energy * (1 - spread.low), 0.0), energy, energy * (1 + spread.high))

    def _window(self, start_s: float, end_s: float) -> _Window:
        if self._prepared.covers(start_s, end_s):
            return self._prepared
        first_s = int(start_s // HOUR_S) * HOUR_S
        hours = math.ceil((end_s - first_s) / HOUR_S)
        return _Window.of(self.expectation, self.spread, first_s, hours)


def quarter_hours(kwh: FloatArray) -> FloatArray:
    """Return quarters ((N - 2) * 4,) of hours (N,), whose first and last are but neighbours.

    Each hour is a slope that keeps its energy and leads from its neighbours on without
    passing them, so that nothing gets below zero: van Leer's limited central difference
    (Journal of Computational Physics 32, 1979).
    """
    fall, rise = 2 * (kwh[1:-1] - kwh[:-2]), 2 * (kwh[2:] - kwh[1:-1])
    steepest = np.where(fall * rise > 0, np.minimum(np.abs(fall), np.abs(rise)), 0.0)
    slope = np.clip((fall + rise) / 4, -steepest, steepest)
    quarters: FloatArray = (kwh[1:-1, None] + slope[:, None] * _MIDDLES) / _QUARTERS
    return quarters.ravel()


def _stray(share: float) -> float:
    """Return how far a part of an hour strays, as a share of how far the hour does."""
    alone, aligned = 1 - _QUARTERS_TOGETHER, _QUARTERS * _QUARTERS_TOGETHER
    return math.sqrt(share * (alone + aligned * share) / (alone + aligned))


def _width(widths: list[float], together: float) -> float:
    """Return the width of a sum of which each two terms correlate by ``together``."""
    alone = sum(width * width for width in widths)
    return math.sqrt((1 - together) * alone + together * sum(widths) ** 2)


def _midnight_s(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(0), zone).astimezone(UTC).timestamp()
