"""A reason per slot, made of the facts that bind: pairs of slots, ranks of prices, limits."""

from collections.abc import Callable
from typing import Any, Final

from .facts import Facts
from .flows import ENERGY_TOLERANCE_KWH, POWER_TOLERANCE_KW
from .ordered import ordered_battery_slots
from .pairing import BatteryPairs, Partner, pairs_of
from .reason_kinds import ReasonKind
from .types import PlanReason, SlotAction

DECIMALS: Final = 4

type Data = dict[str, Any]


def slot_reasons(facts: Facts) -> tuple[PlanReason, ...]:
    """Return why each slot is as it is."""
    teller = _Teller(facts)
    return tuple(teller.reason(slot) for slot in range(len(facts.actions)))


class _Teller:
    """Tells the reasons of one schedule."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._pairs = {each.battery_id: pairs_of(facts, each) for each in facts.problem.batteries}
        self._names = {each.battery_id: each.name for each in facts.planner_input.batteries}
        self._ordered = ordered_battery_slots(facts.problem)
        self._by_action: dict[SlotAction, Callable[[int], tuple[ReasonKind, Data]]] = {
            SlotAction.CHARGE_FROM_GRID: self._charge,
            SlotAction.CHARGE_FROM_PV: self._store,
            SlotAction.DISCHARGE: self._discharge,
            SlotAction.EXPORT: self._export,
            SlotAction.HOLD: self._hold,
            SlotAction.IDLE: self._idle,
        }

    def reason(self, slot: int) -> PlanReason:
        """Return a slot's reason with the limit that keeps it from more."""
        if self._ordered[slot]:
            return PlanReason(code=ReasonKind.ORDERED)
        kind, data = self._by_action[self._facts.actions[slot]](slot)
        limit = self._facts.limit(slot)
        if limit is not None:
            data |= {"limited_by": str(limit[0]), "limit_kw": round(limit[1], DECIMALS)}
        return PlanReason(code=kind, data=data)

    def _charge(self, slot: int) -> tuple[ReasonKind, Data]:
        price = self._facts.buying_price(slot)
        data = self._device(slot) | {"price": round(price, DECIMALS)}
        if price < 0:
            return ReasonKind.CHARGE_PAID, data
        partner = self._partner(slot)
        if partner is not None:
            return self._use_of(slot, partner, _CHARGE_USES), data | self._pair(partner)
        if self._in_reserve(slot):
            return ReasonKind.CHARGE_FOR_RESERVE, data | self._reserve(slot)
        if self._outlasts(slot):
            return ReasonKind.CHARGE_FOR_AFTERWARDS, data
        return self._by_price(slot, _CHARGE_PRICES, data)

    def _store(self, slot: int) -> tuple[ReasonKind, Data]:
        price = round(self._facts.buying_price(slot), DECIMALS)
        data = self._device(slot) | {"price": price}
        partner = self._partner(slot)
        if partner is not None:
            return self._use_of(slot, partner, _STORE_USES), data | self._pair(partner)
        if self._outlasts(slot):
            return ReasonKind.STORE_FOR_AFTERWARDS, data
        return ReasonKind.STORE_SURPLUS, data

    def _discharge(self, slot: int) -> tuple[ReasonKind, Data]:
        data = self._device(slot) | {"price": round(self._facts.selling_price(slot), DECIMALS)}
        partner = self._partner(slot)
        if partner is not None:
            before = partner.slot < slot
            kind = ReasonKind.DISCHARGE_SAVES if before else ReasonKind.DISCHARGE_REFILLED
            return kind, data | self._pair(partner)
        if self._facts.import_bound(slot) is not None:
            return ReasonKind.DISCHARGE_FOR_LIMIT, data
        return self._by_price(slot, _DISCHARGE_PRICES, data)

    def _export(self, slot: int) -> tuple[ReasonKind, Data]:
        data = self._device(slot) | {"price": round(self._facts.selling_price(slot), DECIMALS)}
        partner = self._partner(slot)
        if partner is not None:
            before = partner.slot < slot
            kind = ReasonKind.EXPORT_EARNS if before else ReasonKind.EXPORT_REFILLED
            return kind, data | self._pair(partner)
        return self._by_price(slot, _EXPORT_PRICES, data)

    def _hold(self, slot: int) -> tuple[ReasonKind, Data]:
        price = float(self._facts.problem.import_price[slot])
        data: Data = {"price": round(price, DECIMALS)}
        later = self._dearest_later(slot, price)
        if later is not None:
            return ReasonKind.HOLD_FOR_DEARER, data | self._pair(later)
        if self._in_reserve(slot):
            return ReasonKind.HOLD_FOR_RESERVE, data | self._reserve(slot)
        wear = self._facts.wear_cost_per_kwh
        if price > wear and self._outlasts(slot):
            return ReasonKind.HOLD_FOR_AFTERWARDS, data
        return ReasonKind.HOLD_WEAR, data | {"wear_per_kwh": round(wear, DECIMALS)}

    def _idle(self, slot: int) -> tuple[ReasonKind, Data]:
        facts, flows = self._facts, self._facts.flows
        tolerance = POWER_TOLERANCE_KW * float(flows.hours[slot])
        earned: Data = {"price": round(float(facts.problem.export_price[slot]), DECIMALS)}
        paid: Data = {"price": round(float(facts.problem.import_price[slot]), DECIMALS)}
        if flows.curtailed_kwh[slot] > tolerance:
            curtailed_kw = float(flows.curtailed_kwh[slot] / flows.hours[slot])
            return ReasonKind.IDLE_CURTAILS, earned | {"curtailed_kw": round(curtailed_kw, 3)}
        if flows.export_kwh[slot] > tolerance:
            full = facts.problem.batteries and flows.headroom_kwh[slot] <= ENERGY_TOLERANCE_KWH
            return (ReasonKind.IDLE_FULL if full else ReasonKind.IDLE_SUN_EXPORTED), earned
        if not facts.problem.batteries:
            return ReasonKind.IDLE_NO_BATTERY, paid
        if flows.import_kwh[slot] <= tolerance:
            return ReasonKind.IDLE_SUN_COVERS, {}
        return ReasonKind.IDLE_EMPTY, paid | self._reserve(slot)

    # what the reasons share

    def _device(self, slot: int) -> Data:
        return {"device": self._names[self._facts.leading_battery(slot).battery_id]}

    def _pairs_at(self, slot: int) -> BatteryPairs:
        return self._pairs[self._facts.leading_battery(slot).battery_id]

    def _partner(self, slot: int) -> Partner | None:
        return self._pairs_at(slot).partners.get(slot)

    def _pair(self, partner: Partner) -> Data:
        return {
            "at": self._facts.planner_input.slots[partner.slot].start.isoformat(),
            "other_price": round(partner.price, DECIMALS),
            "saved_per_kwh": round(partner.saved_per_kwh, DECIMALS),
        }

    def _use_of(self, slot: int, partner: Partner, uses: tuple[ReasonKind, ...]) -> ReasonKind:
        saves, exports, replaces = uses
        if partner.slot < slot:
            return replaces
        return exports if self._facts.actions[partner.slot] is SlotAction.EXPORT else saves

    def _by_price(
        self, slot: int, kinds: tuple[ReasonKind, ReasonKind], data: Data
    ) -> tuple[ReasonKind, Data]:
        """Return the slot's place among the day's prices, where those differ at all."""
        ranked, flat = kinds
        problem = self._facts.problem
        exports = self._facts.actions[slot] is SlotAction.EXPORT
        prices = problem.export_price if exports else problem.import_price
        if self._facts.is_flat(slot, prices):
            return flat, data
        dearest_first = ranked is not ReasonKind.CHARGE_CHEAP
        rank, of = self._facts.rank(slot, prices, dearest_first=dearest_first)
        return ranked, data | {"rank": rank, "of": of}

    def _in_reserve(self, slot: int) -> bool:
        """Return whether a kWh inside is worth a penalty: it keeps a floor or a target."""
        duals = self._facts.result.duals
        return duals is not None and self._pairs_at(slot).stretch_of(slot) is None

    def _reserve(self, slot: int) -> Data:
        """Return the SoC that is kept: the target where there is one above the floor."""
        battery = self._facts.leading_battery(slot)
        floor = 100.0 * battery.min_kwh / battery.capacity_kwh if battery.capacity_kwh else 0.0
        kept = floor if self._facts.target_soc_percent is None else self._facts.target_soc_percent
        return {"soc_percent": round(max(floor, kept), 1)}

    def _outlasts(self, slot: int) -> bool:
        """Return whether what is inside now may be there when the plan ends."""
        stretch = self._pairs_at(slot).stretch_of(slot)
        return stretch is not None and stretch.end == len(self._facts.actions)

    def _dearest_later(self, slot: int, price: float) -> Partner | None:
        """Return the dearest discharge that the battery is kept for.

        It lies where a kWh inside has the same worth, or before the next charge: what is
        inside now is inside then.
        """
        if self._in_reserve(slot):
            return None
        facts = self._facts
        stretch = self._pairs_at(slot).stretch_of(slot)
        charging = {SlotAction.CHARGE_FROM_GRID, SlotAction.CHARGE_FROM_PV}
        giving = {SlotAction.DISCHARGE, SlotAction.EXPORT}
        after = range(slot + 1, len(facts.actions))
        refilled = next((each for each in after if facts.actions[each] in charging), after.stop)
        end = refilled if stretch is None else max(stretch.end, refilled)
        later = [
            other
            for other in range(slot + 1, end)
            if facts.actions[other] in giving and facts.selling_price(other) > price
        ]
        if not later:
            return None
        dearest = max(later, key=facts.selling_price)
        selling = facts.selling_price(dearest)
        return Partner(slot=dearest, price=selling, saved_per_kwh=selling - price)


_CHARGE_PRICES = (ReasonKind.CHARGE_CHEAP, ReasonKind.CHARGE_FLAT)
_DISCHARGE_PRICES = (ReasonKind.DISCHARGE_DEAR, ReasonKind.DISCHARGE_FLAT)
_EXPORT_PRICES = (ReasonKind.EXPORT_DEAR, ReasonKind.EXPORT_FLAT)
_CHARGE_USES = (
    ReasonKind.CHARGE_SAVES,
    ReasonKind.CHARGE_EXPORTS_LATER,
    ReasonKind.CHARGE_REPLACES,
)
_STORE_USES = (
    ReasonKind.STORE_SAVES,
    ReasonKind.STORE_EXPORTS_LATER,
    ReasonKind.STORE_REPLACES,
)
