"""The OCPP central system that chargers dial in to; knows nothing of Home Assistant."""

from .errors import PortInUseError
from .server import CentralSystem
from .timing import Timing
from .types import (
    Connector,
    ConnectorConfig,
    ConnectorState,
    Problem,
    Security,
    StationConfig,
    StationInfo,
    Storage,
)

__all__ = [
    "CentralSystem",
    "Connector",
    "ConnectorConfig",
    "ConnectorState",
    "PortInUseError",
    "Problem",
    "Security",
    "StationConfig",
    "StationInfo",
    "Storage",
    "Timing",
]
