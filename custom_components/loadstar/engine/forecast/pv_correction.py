"""The ratio of measured to forecast PV, per hour of the day, as it was known before each day."""

from typing import Final

import numpy as np

from .local_time import HOURS_PER_DAY
from .types import BoolArray, FloatArray

WINDOW_DAYS: Final = 14
LOWEST_RATIO: Final = 0.3
HIGHEST_RATIO: Final = 1.7
_FORGETTING: Final = 0.5 ** (1 / WINDOW_DAYS)  # per day
# A day's surplus or lack counts in full up to this share of a usual day's energy (Huber,
# Ann. Math. Stat. 35, 1964): one day of cloud must not pull the others along.
_OUTLYING: Final = 0.15
# What a ratio may change from day to day: 30 % take a week, and one day alone is no news.
_PACE: Final = 0.045
_HOUR_PRIOR: Final = 0.2  # of a usual day's energy, which is taken to be like the day's ratio


def ratios_before(measured: FloatArray, forecast: FloatArray, learned: BoolArray) -> FloatArray:
    """Return ratios per hour of the day (D + 1, 24), each row from the 14 days before it.

    ``measured`` and ``forecast`` are (D, 24) in kWh and count where ``learned``. The last
    row is what all of the days say: the one for today.
    """
    got, promised = (_windows(np.where(learned, part, 0.0)) for part in (measured, forecast))
    got_day, promised_day = got.sum(axis=1), promised.sum(axis=1)
    weights = _weights(got_day, promised_day)
    day = _ratio((weights * got_day).sum(axis=1), (weights * promised_day).sum(axis=1))
    prior = _HOUR_PRIOR * _usual(weights, promised_day)[:, None]
    hour = _ratio(
        np.einsum("dhk,dk->dh", got, weights) + prior * day[:, None],
        np.einsum("dhk,dk->dh", promised, weights) + prior,
    )
    return _paced(clamped(hour))


def clamped(ratios: FloatArray) -> FloatArray:
    """Return ratios within what is believed of a source."""
    return np.clip(ratios, LOWEST_RATIO, HIGHEST_RATIO)


def _paced(ratios: FloatArray) -> FloatArray:
    """Return (D + 1, 24) ratios that go from 1 to where they want to, a bit each day."""
    paced = np.empty_like(ratios)
    yesterday = np.ones(HOURS_PER_DAY)
    for today, wanted in enumerate(ratios):
        yesterday = np.clip(wanted, yesterday * (1 - _PACE), yesterday * (1 + _PACE))
        paced[today] = yesterday
    return paced


def _windows(energy: FloatArray) -> FloatArray:
    """Return the 14 days before each of D + 1 days, the newest last: (D + 1, 24, 14)."""
    padded = np.concatenate((np.zeros((WINDOW_DAYS, HOURS_PER_DAY)), energy))
    return np.lib.stride_tricks.sliding_window_view(padded, WINDOW_DAYS, axis=0)


def _weights(got: FloatArray, promised: FloatArray) -> FloatArray:
    """Return what each day of the (D + 1, 14) windows counts: less if old or outlying."""
    age = np.arange(WINDOW_DAYS - 1, -1, -1)
    weights = np.where(promised > 0, _FORGETTING**age, 0.0)
    middle = _weighted_median(_ratio(got, promised), weights * promised)
    surplus = np.abs(got - middle[:, None] * promised)
    allowed = _OUTLYING * _usual(weights, promised)[:, None]
    outlying: FloatArray = np.minimum(1.0, allowed / np.maximum(surplus, 1e-9))
    return weights * outlying


def _usual(weights: FloatArray, promised: FloatArray) -> FloatArray:
    """Return the weighted mean daily energy of each window in kWh; 0 of none."""
    energy: FloatArray = (weights * promised).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return energy


def _weighted_median(values: FloatArray, weights: FloatArray) -> FloatArray:
    order = np.argsort(values, axis=1)
    heaped = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    middle = np.argmax(heaped >= heaped[:, -1:] / 2, axis=1)
    return np.take_along_axis(values, np.take_along_axis(order, middle[:, None], 1), 1)[:, 0]


def _ratio(got: FloatArray, promised: FloatArray) -> FloatArray:
    """Return their ratio; 1 where nothing was promised."""
    ratio = np.ones(np.broadcast_shapes(got.shape, promised.shape))
    return np.divide(got, promised, out=ratio, where=promised > 0)
