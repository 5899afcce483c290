"""A heat pump that follows the weather of the last day, and makes hot water."""

import numpy as np

from .calendar import Calendar
from .chance import stream, wander
from .types import SLOT_S, FamilyConfig, FloatArray

_SLOT_H = SLOT_S / 3600
_HEATS_BELOW_C = 15.5
_SLOW_H = 14.0  # walls remember
_COP_AT_0_C = 3.1
_COP_PER_K = 0.065
_LEAST_COP = 1.8
_NIGHT = 0.7  # of the day's heat
_NIGHT_H = (22.0, 5.0)
_AWAY = 0.6  # of the heat when nobody is at home
_HOT_WATER_H = (4.5, 13.5)
_HOT_WATER_RUNS_H = 1.0


def heat_pump_kw(
    family: FamilyConfig,
    when: Calendar,
    temperature_c: FloatArray,
    at_home: FloatArray,
    seed: int,
) -> FloatArray:
    """Return electric kW per slot, (N,)."""
    felt_c = _felt(temperature_c)
    heat_kw = family.heat_loss_kw_per_k * np.maximum(0.0, _HEATS_BELOW_C - felt_c)
    night = (when.hour >= _NIGHT_H[0]) | (when.hour < _NIGHT_H[1])
    heat_kw *= np.where(night, _NIGHT, 1.0) * np.where(at_home > 0, 1.0, _AWAY)
    cop = np.maximum(_LEAST_COP, _COP_AT_0_C + _COP_PER_K * temperature_c)
    cycles = np.maximum(0.0, 1 + 0.35 * wander(stream(seed, "heat pump"), cop.size, 0.25, 0.5))
    power_kw: FloatArray = heat_kw / cop * cycles + at_home * _hot_water_kw(family, when)
    return power_kw


def _hot_water_kw(family: FamilyConfig, when: Calendar) -> FloatArray:
    runs = [
        (when.hour >= begin) & (when.hour < begin + _HOT_WATER_RUNS_H) for begin in _HOT_WATER_H
    ]
    power_kw = family.hot_water_kwh / (_HOT_WATER_RUNS_H * len(runs))
    return np.asarray(np.sum(runs, axis=0) * power_kw, np.float64)


def _felt(temperature_c: FloatArray) -> FloatArray:
    """Return a low-pass of the temperature: a house feels the weather late."""
    keep = float(np.exp(-_SLOT_H / _SLOW_H))
    felt, last = [], float(temperature_c[:96].mean())
    for now in temperature_c.tolist():
        last = keep * last + (1 - keep) * now
        felt.append(last)
    return np.array(felt)
