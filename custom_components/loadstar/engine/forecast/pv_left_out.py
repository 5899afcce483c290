"""Tell apart the hours that say how good a forecast is from those that say something else."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final

import numpy as np

from .pv_days import PvDays
from .pv_plateaus import find_plateaus
from .types import BoolArray, FloatArray, LeftOut

_NOTHING: Final = 0.01  # of the forecast: as good as no output
_SUNNY: Final = 0.2  # of the system's size: then there is some output, cloud or not
_NEAR_LIMIT: Final = 0.98
_FAR_BELOW: Final = 0.6  # of the forecast
_STANDBY: Final = 0.01  # of the system's size: what an inverter draws of its own
_ABSURD: Final = 1.5  # times the installed power
_ABSURD_UNKNOWN: Final = 3.0  # times the highest forecast, where nobody said what is installed
_HIGHEST: Final = 0.99  # quantile
_SPECK_KWH: Final = 1e-6  # less is none, and divides badly
_ALWAYS_DAYS: Final = 7


class PvLeftOut(StrEnum):
    """Why days or hours of PV were not learnt from; all but the first three have figures."""

    NO_FORECAST_YET = "pv_no_forecast_yet"
    NO_MEASUREMENT_YET = "pv_no_measurement_yet"
    FORECAST_ZERO = "pv_forecast_zero"
    FORECAST_MISSING = "pv_forecast_missing"
    MEASUREMENT_MISSING = "pv_measurement_missing"
    MEASURED_NEGATIVE = "pv_measured_negative"
    MEASURED_ABSURD = "pv_measured_absurd"
    ALWAYS_ZERO = "pv_always_zero"
    SNOW = "pv_snow"
    CLIPPED = "pv_clipped"
    CURTAILED = "pv_curtailed"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiftedDays:
    """What can be learnt from: (D, 24) energies in kWh, NaN where they say nothing.

    ``learned`` are the hours that a correction may follow, ``judged`` those by which the
    forecast is judged: snow was its error too, a limit or curtailment was not. ``ordinary``
    are the hours without snow and curtailment, with those at a limit.
    ``limit_kw`` (D + 1,) is the highest output possible, as known before each day.
    """

    measured: FloatArray
    forecast: FloatArray
    learned: BoolArray
    judged: BoolArray
    ordinary: BoolArray
    limit_kw: FloatArray
    size_kw: float
    left_out: tuple[LeftOut, ...]


def sift(days: PvDays, installed_kwp: float | None) -> SiftedDays:
    """Return what is left of ``days`` and what was left out, with reasons."""
    forecast = np.where(days.forecast >= 0, _without_specks(days.forecast), np.nan)
    size_kw = _size_kw(forecast, installed_kwp)
    negative = days.measured < -_STANDBY * size_kw
    absurd = days.measured > size_kw * (_ABSURD if installed_kwp else _ABSURD_UNKNOWN)
    measured = np.where(negative | absurd, np.nan, _without_specks(days.measured))
    known = np.isfinite(measured) & np.isfinite(forecast)
    snow = _snow(measured, forecast, known, size_kw)
    plateaus = find_plateaus(measured, forecast, size_kw)
    limit_kw = np.minimum(plateaus.limit_kw, installed_kwp or np.inf)
    clipped = known & (plateaus.at_top | (measured >= _NEAR_LIMIT * limit_kw[:-1, None]))
    held = (plateaus.flat & (measured < _FAR_BELOW * forecast)) | (
        (measured <= _NOTHING * forecast) & (forecast > _SUNNY * size_kw)
    )
    curtailed = known & held & ~clipped & ~snow[:, None]
    return SiftedDays(
        measured=measured,
        forecast=forecast,
        learned=known & ~clipped & ~curtailed & ~snow[:, None],
        judged=known & ~curtailed,
        ordinary=known & ~curtailed & ~snow[:, None],
        limit_kw=limit_kw,
        size_kw=size_kw,
        left_out=(
            *_missing(days, measured, forecast),
            *_hours(days, PvLeftOut.MEASURED_NEGATIVE, negative),
            *_hours(days, PvLeftOut.MEASURED_ABSURD, absurd),
            *_whole_days(days, snow, measured),
            *_hours(days, PvLeftOut.CLIPPED, clipped),
            *_hours(days, PvLeftOut.CURTAILED, curtailed),
        ),
    )


def usable_kwp(installed_kwp: float | None) -> float | None:
    """Return the installed power where it is one."""
    if installed_kwp is None or not isfinite(installed_kwp) or installed_kwp <= 0:
        return None
    return installed_kwp


def _without_specks(energy: FloatArray) -> FloatArray:
    return np.where(energy < _SPECK_KWH, 0.0, energy)


def _size_kw(forecast: FloatArray, installed_kwp: float | None) -> float:
    if installed_kwp:
        return installed_kwp
    sunny = forecast[forecast > 0]
    return float(np.quantile(sunny, _HIGHEST)) if sunny.size else np.inf


def _snow(
    measured: FloatArray, forecast: FloatArray, known: BoolArray, size_kw: float
) -> BoolArray:
    """Return the (D,) days without any output that should have had some sun."""
    got, promised = (np.where(known, part, 0.0) for part in (measured, forecast))
    nothing = got.sum(axis=1) <= _NOTHING * promised.sum(axis=1)
    sunny: BoolArray = nothing & (promised.max(axis=1, initial=0.0) > _SUNNY * size_kw)
    return sunny


def _whole_days(days: PvDays, snow: BoolArray, measured: FloatArray) -> tuple[LeftOut, ...]:
    """Name days without output: snow on a few, but something else if there never is any."""
    count = int(snow.sum())
    if not count:
        return ()
    never = count >= _ALWAYS_DAYS and not np.nansum(measured)
    code = PvLeftOut.ALWAYS_ZERO if never else PvLeftOut.SNOW
    return (LeftOut(code=code, days=days.dates(snow), data={"days": count}),)


def _hours(days: PvDays, code: PvLeftOut, hours: BoolArray) -> tuple[LeftOut, ...]:
    if not hours.any():
        return ()
    affected = np.count_nonzero(hours, axis=1) > 0
    data = {"hours": int(hours.sum()), "days": int(affected.sum())}
    return (LeftOut(code=code, days=days.dates(affected), data=data),)


def _missing(days: PvDays, measured: FloatArray, forecast: FloatArray) -> tuple[LeftOut, ...]:
    """Name the days since both began of which one is missing for most of the daylight."""
    if not np.isfinite(forecast).any():
        return (LeftOut(code=PvLeftOut.NO_FORECAST_YET),)
    if not np.nansum(forecast):
        return (LeftOut(code=PvLeftOut.FORECAST_ZERO),)
    if not np.isfinite(measured).any():
        return (LeftOut(code=PvLeftOut.NO_MEASUREMENT_YET),)
    found = (
        (PvLeftOut.MEASUREMENT_MISSING, _mostly_missing(measured, forecast)),
        (PvLeftOut.FORECAST_MISSING, _mostly_missing(forecast, measured)),
    )
    return tuple(
        LeftOut(code=code, days=days.dates(chosen), data={"days": int(chosen.sum())})
        for code, chosen in found
        if chosen.any()
    )


def _mostly_missing(looked_at: FloatArray, other: FloatArray) -> BoolArray:
    """Return the (D,) days since both began on which most of the other's energy has no partner."""
    both = [np.flatnonzero(np.isfinite(part).any(axis=1))[0] for part in (looked_at, other)]
    energy = np.nan_to_num(other)
    alone = np.where(np.isnan(looked_at), energy, 0.0).sum(axis=1)
    missing: BoolArray = (alone > energy.sum(axis=1) / 2) & (np.arange(len(energy)) >= max(both))
    return missing
