"""What was observed and what had been expected, side by side."""

from collections.abc import Sequence
from datetime import datetime

from homeassistant.core import HomeAssistant
import numpy as np

from ..engine.buffer import NeedHistory
from ..engine.learning.types import SlotForecast, SlotObservation
from ..observing import Observing


async def async_need_history(
    hass: HomeAssistant, observing: Observing, start: datetime, end: datetime
) -> NeedHistory:
    """Return what the buffer can learn from, between two times."""
    observed = await observing.async_observations(start, end)
    issued = await observing.async_issued(start, end)
    return await hass.async_add_executor_job(need_history, observed, issued)


def need_history(
    observed: Sequence[SlotObservation], issued: Sequence[SlotForecast]
) -> NeedHistory:
    """Return what the house used, and the corrected PV forecast of the day before.

    ``observed`` are in order. Where nothing had been forecast, the sun as measured stands
    in for it.
    """
    expected = {each.start: each.pv_p50_kwh for each in issued}

    def pv_kwh(slot: SlotObservation) -> float | None:
        forecast = expected.get(slot.start)
        return slot.pv_kwh if forecast is None else forecast

    return NeedHistory(
        start_s=np.array([_seconds(slot.start) for slot in observed], np.int64),
        load_kwh=np.array([slot.load_kwh for slot in observed], np.float64),
        pv_kwh=np.array([pv_kwh(slot) for slot in observed], np.float64),
        price_per_kwh=np.array([slot.import_price_per_kwh for slot in observed], np.float64),
    )


def _seconds(instant: datetime) -> int:
    return round(instant.timestamp())
