"""Cut a PV forecast into slots, and see what is missing of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from ..solver.types import BoolArray, FloatArray
from .steps import Steps, seconds_from
from .types import PlanWarning

_DAY_S: Final = 86_400.0
# forecasts leave out nights, so only what is longer than a night is surely missing
_LONGEST_NIGHT_S: Final = 20 * 3600.0
_DIM: Final = 0.05  # of the highest power: dawn comes an hour later from one day to the next


@dataclass(frozen=True, slots=True)
class EnergyPeriod:
    """Mean PV power in kW from ``start`` to before ``end`` (aware UTC)."""

    start: datetime
    end: datetime
    mean_kw: float
    p10_kw: float | None = None
    p90_kw: float | None = None


@dataclass(frozen=True, slots=True)
class PvSlots:
    """PV energy in kWh per slot, (S,) each; quantiles are NaN where unknown."""

    p50_kwh: FloatArray
    p10_kwh: FloatArray
    p90_kwh: FloatArray


def cut_pv(
    now: datetime,
    begin_s: FloatArray,
    until_s: FloatArray,
    periods: Sequence[EnergyPeriod] | None,
) -> tuple[PvSlots, tuple[PlanWarning, ...]]:
    """Return PV in kWh of slots that begin and end so many s after ``now``, and what is missing.

    Where the forecast has nothing, the same time of the day before or after stands in
    for it. ``periods`` None: a home without PV. Warnings: ``pv_missing``,
    ``pv_wrong_day`` (all of it is over, or later than the plan), ``pv_missing_part`` (in
    the first 24 h).
    """
    if periods is None:
        return _no_pv(begin_s.size), ()
    known = _steps(now, periods, lambda period: period.mean_kw)
    if not known.start_s.size:
        return _no_pv(begin_s.size), (PlanWarning(code="pv_missing"),)
    if not known.covered(begin_s[:1], until_s[-1:]).any():
        return _no_pv(begin_s.size), (_wrong_day(now, known),)
    hours = (until_s - begin_s) / 3600
    p50_kw, lent = _with_neighbours(known, begin_s, until_s)
    slots = PvSlots(
        np.maximum(p50_kw, 0.0) * hours,
        _quantile(now, periods, lambda period: period.p10_kw, begin_s, until_s) * hours,
        _quantile(now, periods, lambda period: period.p90_kw, begin_s, until_s) * hours,
    )
    return slots, _missing_part(known, begin_s, until_s, lent)


def _steps(
    now: datetime,
    periods: Sequence[EnergyPeriod],
    power_kw: Callable[[EnergyPeriod], float | None],
) -> Steps:
    """Return what is known of a power in kW over s from ``now``."""
    powers = [power_kw(period) for period in periods]
    return Steps.of(
        *seconds_from(now, [(period.start, period.end) for period in periods]),
        [np.nan if power is None else power for power in powers],
    )


def _quantile(
    now: datetime,
    periods: Sequence[EnergyPeriod],
    power_kw: Callable[[EnergyPeriod], float | None],
    begin_s: FloatArray,
    until_s: FloatArray,
) -> FloatArray:
    """Return a quantile's mean kW per slot, NaN where it is unknown."""
    return np.maximum(_steps(now, periods, power_kw).means(begin_s, until_s), 0.0)


def _with_neighbours(
    known: Steps, begin_s: FloatArray, until_s: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return mean kW per slot, and where a neighbouring day's sun had to stand in for daylight."""
    power_kw = known.means(begin_s, until_s)
    missing = np.isnan(power_kw)
    for days in (-1, 1, -2, 2):
        other = known.means(begin_s + days * _DAY_S, until_s + days * _DAY_S)
        power_kw = np.where(np.isnan(power_kw), other, power_kw)
    power_kw = np.nan_to_num(power_kw)
    lent = missing & (power_kw > _DIM * power_kw.max(initial=0.0))
    return power_kw, lent


def _missing_part(
    known: Steps, begin_s: FloatArray, until_s: FloatArray, lent: BoolArray
) -> tuple[PlanWarning, ...]:
    """Return a warning with the hours without a forecast, where those are no mere night.

    Many sources know no more than tomorrow, so only the first day's are worth a word.
    """
    first_day = begin_s < _DAY_S
    lengths_s = np.where(first_day, until_s - begin_s, 0.0)
    bare = ~known.covered(begin_s, until_s)
    missing_s = float(lengths_s[lent].sum())
    if not missing_s and _longest_run_s(bare, lengths_s) > _LONGEST_NIGHT_S:
        missing_s = float(lengths_s[bare].sum())
    if not missing_s:
        return ()
    return (PlanWarning(code="pv_missing_part", data={"hours": round(missing_s / 3600, 2)}),)


def _longest_run_s(flags: BoolArray, lengths_s: FloatArray) -> float:
    longest = run = 0.0
    for flag, length in zip(flags.tolist(), lengths_s.tolist(), strict=True):
        run = run + length if flag else 0.0
        longest = max(longest, run)
    return longest


def _wrong_day(now: datetime, known: Steps) -> PlanWarning:
    first, last = (
        (now + timedelta(seconds=float(second))).isoformat()
        for second in (known.start_s[0], known.end_s[-1])
    )
    return PlanWarning(code="pv_wrong_day", data={"first": first, "last": last})


def _no_pv(count: int) -> PvSlots:
    return PvSlots(np.zeros(count), np.full(count, np.nan), np.full(count, np.nan))
