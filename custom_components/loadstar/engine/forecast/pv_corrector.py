"""Apply what was learnt of a PV source to what it says now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..planner.inputs.pv import EnergyPeriod
from .local_time import HOUR_S, HOURS_PER_DAY
from .pv_correction import clamped
from .pv_days import LocalHours
from .pv_quantiles import PvQuantiles
from .pv_today import pull, seen_of_today
from .types import FloatArray, HourlySeries, IntArray

_DAY_S = HOUR_S * HOURS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PvCorrector:
    """``ratios`` (24,) are measured to forecast energy per hour of ``hours``."""

    ratios: FloatArray
    limit_kw: float  # no period's mean is higher
    quantiles: PvQuantiles
    hours: LocalHours

    def correct(
        self,
        periods: Sequence[EnergyPeriod],
        now: datetime,
        seen: HourlySeries,
        expected: HourlySeries,
    ) -> tuple[EnergyPeriod, ...]:
        """Return ``periods`` corrected, those left of today moved toward its ratio so far."""
        # s since local midnight of 1970
        start_s = _local_s((period.start for period in periods), self.hours)
        end_s = _local_s((period.end for period in periods), self.hours)
        said_kw = _powers(period.mean_kw for period in periods)
        ratios = self._ratios(start_s, end_s)
        now_s = now.timestamp() + self.hours.offset_s
        rest = (end_s > now_s) & (start_s // _DAY_S == now_s // _DAY_S)
        remaining_h = (end_s - np.maximum(start_s, now_s))[rest] / HOUR_S
        remaining_kwh = float(np.nansum((said_kw * ratios)[rest] * remaining_h))
        got, promised = seen_of_today(seen, expected, self.hours, now)
        promised_kwh = np.minimum(promised * self.ratios, self.limit_kw)
        ratios[rest] *= pull(got, promised_kwh, remaining_kwh)
        middle_h = ((start_s + end_s) / 2 // HOUR_S).astype(np.int64) % HOURS_PER_DAY
        return self._corrected(periods, clamped(ratios), middle_h)

    def _ratios(self, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
        """Return the mean ratio over each of (P,) periods."""
        until = np.concatenate(([0.0], np.cumsum(self.ratios)))

        def heaped(time_s: FloatArray) -> FloatArray:
            day, hour = np.divmod(time_s / HOUR_S, HOURS_PER_DAY)
            sums: FloatArray = day * until[-1] + np.interp(hour, np.arange(until.size), until)
            return sums

        length_h = np.maximum(end_s - start_s, 1.0) / HOUR_S
        return (heaped(start_s + length_h * HOUR_S) - heaped(start_s)) / length_h

    def _corrected(
        self, periods: Sequence[EnergyPeriod], ratios: FloatArray, hour: IntArray
    ) -> tuple[EnergyPeriod, ...]:
        mean_kw, p10_kw, p90_kw = (
            np.clip(_powers(power) * ratios, 0.0, self.limit_kw)
            for power in (
                (period.mean_kw for period in periods),
                (period.p10_kw for period in periods),
                (period.p90_kw for period in periods),
            )
        )
        low_kw, high_kw = self.quantiles.around(mean_kw, hour)
        p10_kw = np.where(np.isnan(p10_kw), low_kw, p10_kw)
        p90_kw = np.where(np.isnan(p90_kw), np.minimum(high_kw, self.limit_kw), p90_kw)
        return tuple(
            EnergyPeriod(period.start, period.end, mean, _known(p10), _known(p90))
            for period, mean, p10, p90 in zip(
                periods, mean_kw.tolist(), p10_kw.tolist(), p90_kw.tolist(), strict=True
            )
        )


def _local_s(instants: Iterable[datetime], hours: LocalHours) -> FloatArray:
    return np.array([instant.timestamp() for instant in instants]) + hours.offset_s


def _powers(powers: Iterable[float | None]) -> FloatArray:
    values = np.array([np.nan if power is None else power for power in powers], np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _known(power_kw: float) -> float | None:
    return None if np.isnan(power_kw) else power_kw
