"""A generated year of prices, sun and household load in slots of 15 min.

Day-ahead prices have the shape that much solar power gives them: a peak in the morning,
a dip at noon that is deep on sunny days and below zero on some weekends, and the day's
highest peak in the evening. Levels change with season, wind and weekday.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

type FloatArray = npt.NDArray[np.float64]

SEED = 20261120
DAYS = 367  # two more than a year, for plans that begin in its last days
SLOTS_PER_DAY = 96
FIRST_WEEKDAY = 3  # 1 January is a Thursday

_HOUR = (np.arange(SLOTS_PER_DAY) + 0.5) / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Arrays over all slots of the year."""

    spot: FloatArray  # per kWh, without taxes and fees
    pv_per_kwp: FloatArray  # kWh
    load: FloatArray  # kWh of a household with 11 kWh a day


def weekday(day: int) -> int:
    """Return a day's weekday, Monday 0."""
    return (day + FIRST_WEEKDAY) % 7


@cache
def year() -> Year:
    """Return the year; it is the same each time."""
    rng = np.random.default_rng(SEED)
    cloud = _cloudiness(rng)
    wind = _persistent(rng, 0.75)
    spot = [_spot(day, cloud[day], wind[day], rng) for day in range(DAYS)]
    return Year(
        spot=np.concatenate(spot),
        pv_per_kwp=np.concatenate([_pv(day, cloud[day], rng) for day in range(DAYS)]),
        load=np.concatenate([_load(day, rng) for day in range(DAYS)]),
    )


def _persistent(rng: np.random.Generator, memory: float) -> FloatArray:
    """Return a value per day, normal, each much like the day's before."""
    values = np.zeros(DAYS)
    for day in range(1, DAYS):
        values[day] = memory * values[day - 1] + np.sqrt(1 - memory**2) * rng.normal()
    return values


def _cloudiness(rng: np.random.Generator) -> FloatArray:
    """Return how much of each day's sun clouds take, 0 to 1."""
    return 1 / (1 + np.exp(-1.2 * _persistent(rng, 0.5)))


def _summer(day: int) -> float:
    """Return 1 at midsummer and -1 at midwinter."""
    return float(-np.cos(2 * np.pi * (day + 10) / 365))


def _bump(hour: float, width: float) -> FloatArray:
    return np.asarray(np.exp(-(((_HOUR - hour) / width) ** 2)))


def _sun(day: int) -> FloatArray:
    """Return the clear sky's power of 1 kWp, kW."""
    half = 6.0 + 2.2 * _summer(day)
    height = 0.55 + 0.27 * _summer(day)
    angle = np.pi / 2 * np.clip((_HOUR - 12.6) / half, -1, 1)
    return np.asarray(height * np.cos(angle) ** 1.3)


def _spot(day: int, cloud: float, wind: float, rng: np.random.Generator) -> FloatArray:
    weekend = weekday(day) >= 5
    level = 0.085 - 0.012 * _summer(day) - 0.025 * wind - (0.012 if weekend else 0.0)
    demand = 0.03 * _bump(7.8, 1.6) * (0.4 if weekend else 1.0) + 0.055 * _bump(19.2, 2.2)
    night = -0.018 * _bump(3.0, 2.5)
    solar = -(0.17 if weekend else 0.13) * _sun(day) * (1.0 - 0.6 * cloud)
    shape = level + (demand + night) * (1.0 - 0.25 * wind) + solar
    quarter = np.tile([0.006, 0.002, -0.002, -0.006], 24) * np.sign(np.gradient(-shape))
    spot: FloatArray = shape + quarter + rng.normal(0, 0.003, SLOTS_PER_DAY)
    return spot.round(5)


def _pv(day: int, cloud: float, rng: np.random.Generator) -> FloatArray:
    passing = rng.beta(2.0, 0.6 + 2.5 * cloud, 24).repeat(4)
    dimmed = (1 - 0.75 * cloud) * (0.6 + 0.4 * passing)
    return np.round(np.maximum(0.0, _sun(day) * dimmed) * 0.25, 5)


def _load(day: int, rng: np.random.Generator) -> FloatArray:
    weekend = weekday(day) >= 5
    kilowatt = 0.22 + 0.25 * _bump(7.3 + weekend, 1.2) + 0.75 * _bump(18.6, 1.9)
    kilowatt += (0.35 if weekend else 0.15) * _bump(12.5, 2.0) - 0.05 * _summer(day)
    daily = 11.0 * rng.normal(1.0, 0.1)
    kilowatt *= rng.gamma(9.0, 1 / 9.0, SLOTS_PER_DAY)
    energy: FloatArray = np.maximum(0.05, kilowatt * 0.25) * daily / (kilowatt.sum() * 0.25)
    return energy.round(5)
