"""The outdoor temperature: season, weather and the hour of the day."""

import numpy as np

from .chance import stream, wander
from .types import FloatArray

_MEAN_C = 9.8
_SEASON_K = 9.3
_COLDEST_DAY = 20  # of the year
_WEATHER_K = 3.4
_WEATHER_H = 100.0
_CLEAR_DAY_K = 5.0
_WARMEST_H = 15.0  # by the sun
_SLOTS_PER_DAY = 96


def temperature(
    season_day: FloatArray, solar_h: FloatArray, shine: FloatArray, seed: int
) -> FloatArray:
    """Return °C per slot, (N,), from the time and the ``shine`` of the sky, 0 to 1.

    Clear days are wider, warmer in summer and colder in winter.
    """
    season = _season(season_day)
    clear_day = _smooth(shine, _SLOTS_PER_DAY)
    weather = wander(stream(seed, "temperature"), shine.size, 0.25, _WEATHER_H)
    swing_k = (1.2 + 5.5 * clear_day) * (0.8 + 0.3 * season)
    outdoor_c: FloatArray = (
        usual_temperature(season_day)
        + _WEATHER_K * weather
        + _CLEAR_DAY_K * season * (clear_day - 0.4)
        + swing_k * np.cos(2 * np.pi * (solar_h - _WARMEST_H) / 24)
    )
    return outdoor_c


def usual_temperature(season_day: FloatArray) -> FloatArray:
    """Return the season's mean in °C."""
    return _MEAN_C + _SEASON_K * _season(season_day)


def _season(season_day: FloatArray) -> FloatArray:
    """Return -1 on the usually coldest day and 1 half a year later."""
    season: FloatArray = -np.cos(2 * np.pi * (season_day - _COLDEST_DAY) / 365.25)
    return season


def _smooth(values: FloatArray, width: int) -> FloatArray:
    """Return the running mean over ``width`` slots around each."""
    before, after = width // 2, width - width // 2
    sums = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(values.size)
    low, high = np.maximum(at - before, 0), np.minimum(at + after, values.size)
    means: FloatArray = (sums[high] - sums[low]) / (high - low)
    return means
