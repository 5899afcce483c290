"""A forecast of the simulated sun, as wrong as forecasts are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import random

from loadstar_engine.simulation import PvConfig, expected_w

_DAYS = 4
_BIAS = 1.06  # it promises too much
_DAY_ERROR = 0.12  # standard deviations
_HOUR_ERROR = 0.10
_SAMPLES_PER_HOUR = 4
_SAMPLE_S = 3600 / _SAMPLES_PER_HOUR


def forecast_wh(
    config: PvConfig, now: datetime, house_time_s: Callable[[float], float], seed: int
) -> dict[str, float]:
    """Return Wh by the beginning of each hour from this day (UTC) on; nights are left out.

    ``house_time_s`` gives the house's time for seconds since 1970.
    """
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = {}
    for number in range(_DAYS * 24):
        hour = start + timedelta(hours=number)
        samples = [
            expected_w(
                config, house_time_s(hour.timestamp() + (n + 0.5) * 3600 / _SAMPLES_PER_HOUR)
            )
            for n in range(_SAMPLES_PER_HOUR)
        ]
        energy_wh = sum(samples) / _SAMPLES_PER_HOUR * _error(hour, seed)
        if energy_wh > 0:
            hours[hour.isoformat()] = round(energy_wh, 1)
    return hours


def _error(hour: datetime, seed: int) -> float:
    """Return what a forecast makes of 1: wrong by the day, and by the hour."""
    day = random.Random(f"{seed}/sun/{hour.date()}").gauss(_BIAS, _DAY_ERROR)
    return max(0.3, day) * max(0.0, random.Random(f"{seed}/sun/{hour}").gauss(1.0, _HOUR_ERROR))
