"""Choose how fast habits are forgotten and whether weather counts: by what came of it so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .forgetting import forgetting_means
from .load_days import LoadDays
from .load_temperature import BalancePoints, TemperatureResponse, fit_response
from .types import FloatArray

_HALF_LIVES_DAYS: Final = (7.0, 14.0, 28.0, 56.0, 112.0)
_POINTS: Final = tuple(
    BalancePoints(heating, cooling)
    for heating in (12.0, 14.0, 16.0, 18.0)
    for cooling in (22.0, 25.0)
)
_PRIOR_DAYS: Final = 2.0  # that the default profile counts for
_JUDGED_DAYS: Final = 365  # all seasons, or a response would be lost every summer
# Weather has to earn its place: an error may be lower by chance.
_WEATHER_GAIN: Final = 0.01
_LEAST_WEATHER: Final = 0.5  # of the hours of use


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One way to foresee the load: as it is known now, and what it said before each day."""

    profile: FloatArray  # (2, 24) kWh
    response: TemperatureResponse | None
    before: FloatArray  # (D, 24) kWh


def candidates(days: LoadDays, prior: FloatArray) -> list[Candidate]:
    """Return all ways to foresee the load. ``prior`` (2, 24) kWh is a usual household's."""
    kinds = days.kinds
    heeds_weather = _knows_weather(days)
    ways = []
    for half_life in _HALF_LIVES_DAYS:
        means = forgetting_means(days.load_kwh, kinds, half_life, prior, _PRIOR_DAYS)
        ways.append(Candidate(means.now, None, means.before))
        off_profile = days.load_kwh - means.before
        for points in _POINTS if heeds_weather else ():
            fit = fit_response(off_profile, days.outdoor_c, kinds, half_life, points)
            warm = np.maximum(means.before + fit.before, 0.0)
            ways.append(Candidate(means.now, fit.response, warm))
    return ways


def best(ways: Sequence[Candidate], load_kwh: FloatArray) -> Candidate:
    """Return the way with the least error over ``load_kwh`` (d, 24), the first d days."""
    begin = max(0, len(load_kwh) - _JUDGED_DAYS)
    errors = [
        float(np.nansum(np.abs(way.before[begin : len(load_kwh)] - load_kwh[begin:])))
        for way in ways
    ]
    handicapped = [
        error * (1 + _WEATHER_GAIN * (way.response is not None))
        for error, way in zip(errors, ways, strict=True)
    ]
    return ways[int(np.argmin(handicapped))]


def _knows_weather(days: LoadDays) -> bool:
    used = np.isfinite(days.load_kwh)
    return bool((used & np.isfinite(days.outdoor_c)).sum() > _LEAST_WEATHER * used.sum())
