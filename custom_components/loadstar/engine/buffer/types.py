"""What the buffer is reckoned from, what came of each step, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from .observation import Observation

FULL_PERCENT: Final = 100.0


class BufferFormula(StrEnum):
    """How the reserve is reckoned."""

    DYNAMIC = "dynamic"  # from the confidence of the PV forecast
    CALIBRATED = "calibrated"  # from what the house has needed of late


class BufferMode(StrEnum):
    """What becomes of the reserve that was reckoned."""

    OBSERVATION = "observation"  # computed and logged, not applied
    LIVE = "live"


class BufferReason(StrEnum):
    """Why the target is what it is, or what was ordered."""

    HARD_FLOOR = "buffer_hard_floor"
    BASE_LOW = "buffer_base_low"
    CONFIDENCE_UNKNOWN = "buffer_confidence_unknown"
    CONFIDENCE_LOW = "buffer_confidence_low"
    TOO_LITTLE = "buffer_too_little"  # what confidence takes off is lost in the rounding
    LOWERED = "buffer_lowered"
    LOWERED_SPREAD = "buffer_lowered_spread"
    LOWERED_MORNING = "buffer_lowered_morning"
    LOWERED_SPREAD_MORNING = "buffer_lowered_spread_morning"
    CALIBRATING = "buffer_calibrating"  # too few days have been observed
    CALIBRATED = "buffer_calibrated"
    CALIBRATED_BASE = "buffer_calibrated_base"  # the house has needed more than the base
    CAR_BOOST = "buffer_car_boost"
    ACTIVATED = "buffer_activated"
    EXTENDED = "buffer_extended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferTerms:
    """What the user and the site set; ``base_percent`` is the user's minimum SoC."""

    base_percent: float
    time_zone: str
    formula: BufferFormula = BufferFormula.DYNAMIC
    wide_spread_per_kwh: float | None = 0.10  # None: no spread counts as wide
    reserve_percent: float | None = None  # calibrated; None: too little is known

    def __post_init__(self) -> None:
        """Refuse a base that is no percentage."""
        if not 0 <= self.base_percent <= FULL_PERCENT:
            raise ValueError("base_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferEvent:
    """One step, or one order, with what it was decided on; ``data`` is for its sentence."""

    time: datetime
    mode: BufferMode
    old_percent: float | None  # None: nothing had been reckoned yet
    new_percent: float | None
    confidence: float | None
    spread_per_kwh: float | None
    local_hour: int
    pv_ahead_kwh: float | None  # of the next 4 h
    applied: bool
    reason: BufferReason
    data: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferState:
    """What survives a restart."""

    observation: Observation | None = None  # None: not begun
    is_live: bool = False
    target_percent: float | None = None
    base_percent: float | None = None  # that the target was reckoned from
    log: tuple[BufferEvent, ...] = ()  # oldest first

    def __post_init__(self) -> None:
        """Refuse percentages that are none."""
        for percent in (self.target_percent, self.base_percent):
            if percent is not None and not 0 <= percent <= FULL_PERCENT:
                raise ValueError("percent")
