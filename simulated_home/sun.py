"""The simulated sun: what it gives, and what a service expects of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import math
import random
from typing import Final

from loadstar_engine.simulation.year import SLOT_S
import numpy as np

from .almanac import Almanac, FloatArray

_W_PER_SLOT_KWH: Final = 1000 * 3600 / SLOT_S
_DAYS: Final = 4
_FLICKER: Final = 0.18  # standard deviation under a half clouded sky
_FLICKER_S: Final = 200.0
_NOISE: Final = 0.005
_HOUR_S: Final = 3600


class HousePv:
    """Panels under the almanac's sky, and clouds that pass within a slot of it."""

    def __init__(self, almanac: Almanac, midnight_s: float, rng: random.Random) -> None:
        """Begin at a midnight of the house's time."""
        self._almanac = almanac
        self._midnight_s = midnight_s
        self._rng = rng
        self._cloud = rng.gauss(0.0, 1.0)

    def step(self, time_s: float, dt_s: float) -> float:
        """Return the output in W at ``time_s`` after the midnight, ``dt_s`` after the last step."""
        keep = math.exp(-dt_s / _FLICKER_S)
        self._cloud = keep * self._cloud + math.sqrt(1 - keep**2) * self._rng.gauss(0.0, 1.0)
        year, at_s = self._almanac.year, self._midnight_s + time_s
        shine = self._almanac.at(year.shine, at_s)
        # neither a clear nor a closed sky flickers
        flicker = 1.0 + _FLICKER * 4 * shine * (1 - shine) * self._cloud
        noise = 1.0 + _NOISE * self._rng.gauss(0.0, 1.0)
        power_w = self._almanac.at(year.pv_kwh, at_s) * _W_PER_SLOT_KWH
        return max(0.0, power_w * flicker * noise)


def expected_w(almanac: Almanac, house_s: float) -> float:
    """Return the power in W that the newest forecast expects at an instant."""
    return almanac.at(almanac.newest_forecast_kwh, house_s) * _W_PER_SLOT_KWH


def forecast_wh(
    almanac: Almanac, now: datetime, house_s: Callable[[float], float]
) -> dict[str, float]:
    """Return Wh by the beginning of each hour, as the newest forecast has them.

    From this day (UTC) on for as long as it knows; nights are left out. ``house_s``
    gives the house's time for s since 1970.
    """
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [start + timedelta(hours=number) for number in range(_DAYS * 24)]
    begin_s = np.array([house_s(hour.timestamp()) for hour in hours])
    kwh, until_s = _newest_kwh(almanac, house_s(now.timestamp()))
    energy_wh = (almanac.kwh_from(kwh, begin_s, _HOUR_S) * 1000).round(1)
    return {
        hour.isoformat(): wh
        for hour, at_s, wh in zip(hours, begin_s.tolist(), energy_wh.tolist(), strict=True)
        if at_s + _HOUR_S <= until_s and wh > 0
    }


def _newest_kwh(almanac: Almanac, house_s: float) -> tuple[FloatArray, float]:
    """Return what was expected of every slot so far and is expected of those ahead, and its end."""
    issued = almanac.year.issued(house_s)
    kwh = almanac.newest_forecast_kwh.copy()
    kwh[np.searchsorted(almanac.year.start_s, issued.start_s)] = issued.pv_kwh
    return kwh, float(issued.start_s[-1]) + SLOT_S
