"""What the panels give: sun and cloud, heat, trees, snow and the inverter's limit."""

import numpy as np

from .chance import stream
from .sun import PanelPower, SunPosition
from .types import SLOT_S, FloatArray, IntArray, PanelsConfig

_SLOT_H = SLOT_S / 3600
_LOST_PER_K = 0.0038
_CELL_WARMER_K = 28.0  # at full power
_SNOW_BELOW_C = -0.5
_SNOW_CHANCE = 0.25  # of a dull day that cold
_DULL = 0.35
_THAWS_K_DAYS = 3.0  # of warmth above 0 °C, or sun in its place


def output_kwh(
    power: PanelPower, shine: FloatArray, outdoor_c: FloatArray, panels: PanelsConfig
) -> FloatArray:
    """Return kWh per slot under a sky of which the share ``shine`` is sunny; clips."""
    kw = power.overcast_kw + (power.sunny_kw - power.overcast_kw) * shine
    warmer_k = outdoor_c - 25.0 + _CELL_WARMER_K * kw / panels.peak_kw
    return np.minimum(kw * (1 - _LOST_PER_K * warmer_k), panels.inverter_kw) * _SLOT_H


def shade(power: PanelPower, sun: SunPosition, panels: PanelsConfig) -> PanelPower:
    """Return what trees leave."""
    first, last = np.radians(panels.shaded_azimuth_deg)
    hidden = (sun.height < np.radians(panels.shaded_below_deg)) & (first <= sun.azimuth)
    taken_kw = np.where(hidden & (sun.azimuth <= last), power.direct_kw, 0.0)
    return power._replace(sunny_kw=power.sunny_kw - taken_kw, direct_kw=power.direct_kw - taken_kw)


def snow_free(day: IntArray, temperature_c: FloatArray, shine: FloatArray, seed: int) -> FloatArray:
    """Return the share of the panels that is free of snow by slot; ``day`` counts from 0."""
    days = int(day[-1]) + 1
    slots = np.bincount(day, minlength=days)
    mean_c = np.bincount(day, temperature_c, days) / slots
    mean_shine = np.bincount(day, shine, days) / slots
    falls = (
        (mean_c < _SNOW_BELOW_C)
        & (mean_shine < _DULL)
        & (stream(seed, "snow").random(days) < _SNOW_CHANCE)
    )
    free = np.ones(days)
    to_thaw = 0.0
    for number in range(days):
        if falls[number]:
            to_thaw = _THAWS_K_DAYS
        if to_thaw > 0:
            free[number] = 0.0
            to_thaw -= max(0.0, mean_c[number]) + 2.5 * mean_shine[number]
    return free[day]
