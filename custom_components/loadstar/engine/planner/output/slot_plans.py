"""The slots of a schedule, one after the other."""

from ..devices import Car
from ..solver.types import KeplerCar
from .facts import Facts
from .flows import ENERGY_TOLERANCE_KWH
from .ordered import ordered_slots
from .types import ChargerSlot, PlanReason, SlotPlan


def slot_plans(facts: Facts, reasons: tuple[PlanReason, ...]) -> tuple[SlotPlan, ...]:
    """Return every slot of the schedule."""
    writer = _Writer(facts, reasons)
    return tuple(writer.slot(index) for index in range(len(facts.planner_input.slots)))


class _Writer:
    """Writes slots, one by its index."""

    def __init__(self, facts: Facts, reasons: tuple[PlanReason, ...]) -> None:
        self._facts = facts
        self._reasons = reasons
        self._flows = facts.flows
        self._problem = facts.problem
        self._devices = facts.result.devices
        self._cars = {car.car_id: car for car in facts.planner_input.cars}
        self._ordered = ordered_slots(facts.problem)
        self._heaters = {heater.load_id for heater in facts.problem.water_heaters}

    def slot(self, index: int) -> SlotPlan:
        """Return the slot at an index."""
        data = self._facts.planner_input.slots[index]
        flows = self._flows
        loads = self._loads(index)
        return SlotPlan(
            start=data.start,
            end=data.end,
            import_price_per_kwh=data.import_price_per_kwh,
            export_price_per_kwh=data.export_price_per_kwh,
            price_is_estimated=data.price_is_estimated,
            load_kwh=data.load_kwh,
            planned_load_kwh=float(flows.load_kwh[index]),
            pv_kwh=data.pv_kwh,
            planned_pv_kwh=float(self._problem.pv_kwh[index]),
            curtailed_kw=self._kw(float(flows.curtailed_kwh[index]), index),
            battery_charge_kw=self._kw(float(flows.charge_kwh[index]), index),
            battery_discharge_kw=self._kw(float(flows.discharge_kwh[index]), index),
            projected_soc_percent=self._soc_percent(index),
            soc_target_percent=self._facts.target_soc_percent,
            import_kw=self._kw(float(flows.import_kwh[index]), index),
            export_kw=self._kw(float(flows.export_kwh[index]), index),
            chargers=self._chargers(index),
            water_heater_kw=sum(
                power for load_id, power in loads.items() if load_id in self._heaters
            ),
            loads=loads,
            batteries={
                battery.battery_id: self._net_kw(battery.battery_id, index)
                for battery in self._problem.batteries
            },
            action=self._facts.actions[index],
            reason=self._reasons[index],
            is_manual=bool(self._ordered[index]),
        )

    def _kw(self, energy_kwh: float, index: int) -> float:
        """Return the mean power, free of the solver's dust."""
        if abs(energy_kwh) <= ENERGY_TOLERANCE_KWH / 10:
            return 0.0
        return energy_kwh / float(self._flows.hours[index])

    def _net_kw(self, device_id: str, index: int) -> float:
        plan = self._devices[device_id]
        return self._kw(float(plan.charge_kwh[index] - plan.discharge_kwh[index]), index)

    def _soc_percent(self, index: int) -> float | None:
        capacity = sum(battery.capacity_kwh for battery in self._problem.batteries)
        return 100.0 * float(self._flows.content_kwh[index]) / capacity if capacity > 0 else None

    def _loads(self, index: int) -> dict[str, float]:
        problem = self._problem
        ids = [heater.load_id for heater in problem.water_heaters]
        ids += [load.load_id for load in problem.deferrables]
        return {load_id: self._net_kw(load_id, index) for load_id in ids}

    def _chargers(self, index: int) -> dict[str, ChargerSlot]:
        """Return each charger's slot; of two cars at one, that of the car that charges."""
        chargers: dict[str, ChargerSlot] = {}
        for planned in self._problem.cars:
            car = self._cars[planned.car_id]
            slot = self._charger_slot(car, planned, index)
            if slot.power_kw > 0.0 or car.charger_id not in chargers:
                chargers[car.charger_id] = slot
        return chargers

    def _charger_slot(self, car: Car, planned: KeplerCar, index: int) -> ChargerSlot:
        plan = self._devices[planned.car_id]
        single = plan.single_phase is not None and bool(plan.single_phase[index])
        power_kw = self._net_kw(planned.car_id, index)
        phases = planned.phases[:1] if single else planned.phases
        volts = self._facts.planner_input.grid.voltage * len(phases)
        return ChargerSlot(
            power_kw=power_kw,
            current_a=power_kw * 1000.0 / volts if volts > 0 else 0.0,
            surplus=self._takes_surplus(planned, index),
            phases=phases if car.phase_choice and power_kw > 0.0 else "",
        )

    def _takes_surplus(self, car: KeplerCar, index: int) -> bool:
        """Return whether the car may have what would be exported, beyond its planned power.

        That is so where it is worth more in the car, and where the plan charges it on
        sun alone: then it is to follow the sun as it really is.
        """
        energy = self._devices[car.car_id].charge_kwh
        room_kwh = car.room_kwh - float(energy[: index + 1].sum())
        if not car.present[index] or room_kwh <= ENERGY_TOLERANCE_KWH:
            return False
        worth = max(car.surplus_worth_per_kwh, *(goal.worth_per_kwh for goal in car.goals), 0.0)
        if worth > self._problem.export_price[index] and worth > 0.0:
            return True
        others_kwh = self._flows.import_kwh[index] + self._flows.discharge_kwh[index]
        on_sun = others_kwh <= ENERGY_TOLERANCE_KWH
        return bool(energy[index] > ENERGY_TOLERANCE_KWH and on_sun)
