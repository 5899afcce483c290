"""Seeded years of PV with a forecast that errs as real ones do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from custom_components.loadstar.engine.forecast.pv import PvModel, train_pv
from custom_components.loadstar.engine.forecast.types import HourlySeries
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod

type FloatArray = npt.NDArray[np.float64]

BEGIN = datetime(2024, 12, 31, 23, tzinfo=UTC)  # midnight of 2025 in Berlin
KWP = 10.0
_LATITUDE = np.radians(50.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Year:
    """(D, 24) energies in kWh per hour of Berlin's winter time, from ``BEGIN``."""

    measured: FloatArray
    forecast: FloatArray

    @property
    def observed(self) -> HourlySeries:
        return series(self.measured)

    @property
    def issued(self) -> HourlySeries:
        return series(self.forecast)


def series(energy: FloatArray, begin: datetime = BEGIN) -> HourlySeries:
    """Return (D, 24) or (N,) energies as a series from an instant on."""
    values = np.asarray(energy, np.float64).ravel()
    start_s = int(begin.timestamp()) + 3600 * np.arange(values.size)
    return HourlySeries(start_s=start_s.astype(np.int64), values=values)


def after(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def clear_sky(days: int, first_day: int = 0) -> FloatArray:
    """Return what each hour gives under a clear sky, (D, 24) kWh of 10 kWp."""
    day = first_day + np.arange(days)[:, None] + 1
    declination = np.radians(-23.44) * np.cos(2 * np.pi * (day + 10) / 365.25)
    angle = 2 * np.pi * ((np.arange(24)[None, :] + 0.5) / 24 - 0.5)
    height = np.sin(_LATITUDE) * np.sin(declination) + np.cos(_LATITUDE) * np.cos(
        declination
    ) * np.cos(angle)
    height = np.maximum(height, 1e-3)
    energy: FloatArray = KWP * 0.95 * height * np.exp(-0.057 / height)
    return np.where(height > 2e-3, energy, 0.0)


def cloudy_year(
    seed: int,
    days: int = 365,
    *,
    bias: float = 0.0,
    drift: float = 0.0,
    first_day: int = 0,
    error: float = 1.0,
) -> Year:
    """Return days under clouds that come and go, forecast with bias and drift.

    ``bias`` -0.3: measured is 30 % below the forecast. ``drift`` is the size of its slow
    changes, ``error`` the share of the usual day-ahead error.
    """
    rng = np.random.default_rng(seed)
    sky = clear_sky(days, first_day)
    of_day = _wandering(rng, days, 0.6)
    missed = _wandering(rng, days, 0.3)
    hourly = _wandering(rng, days * 24, 0.85).reshape(days, 24)
    blurred = _wandering(rng, days * 24, 0.9).reshape(days, 24)
    seen = 1.3 * of_day[:, None] + 0.9 * hourly
    foreseen = 1.3 * of_day[:, None] + error * (0.65 * missed[:, None] + 0.5 * blurred)
    # as changeable as the weather is, so that there is no other bias than the one asked for
    foreseen *= np.sqrt((1.69 + 0.81) / (1.69 + error**2 * (0.4225 + 0.25)))
    slow = 1 + drift * np.sin(2 * np.pi * np.arange(days) / 90 + rng.uniform(0, 6))
    forecast = sky * _passing(foreseen) / ((1 + bias) * slow[:, None])
    return Year(measured=sky * _passing(seen), forecast=forecast)


def _wandering(rng: np.random.Generator, count: int, kept: float) -> FloatArray:
    """Return autocorrelated noise of mean 0 and standard deviation 1."""
    noise = rng.standard_normal(count) * np.sqrt(1 - kept**2)
    values = np.empty(count)
    value = rng.standard_normal()
    for index in range(count):
        value = kept * value + noise[index]
        values[index] = value
    return values


def _passing(cloud: FloatArray) -> FloatArray:
    """Return the share of clear sun, from 0.1 under thick cloud to 1."""
    passing: FloatArray = 0.1 + 0.9 / (1 + np.exp(1.6 * (cloud - 0.3)))
    return passing


def periods(
    mean_kw: Sequence[float] | FloatArray, begin: datetime, minutes: int = 60
) -> list[EnergyPeriod]:
    """Return periods of so many minutes from an instant on."""
    step = timedelta(minutes=minutes)
    return [
        EnergyPeriod(begin + index * step, begin + (index + 1) * step, float(power))
        for index, power in enumerate(mean_kw)
    ]


def trained(year: Year, days: int | None = None, kwp: float | None = KWP) -> PvModel:
    """Return what the first days of a year teach, all by default."""
    days = len(year.measured) if days is None else days
    return train_pv(
        series(year.measured[:days]),
        series(year.forecast[:days]),
        now=after(days),
        time_zone="Europe/Berlin",
        installed_kwp=kwp,
    )


def corrected(model: PvModel, forecast: FloatArray, day: int) -> FloatArray:
    """Return a day's (24,) forecast as corrected at its midnight."""
    return np.array(
        [each.mean_kw for each in model.correct(periods(forecast, after(day)), now=after(day))]
    )


def factor(model: PvModel, forecast: FloatArray, day: int) -> float:
    """Return what a day's forecast is multiplied by."""
    return float(corrected(model, forecast, day).sum() / forecast.sum())


def factors(model: PvModel, forecast: FloatArray, day: int) -> FloatArray:
    """Return what each of a day's hours is multiplied by; 0 at night."""
    ratios: FloatArray = corrected(model, forecast, day) / np.maximum(forecast, 1e-9)
    return ratios
