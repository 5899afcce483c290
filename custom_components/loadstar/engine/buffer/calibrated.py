"""How much the house has needed of the battery until power was cheap or the sun shone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .formula import Target, bounded, low_base
from .types import BufferReason

SLOT_S: Final = 900
_SLOTS_PER_DAY: Final = 96
_LEAST_SLOTS: Final = 7 * _SLOTS_PER_DAY  # a week has days of every kind
_CHEAP: Final = 0.2  # of the prices half a day before and after
_NEED: Final = 0.9

type IntArray = npt.NDArray[np.int64]
type FloatArray = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeedHistory:
    """Slots of 15 min that are over, (N,) each; NaN where nothing is known.

    ``start_s`` are their starts in s since 1970, ascending, each once; slots may be
    missing. ``load_kwh`` is the household's, ``pv_kwh`` the corrected forecast's.
    """

    start_s: IntArray
    load_kwh: FloatArray
    pv_kwh: FloatArray
    price_per_kwh: FloatArray

    def __post_init__(self) -> None:
        """Refuse what is not in order."""
        arrays = (self.load_kwh, self.pv_kwh, self.price_per_kwh)
        if self.start_s.ndim != 1 or any(each.shape != self.start_s.shape for each in arrays):
            raise ValueError("shape")
        if (self.start_s % SLOT_S).any() or (np.diff(self.start_s) <= 0).any():
            raise ValueError("start_s")

    @property
    def median_price_per_kwh(self) -> float | None:
        """The median import price, None where none is known."""
        known = self.price_per_kwh[np.isfinite(self.price_per_kwh)]
        return float(np.median(known)) if known.size else None


NO_HISTORY: Final = NeedHistory(
    start_s=np.empty(0, np.int64),
    load_kwh=np.empty(0),
    pv_kwh=np.empty(0),
    price_per_kwh=np.empty(0),
)


def reserve_kwh(history: NeedHistory) -> float | None:
    """Return the P90 of kWh needed beyond PV until the next cheap or sunny slot.

    Counted from every slot that is neither; a stretch that runs into a gap tells nothing.
    None where less than a week of slots has its next cheap or sunny one.
    """
    if history.start_s.size < _LEAST_SLOTS:
        return None
    grid = _on_grid(history)
    needed = _until_relief(grid)
    known = np.isfinite(needed)
    if known.sum() < _LEAST_SLOTS:
        return None
    dark = needed[known & ~_is_relief(grid)]
    return float(np.quantile(dark, _NEED)) if dark.size else 0.0


def calibrated_target(base: float, reserve_percent: float | None) -> Target:
    """Return the reserve in percent within the same bounds as the formula's."""
    if (low := low_base(base)) is not None:
        return low
    if reserve_percent is None:
        return Target(base, BufferReason.CALIBRATING, {"target": base})
    figures = {"needed_percent": round(reserve_percent, 1)}
    target = bounded(base, reserve_percent)
    reason = BufferReason.CALIBRATED if target < base else BufferReason.CALIBRATED_BASE
    return Target(target, reason, {"target": target, **figures})


def _on_grid(history: NeedHistory) -> NeedHistory:
    """Return a history in which missing slots are there, as unknown ones."""
    place = (history.start_s - history.start_s[0]) // SLOT_S
    count = int(place[-1]) + 1

    def spread_out(values: FloatArray) -> FloatArray:
        grid = np.full(count, np.nan)
        grid[place] = values
        return grid

    return NeedHistory(
        start_s=history.start_s[0] + SLOT_S * np.arange(count),
        load_kwh=spread_out(history.load_kwh),
        pv_kwh=spread_out(history.pv_kwh),
        price_per_kwh=spread_out(history.price_per_kwh),
    )


def _is_relief(grid: NeedHistory) -> BoolArray:
    """Where the house can do without the battery: power is cheap, or the sun is enough."""
    sunny = (grid.pv_kwh > 0) & (grid.pv_kwh >= grid.load_kwh)
    return np.asarray(sunny | _is_cheap(grid.price_per_kwh), np.bool_)


def _is_cheap(prices: FloatArray) -> BoolArray:
    """Where a price is among the lowest of its day, and lower than most: never in a flat tariff."""
    known = np.isfinite(prices)
    half = _SLOTS_PER_DAY // 2
    padded = np.pad(np.where(known, prices, np.nan), half, constant_values=np.nan)
    around = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
    last = np.isfinite(around).sum(axis=1) - 1  # unknown ones are sorted to the end

    def ranked(share: float) -> FloatArray:
        place = np.maximum(np.floor(share * last), 0).astype(np.int64)
        return np.take_along_axis(around, place[:, None], axis=1)[:, 0]

    return np.asarray(known & (prices <= ranked(_CHEAP)) & (prices < ranked(0.5)), np.bool_)


def _until_relief(grid: NeedHistory) -> FloatArray:
    """Return kWh needed from each slot on until relief, NaN where that is not known."""
    short = np.maximum(grid.load_kwh - grid.pv_kwh, 0.0)
    needed = np.zeros(short.size)
    ahead = np.nan  # the last stretch has not ended yet
    relief = _is_relief(grid)
    for slot in range(short.size - 1, -1, -1):
        ahead = 0.0 if relief[slot] else ahead + short[slot]
        needed[slot] = ahead
    return needed
