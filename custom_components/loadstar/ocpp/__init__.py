"""The OCPP central system that chargers dial in to; knows nothing of Home Assistant."""

from .certificate import server_context
from .errors import PortInUseError
from .quirks import QuirkTable, load_quirks
from .server import CentralSystem
from .text import is_station_id
from .timing import Timing
from .types import (
    Connector,
    ConnectorConfig,
    ConnectorState,
    KeyState,
    Problem,
    Security,
    StationConfig,
    StationInfo,
    Storage,
    Stranger,
    TlsConfig,
)

__all__ = [
    "CentralSystem",
    "Connector",
    "ConnectorConfig",
    "ConnectorState",
    "KeyState",
    "PortInUseError",
    "Problem",
    "QuirkTable",
    "Security",
    "StationConfig",
    "StationInfo",
    "Storage",
    "Stranger",
    "Timing",
    "TlsConfig",
    "is_station_id",
    "load_quirks",
    "server_context",
]
