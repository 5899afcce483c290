"""A value over time that changes in steps, and its means over slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np

from ...prices.types import PricePeriod
from ..solver.types import BoolArray, FloatArray

_NOTHING_S = 1e-6  # an overlap shorter than this is none


@dataclass(frozen=True, slots=True)
class Steps:
    """Values that hold from ``start_s`` to before ``end_s``, in s from an instant; (P,) each.

    They are in order and do not overlap; there may be gaps.
    """

    start_s: FloatArray
    end_s: FloatArray
    values: FloatArray

    @classmethod
    def of(cls, starts: Sequence[float], ends: Sequence[float], values: Sequence[float]) -> Self:
        """Put periods in order: one that begins ends the one before; what is no number is out."""
        start_s, end_s, value = (np.asarray(x, dtype=np.float64) for x in (starts, ends, values))
        order = np.argsort(start_s, kind="stable")
        order = order[np.isfinite(value[order])]
        start_s, end_s, value = start_s[order], end_s[order], value[order]
        end_s[:-1] = np.minimum(end_s[:-1], start_s[1:])
        lasting = end_s - start_s > _NOTHING_S
        return cls(start_s[lasting], end_s[lasting], value[lasting])

    @classmethod
    def of_prices(cls, periods: Sequence[PricePeriod], now: datetime) -> Self:
        """Return the prices per kWh over s from ``now``."""
        return cls.of(
            *seconds_from(now, [(period.start, period.end) for period in periods]),
            [period.price_per_kwh for period in periods],
        )

    @property
    def reach_s(self) -> float:
        """Return where the last value ends; infinitely long ago where there is none."""
        return float(self.end_s[-1]) if self.end_s.size else -np.inf

    def means(self, begin_s: FloatArray, until_s: FloatArray) -> FloatArray:
        """Return the means over (S,) slots of what is known of each; NaN where nothing is."""
        means = np.full(begin_s.shape, np.nan)
        if not self.values.size:
            return means
        overlap_s = np.minimum(until_s[:, None], self.end_s) - np.maximum(
            begin_s[:, None], self.start_s
        )
        overlap_s[overlap_s < _NOTHING_S] = 0.0
        parts = np.count_nonzero(overlap_s, axis=1)
        several = parts > 1
        means[several] = overlap_s[several] @ self.values / overlap_s[several].sum(axis=1)
        # one value alone is not computed with, so that it stays what it is to the last digit
        one = parts == 1
        means[one] = self.values[overlap_s[one].argmax(axis=1)]
        return means

    def covered(self, begin_s: FloatArray, until_s: FloatArray) -> BoolArray:
        """Return which (S,) slots have a value at least in part."""
        return np.isfinite(self.means(begin_s, until_s))


def seconds_from(
    now: datetime, spans: Sequence[tuple[datetime, datetime]]
) -> tuple[list[float], list[float]]:
    """Return starts and ends in s from ``now``."""
    return (
        [(start - now).total_seconds() for start, _ in spans],
        [(end - now).total_seconds() for _, end in spans],
    )


def held(values: FloatArray) -> FloatArray:
    """Return (S,) values with each NaN replaced by the last number before, else the first after.

    Without any number: zeros.
    """
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return np.zeros_like(values)
    last = np.searchsorted(known, np.arange(values.size), side="right") - 1
    filled: FloatArray = values[known[np.maximum(last, 0)]]
    return filled
