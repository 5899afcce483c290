"""PV output: a clear sky, clouds that come and go, and noise."""

from dataclasses import dataclass
import math
import random
from typing import Protocol

DAY_S = 86_400.0
_STANDARD_IRRADIANCE = 1000.0  # W/m² at which a module gives its peak power


@dataclass(frozen=True, slots=True, kw_only=True)
class PvConfig:
    """A PV system and its weather.

    ``cloudiness`` is 0 for a clear sky and 1 for heavy broken cloud; ``noise`` the
    standard deviation of each step's output, as a share of it. ``shift_s`` moves
    the sun, so that it may be noon whenever it is wanted.
    """

    peak_w: float = 9000.0
    latitude_deg: float = 50.0
    day_of_year: int = 172
    cloudiness: float = 0.5
    cloud_time_constant_s: float = 300.0
    noise: float = 0.0
    shift_s: float = 0.0


class PvPlant(Protocol):
    """Something that makes of the sun what it can."""

    def step(self, time_s: float, dt_s: float) -> float:
        """Return the output in W at ``time_s`` after a midnight, ``dt_s`` after the last step."""


# Thick cloud leaves the diffuse light.
_CLOUD_TAKES = 0.85


class Pv:
    """A PV system under clouds whose thickness is autocorrelated."""

    def __init__(self, config: PvConfig, rng: random.Random) -> None:
        """Begin under a random sky."""
        self._config = config
        self._rng = rng
        self._cloud = rng.gauss(0.0, 1.0)

    def step(self, time_s: float, dt_s: float) -> float:
        """Return the output in W at ``time_s``, ``dt_s`` after the last step."""
        keep = math.exp(-dt_s / self._config.cloud_time_constant_s)
        # exact step of an Ornstein-Uhlenbeck process of unit variance
        self._cloud = keep * self._cloud + math.sqrt(1 - keep**2) * self._rng.gauss(0.0, 1.0)
        shade = self._config.cloudiness / (1.0 + math.exp(-2.5 * self._cloud))
        noise = 1.0 + self._config.noise * self._rng.gauss(0.0, 1.0)
        power = clear_sky_w(self._config, time_s) * (1.0 - _CLOUD_TAKES * shade) * noise
        return max(0.0, power)


def clear_sky_w(config: PvConfig, time_s: float) -> float:
    """Return the output in W under a clear sky, ``time_s`` after a local midnight.

    Haurwitz' model of global irradiance (J. Meteor. 2, 1945) on a level surface.
    """
    declination = math.radians(
        -23.44 * math.cos(2.0 * math.pi * (config.day_of_year + 10) / 365.25)
    )
    latitude = math.radians(config.latitude_deg)
    hour_angle = 2.0 * math.pi * ((time_s + config.shift_s) / DAY_S - 0.5)
    height = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(
        declination
    ) * math.cos(hour_angle)
    if height <= 0.0:
        return 0.0
    irradiance = 1098.0 * height * math.exp(-0.057 / height)
    return config.peak_w * irradiance / _STANDARD_IRRADIANCE
