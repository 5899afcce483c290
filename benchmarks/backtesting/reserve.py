"""What a strategy leaves in the battery for the house."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from loadstar_engine.buffer import (
    BufferFormula,
    BufferTerms,
    DynamicBuffer,
    NeedHistory,
    reserve_kwh,
)
from loadstar_engine.prices import spread
import numpy as np

from .knowledge import Knowledge
from .physics import Plant
from .prices import KnownPrices
from .strategies import Reserve

BASE_PERCENT: Final = 30.0  # the user's minimum as it is to begin with
NEED_DAYS: Final = 30


class ReserveKeeper:
    """Steps the buffer of one home, live from the beginning, once for each plan."""

    def __init__(self, reserve: Reserve, knowledge: Knowledge, plant: Plant) -> None:
        """Begin without any log."""
        self._reserve = reserve
        self._knowledge = knowledge
        self._plant = plant
        self._buffer: DynamicBuffer | None = None

    def percent(self, now: datetime, prices: KnownPrices) -> float:
        """Return the least state of charge for a plan."""
        floor = self._plant.floor_percent
        match self._reserve:
            case Reserve.NONE:
                return floor
            case Reserve.FIXED:
                return max(floor, BASE_PERCENT)
        buffer = self._buffer_at(now)
        known = [period.price_per_kwh for period in prices.imports if not period.estimated]
        confidence = self._knowledge.history.pv_model(now).confidence
        buffer.step(confidence, spread(known), now, pv_ahead_kwh=None, ev_boost_active=False)
        return max(floor, buffer.effective_percent)

    def _buffer_at(self, now: datetime) -> DynamicBuffer:
        """Return the buffer with the terms of the day."""
        zone = self._knowledge.history.zone
        calibrated = self._reserve is Reserve.CALIBRATED
        needed = self._needed_percent(now.astimezone(zone).date()) if calibrated else None
        terms = BufferTerms(
            base_percent=BASE_PERCENT,
            time_zone=zone.key,
            formula=BufferFormula.CALIBRATED if calibrated else BufferFormula.DYNAMIC,
            reserve_percent=needed,
        )
        if self._buffer is None:
            self._buffer = DynamicBuffer(terms)
            self._buffer.activate_live(now)
        self._buffer.terms = terms
        return self._buffer

    def _needed_percent(self, today: date) -> float | None:
        """Return what the house has needed beyond the sun in the last days, of the capacity."""
        days = [today - timedelta(days=ago) for ago in range(NEED_DAYS, 0, -1)]
        needed = reserve_kwh(_needs(self._knowledge, days[0], days[-1]))
        if needed is None:
            return None
        plant = self._plant
        inside_kwh = plant.floor_kwh + needed / plant.discharge_efficiency
        return min(100.0, 100 * inside_kwh / plant.capacity_kwh)


@cache
def _needs(knowledge: Knowledge, first: date, last: date) -> NeedHistory:
    """Return slots of whole days, with the sun as it had been expected the day before."""
    history = knowledge.history
    begin, end = history.local(first), history.local(last + timedelta(days=1))
    slots = range(history.slot(begin), history.slot(end))
    part = slice(slots.start, slots.stop)
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    return NeedHistory(
        start_s=history.year.start_s[part],
        load_kwh=history.year.load_kwh[part],
        pv_kwh=np.concatenate([history.corrected_day_ahead_kwh(day) for day in days]),
        price_per_kwh=np.array([knowledge.prices.of(slot)[0] for slot in slots]),
    )
