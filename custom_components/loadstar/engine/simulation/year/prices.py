"""Day-ahead prices: season, hour, weekend, wind that lasts for days, and everybody's PV."""

import numpy as np

from .calendar import Calendar
from .chance import stream, wander
from .types import FloatArray

CURRENCY = "EUR"
_LEVEL = 0.095  # EUR per kWh
_SEASON = 0.018
_WIND_H = 40.0
_WIND = 0.030
_WEEKEND = 0.80
_COUNTRY_SLOTS = 24  # a country's sky is that of a house, smoothed
_PV_TAKES = 0.115  # at noon in summer under a clear sky
_LEAST = -0.12
_MOST = 0.60
# against the day's mean, by hour
# fmt: off
_HOURS = (
    0.82, 0.78, 0.76, 0.75, 0.78, 0.88, 1.08, 1.25, 1.22, 1.10, 1.02, 0.98,
    0.95, 0.92, 0.92, 0.96, 1.05, 1.22, 1.42, 1.48, 1.32, 1.12, 1.00, 0.90,
)
# fmt: on


def day_ahead_prices(when: Calendar, sunny: FloatArray, shine: FloatArray, seed: int) -> FloatArray:
    """Return EUR per kWh by slot, (N,).

    ``sunny`` is the country's PV under a clear sky as a share of its peak, ``shine`` the
    sky over the house.
    """
    shape = np.interp(when.hour, np.arange(-0.5, 25.0), (_HOURS[-1], *_HOURS, _HOURS[0]))
    level = _LEVEL + _SEASON * np.cos(2 * np.pi * (when.season_day - 15) / 365.25)
    wind = wander(stream(seed, "wind"), shape.size, 0.25, _WIND_H)
    scarce = 0.012 * wander(stream(seed, "market"), shape.size, 0.25, 0.8)
    window = np.ones(_COUNTRY_SLOTS) / _COUNTRY_SLOTS
    country = 0.35 + 0.65 * np.convolve(shine, window, mode="same")
    price: FloatArray = level * shape * np.where(when.is_weekend, _WEEKEND, 1.0)
    # little wind drives the price up further than much wind drives it down
    price += _WIND * (np.exp(-0.6 * wind) - 1) * shape + scarce - _PV_TAKES * sunny * country
    return np.clip(price, _LEAST, _MOST).round(5)
