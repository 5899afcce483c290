"""What a step of the buffer is reckoned from."""

from dataclasses import dataclass
from statistics import median
from typing import Final

from homeassistant.util import dt as dt_util

from ..engine.planner.inputs.types import PlannerInput
from ..engine.prices import spread
from ..forecasting import Forecasting

# What the log shows beside each step.
PV_AHEAD_H: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferInputs:
    """What is known when the buffer is stepped; None where it is not."""

    currency: str | None = None
    confidence: float | None = None  # of the PV forecast, 0 to 1
    spread_per_kwh: float | None = None
    median_price_per_kwh: float | None = None  # of the prices that are known ahead
    pv_ahead_kwh: float | None = None  # of the next ``PV_AHEAD_H``
    ev_boost_active: bool = False  # the battery feeds a car


def read_inputs(forecasting: Forecasting, source: PlannerInput | None) -> BufferInputs:
    """Return what is known now; ``source`` is what the newest plan was made from."""
    now = dt_util.utcnow()
    slots = () if source is None else source.slots
    known = [
        slot.import_price_per_kwh
        for slot in slots
        if slot.end > now and not slot.price_is_estimated
    ]
    return BufferInputs(
        currency=None if source is None else source.currency,
        confidence=forecasting.snapshot.pv_confidence,
        spread_per_kwh=spread(known) if known else None,
        median_price_per_kwh=median(known) if known else None,
        pv_ahead_kwh=forecasting.pv_ahead_kwh(now, PV_AHEAD_H),
    )
