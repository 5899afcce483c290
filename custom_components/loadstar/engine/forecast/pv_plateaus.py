"""Find where the output stood still while the sun went on: a limit, or curtailment."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .types import BoolArray, FloatArray

_HOURS: Final = 3  # that have to be alike
_ALIKE: Final = 0.005  # of their height; around noon the sun alone changes by 3 % in an hour
_MOVING: Final = 0.02  # what the forecast has to change over the same hours
_LOWEST: Final = 0.1  # of the system's size: fog is flat as well
_AT_TOP: Final = 0.98  # of the highest output so far
_DAYS_FOR_LIMIT: Final = 2
_FINEST_STEP_KWH: Final = 1e-6  # what differs by less is the same figure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plateaus:
    """``flat`` and ``at_top`` are (D, 24); ``limit_kw`` (D + 1,) is known before each day.

    ``at_top`` are flat hours at the highest output so far, which is the inverter's limit
    once it was seen on two days; ``limit_kw`` is infinite before.
    """

    flat: BoolArray
    at_top: BoolArray
    limit_kw: FloatArray


def find_plateaus(measured: FloatArray, forecast: FloatArray, size_kw: float) -> Plateaus:
    """Return the plateaus of (D, 24) energies in kWh; NaN where nothing is known."""
    hours = np.lib.stride_tricks.sliding_window_view(measured, _HOURS, axis=1)
    expected = np.lib.stride_tricks.sliding_window_view(forecast, _HOURS, axis=1)
    top, low = hours.max(axis=2), hours.min(axis=2)
    alike_kwh = _ALIKE * top
    starts = (
        (top - low <= alike_kwh)
        & (low > _LOWEST * size_kw)
        & (expected.max(axis=2) - expected.min(axis=2) > _MOVING * expected.max(axis=2))
        & (alike_kwh >= _step_kwh(measured))
    )
    flat = np.zeros(measured.shape, np.bool_)
    for hour in range(_HOURS):
        flat[:, hour : hour + starts.shape[1]] |= starts
    level_kw = np.max(np.where(starts, top, -np.inf), axis=1)
    highest_kw = np.maximum.accumulate(np.max(np.nan_to_num(measured), axis=1))
    return Plateaus(
        flat=flat,
        at_top=flat & (measured >= _AT_TOP * highest_kw[:, None]),
        limit_kw=_limits(level_kw, highest_kw),
    )


def _step_kwh(measured: FloatArray) -> float:
    """Return the meter's step: hours of a coarse one are alike by themselves."""
    steps = np.diff(np.unique(measured[np.isfinite(measured)]))
    steps = steps[steps > _FINEST_STEP_KWH]
    return float(steps.min()) if steps.size else np.inf


def _limits(level_kw: FloatArray, highest_kw: FloatArray) -> FloatArray:
    """Return the limit in kW that is known before each of (D + 1,) days."""
    days = np.arange(level_kw.size)
    before = days[None, :] <= days[:, None]
    seen = np.sum(before & (level_kw[None, :] >= _AT_TOP * highest_kw[:, None]), axis=1)
    return np.concatenate(([np.inf], np.where(seen >= _DAYS_FOR_LIMIT, highest_kw, np.inf)))
