"""What is expected now, as rows to be compared later with what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import math
from typing import Final

import numpy as np

from ..engine.forecast.types import FloatArray
from ..engine.learning.types import SlotForecast
from ..engine.planner.inputs.load_profile import LoadForecaster
from ..engine.planner.inputs.pv import EnergyPeriod
from ..sources.types import PvForecast
from .energy import EnergyCurve

SLOT: Final = timedelta(minutes=15)
_AHEAD: Final = timedelta(hours=48)
_SLOT_H: Final = 0.25


def slot_forecasts(
    source: PvForecast | None, corrected: PvForecast | None, load: LoadForecaster, now: datetime
) -> tuple[SlotForecast, ...]:
    """Return the whole slots of the next two days as they are expected at ``now``."""
    seconds = SLOT.total_seconds()
    first_s = -(-now.timestamp() // seconds) * seconds
    starts_s: FloatArray = first_s + seconds * np.arange(_AHEAD // SLOT, dtype=np.float64)
    pv = zip(
        _energies(source, starts_s, lambda period: period.mean_kw),
        _energies(corrected, starts_s, lambda period: period.p10_kw),
        _energies(corrected, starts_s, lambda period: period.mean_kw),
        _energies(corrected, starts_s, lambda period: period.p90_kw),
        strict=True,
    )
    starts = [datetime.fromtimestamp(start_s, UTC) for start_s in starts_s.tolist()]
    return tuple(
        SlotForecast(
            start=start,
            issued=now,
            pv_source_kwh=source_kwh,
            pv_p10_kwh=p10,
            pv_p50_kwh=p50,
            pv_p90_kwh=p90,
            load_p10_kwh=expected.p10,
            load_p50_kwh=expected.p50,
            load_p90_kwh=expected.p90,
        )
        for start, (source_kwh, p10, p50, p90) in zip(starts, pv, strict=True)
        for expected in [load.expected(start, _SLOT_H)]
    )


def _energies(
    forecast: PvForecast | None,
    starts_s: FloatArray,
    power_kw: Callable[[EnergyPeriod], float | None],
) -> list[float | None]:
    """Return kWh per slot, None beyond the forecast."""
    if forecast is None or not forecast.periods:
        return [None] * starts_s.size
    curve = EnergyCurve.of(forecast.periods, [power_kw(period) for period in forecast.periods])
    energies = curve.between(starts_s, starts_s + SLOT.total_seconds())
    return [None if math.isnan(energy) else energy for energy in energies.tolist()]
