"""From a share to a set-point: everything about sharing that remembers."""

from .controller import SetpointController
from .types import (
    ChargerReading,
    ControlResult,
    ControlSettings,
    FallbackProof,
    MeterState,
    PhaseReading,
    PowerReading,
    SiteReadings,
)

__all__ = [
    "ChargerReading",
    "ControlResult",
    "ControlSettings",
    "FallbackProof",
    "MeterState",
    "PhaseReading",
    "PowerReading",
    "SetpointController",
    "SiteReadings",
]
