"""How far forecasts were off, and how often the truth lay between P10 and P90."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from .history import FloatArray

type BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of the hours of one day, kWh (H,); quantiles are NaN where unknown.

    ``day`` are P10 and P90 of the whole day's energy, where there are any.
    """

    kwh: FloatArray
    p10_kwh: FloatArray | None = None
    p90_kwh: FloatArray | None = None
    day: tuple[float, float] | None = None


@dataclass(slots=True)
class Score:
    """Sums over days; errors and energy in kWh."""

    energy: float = 0.0
    hours_off: float = 0.0
    days_off: float = 0.0
    hours: int = 0  # of which quantiles were said
    hours_inside: int = 0
    days: int = 0
    days_inside: int = 0

    def add(self, truth: FloatArray, said: Said, counted: BoolArray) -> None:
        """Count a day; ``counted`` (H,) are the hours whose quantiles are looked at."""
        self.energy += float(truth.sum())
        self.hours_off += float(np.abs(truth - said.kwh).sum())
        self.days_off += abs(float(truth.sum() - said.kwh.sum()))
        if said.p10_kwh is not None and said.p90_kwh is not None:
            known = np.isfinite(said.p10_kwh) & np.isfinite(said.p90_kwh) & counted
            inside = (said.p10_kwh <= truth) & (truth <= said.p90_kwh)
            self.hours += int(known.sum())
            self.hours_inside += int((known & inside).sum())
        if said.day is not None and np.isfinite(said.day).all():
            self.days += 1
            self.days_inside += said.day[0] <= truth.sum() <= said.day[1]

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def hourly_wape(self) -> float | None:
        """Return the hours' errors as a share of the energy."""
        return self.hours_off / self.energy if self.energy else None

    @property
    def daily_wape(self) -> float | None:
        """Return the days' errors as a share of the energy."""
        return self.days_off / self.energy if self.energy else None

    @property
    def hourly_coverage(self) -> float | None:
        """Return the share of hours between P10 and P90."""
        return self.hours_inside / self.hours if self.hours else None

    @property
    def daily_coverage(self) -> float | None:
        """Return the share of days between P10 and P90."""
        return self.days_inside / self.days if self.days else None
