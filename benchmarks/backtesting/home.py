"""A home under one strategy: forecast, plan, act, pay."""

from datetime import datetime
import time
from typing import Final

from loadstar_engine.planner.output.types import Schedule
from loadstar_engine.planner.solver.types import SolveStatus

from .following import band_of
from .knowledge import Knowledge
from .ledger import Ledger
from .physics import AT_REST, FREE, SLOT_H, Band, Plant, live
from .planner import CONFIG, make_plan
from .reserve import BASE_PERCENT, ReserveKeeper
from .strategies import PERFECT, Control, Strategy

PLANT: Final = Plant()
START: Final = 0.5  # of the battery is full when days begin
_NEARLY_KWH: Final = 0.05  # below a reserve by less counts as at it


class Home:
    """Lives from slot to slot and keeps a ledger."""

    def __init__(self, strategy: Strategy, knowledge: Knowledge, plant: Plant = PLANT) -> None:
        """Begin with a battery that is half full."""
        self.ledger = Ledger()
        self.content_kwh = START * plant.capacity_kwh
        self._strategy = strategy
        self._knowledge = knowledge
        self._plant = plant
        self._reserves = ReserveKeeper(strategy.reserve, knowledge, plant)
        self._reserve_percent = plant.floor_percent
        self._schedule: Schedule | None = None

    def live(self, first: int, count: int, slots_per_plan: int) -> Ledger:
        """Live through slots, planning anew every so many, and value what is left."""
        instant = self._knowledge.history.instant
        for slot in range(first, first + count):
            now = instant(slot)
            if self._strategy.control is Control.PLAN and (slot - first) % slots_per_plan == 0:
                self._plan(now)
            self._act(slot, self._band(now))
        self.ledger.days += count * SLOT_H / 24
        end, begun_kwh = instant(first + count), START * self._plant.capacity_kwh
        self.ledger.left += self._cost_from(end, begun_kwh) - self._cost_from(end, self.content_kwh)
        return self.ledger

    def _plan(self, now: datetime) -> None:
        began = time.perf_counter()
        known = self._knowledge.at(now, self._strategy)
        self._reserve_percent = self._reserves.percent(now, known.prices)
        told = time.perf_counter()
        schedule = make_plan(
            self._strategy,
            known,
            self._plant,
            soc_percent=100 * self.content_kwh / self._plant.capacity_kwh,
            reserve_percent=self._reserve_percent,
            last=self._schedule,
        )
        self.ledger.forecast_s += told - began
        self.ledger.plan_s += time.perf_counter() - told
        self.ledger.plans += 1
        if schedule.status is SolveStatus.FAILED:
            self.ledger.failed += 1  # the last plan stands, as in the integration
        else:
            self._schedule = schedule

    def _band(self, now: datetime) -> Band:
        """Return what the battery may do in the slot that begins now."""
        match self._strategy.control:
            case Control.NOBODY:
                return AT_REST
            case Control.INVERTER:
                return FREE
        slot = None if self._schedule is None else self._schedule.slot_at(now)
        return FREE if slot is None else band_of(slot)

    def _act(self, slot: int, band: Band) -> None:
        year, ledger = self._knowledge.history.year, self.ledger
        energies = float(year.pv_kwh[slot]), float(year.load_kwh[slot])
        flows = live(self._plant, self.content_kwh, *energies, band)
        self.content_kwh = flows.content_kwh
        ledger.book(flows, self._knowledge.prices.of(slot), CONFIG.wear_cost_per_kwh)
        ledger.under_base_h += SLOT_H * self._is_under(BASE_PERCENT)
        if self._strategy.control is Control.PLAN:
            ledger.planned_h += SLOT_H
            ledger.reserve_percent_h += SLOT_H * self._reserve_percent
            ledger.under_reserve_h += SLOT_H * self._is_under(self._reserve_percent)

    def _is_under(self, percent: float) -> bool:
        return self.content_kwh < percent * self._plant.capacity_kwh / 100 - _NEARLY_KWH

    def _cost_from(self, now: datetime, content_kwh: float) -> float:
        """Return what the 48 h after would cost at best, begun with that content."""
        plant = self._plant
        return make_plan(
            PERFECT,
            self._knowledge.at(now, PERFECT),
            plant,
            soc_percent=100 * content_kwh / plant.capacity_kwh,
            reserve_percent=plant.floor_percent,
            last=None,
        ).cost
