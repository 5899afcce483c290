"""What reasons are made from: prices as they count in a slot, ranks, and limits that bind."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from ..inputs.types import PlannerInput
from ..solver.types import FloatArray, KeplerBattery, KeplerInput, KeplerResult
from .actions import actions_of
from .flows import ENERGY_TOLERANCE_KWH, Flows, contents, flows_of
from .reason_kinds import LimitKind
from .types import SlotAction

PRICE_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A solved problem, looked at slot by slot."""

    planner_input: PlannerInput
    problem: KeplerInput
    result: KeplerResult
    flows: Flows
    actions: tuple[SlotAction, ...]
    days: tuple[date, ...]  # local, of each slot
    wear_cost_per_kwh: float
    target_soc_percent: float | None

    def buying_price(self, slot: int) -> float:
        """Return what a charged kWh costs: the import price, or what it would have earned."""
        if self.actions[slot] is SlotAction.CHARGE_FROM_GRID:
            return float(self.problem.import_price[slot])
        if self.flows.curtailed_kwh[slot] > ENERGY_TOLERANCE_KWH:
            return 0.0
        return max(0.0, float(self.problem.export_price[slot]))

    def selling_price(self, slot: int) -> float:
        """Return what a discharged kWh brings: export where it exports, else import saved."""
        exports = self.actions[slot] is SlotAction.EXPORT
        prices = self.problem.export_price if exports else self.problem.import_price
        return float(prices[slot])

    def leading_battery(self, slot: int) -> KeplerBattery:
        """Return the battery that does most of what the slot is about; there is at least one."""

        def weight(battery: KeplerBattery) -> tuple[float, float]:
            plan = self.result.devices[battery.battery_id]
            moved_kwh = abs(float(plan.charge_kwh[slot] - plan.discharge_kwh[slot]))
            return moved_kwh, float(contents(plan, len(self.actions))[slot] - battery.min_kwh)

        return max(self.problem.batteries, key=weight)

    def rank(self, slot: int, prices: FloatArray, *, dearest_first: bool) -> tuple[int, int]:
        """Return the slot's place by price among those of its local day, and their number."""
        same = self._of_the_day(slot, prices)
        before = same > prices[slot] if dearest_first else same < prices[slot]
        return int(before.sum()) + 1, len(same)

    def is_flat(self, slot: int, prices: FloatArray) -> bool:
        """Return whether prices are the same in all that the plan has of the slot's local day."""
        return float(np.ptp(self._of_the_day(slot, prices))) <= PRICE_TOLERANCE

    def _of_the_day(self, slot: int, values: FloatArray) -> FloatArray:
        first = self.days.index(self.days[slot])
        return values[first : first + self.days.count(self.days[slot])]

    def marginal_price(self, slot: int) -> float | None:
        """Return what one more kWh in the house costs; None where a penalty is part of it."""
        if self.result.duals is None or np.isnan(self.result.duals.energy[slot]):
            return None
        return float(self.result.duals.energy[slot])

    def limit(self, slot: int) -> tuple[LimitKind, float] | None:
        """Return what keeps the slot from more, and where it lies in kW."""
        return self.import_bound(slot) or self._export_bound(slot) or self._device_bound(slot)

    def import_bound(self, slot: int) -> tuple[LimitKind, float] | None:
        """Return the limit, breaker or monthly peak that holds import down in the slot."""
        grid = self.problem.grid
        import_kw = float(self.flows.import_kwh[slot] / self.flows.hours[slot])
        limited = self.result.import_limited
        if limited is not None and limited[slot]:
            most = None if grid.import_limit_kw is None else float(grid.import_limit_kw[slot])
            if most is not None and import_kw >= most - PRICE_TOLERANCE:
                return LimitKind.IMPORT_LIMIT, most
            return LimitKind.BREAKER, grid.phase_limit_kw
        marginal = self.marginal_price(slot)
        above = (
            marginal is not None and marginal > self.problem.import_price[slot] + PRICE_TOLERANCE
        )
        if above and self.result.peak_kw:
            return LimitKind.PEAK, self.result.peak_kw[0]
        return None

    def _export_bound(self, slot: int) -> tuple[LimitKind, float] | None:
        most_kw = self.problem.grid.export_limit_kw
        export_kwh = float(self.flows.export_kwh[slot])
        if most_kw is None or export_kwh <= ENERGY_TOLERANCE_KWH:
            return None
        at_most = export_kwh >= most_kw * float(self.flows.hours[slot]) - ENERGY_TOLERANCE_KWH
        return (LimitKind.EXPORT_LIMIT, most_kw) if at_most else None

    def _device_bound(self, slot: int) -> tuple[LimitKind, float] | None:
        flows, hours = self.flows, float(self.flows.hours[slot])
        battery_kwh = float(flows.discharge_kwh[slot] - flows.charge_kwh[slot])
        if not self.problem.batteries or abs(battery_kwh) <= ENERGY_TOLERANCE_KWH:
            return None
        inverter_kw = self.problem.grid.inverter_max_kw
        through = abs(float(flows.pv_kwh[slot]) + battery_kwh)
        if inverter_kw is not None and through >= inverter_kw * hours - ENERGY_TOLERANCE_KWH:
            return LimitKind.INVERTER, inverter_kw
        charging = battery_kwh < 0
        most_kw = sum(
            each.max_charge_kw if charging else each.max_discharge_kw
            for each in self.problem.batteries
        )
        if abs(battery_kwh) >= most_kw * hours - ENERGY_TOLERANCE_KWH:
            return LimitKind.BATTERY_POWER, most_kw
        return None


def facts_of(
    planner_input: PlannerInput,
    problem: KeplerInput,
    result: KeplerResult,
    *,
    wear_cost_per_kwh: float,
    target_soc_percent: float | None,
) -> Facts:
    """Return what there is to know of a solved problem; its slots are the input's."""
    flows = flows_of(problem, result)
    zone = ZoneInfo(planner_input.time_zone)
    return Facts(
        planner_input=planner_input,
        problem=problem,
        result=result,
        flows=flows,
        actions=actions_of(flows),
        days=tuple(slot.start.astimezone(zone).date() for slot in planner_input.slots),
        wear_cost_per_kwh=wear_cost_per_kwh,
        target_soc_percent=target_soc_percent,
    )
