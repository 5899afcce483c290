"""An OCPP 1.6J charger made of software; needs nothing of Home Assistant.

``python -m simulated_home.charger --help`` runs one in a process of its own.
"""

from .charger import Charger, ChargerConfig
from .clock import Clock
from .connection import Connection
from .metering import Meter, MeterConfig
from .profile import Kind, Period, Profile, ProfileError, Purpose, RateUnit, parse_profile
from .profile_store import ChargingSpan, ProfileStore
from .station import Station, StationConfig
from .variant import Variant
from .variants import VARIANTS

__all__ = [
    "VARIANTS",
    "Charger",
    "ChargerConfig",
    "ChargingSpan",
    "Clock",
    "Connection",
    "Kind",
    "Meter",
    "MeterConfig",
    "Period",
    "Profile",
    "ProfileError",
    "ProfileStore",
    "Purpose",
    "RateUnit",
    "Station",
    "StationConfig",
    "Variant",
    "parse_profile",
]
