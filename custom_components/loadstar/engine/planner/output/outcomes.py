"""What cars, heaters and loads get out of a plan."""

import numpy as np

from ..solver.types import FloatArray, KeplerCar
from .breaches import device_names, missing_kwh
from .car_reasons import car_reason
from .energy_cost import energy_cost, sunny_kwh
from .facts import Facts
from .flows import ENERGY_TOLERANCE_KWH
from .load_reasons import deferrable_reason, water_reason
from .types import DeviceOutcome, PlanReason


def outcomes_of(facts: Facts) -> tuple[DeviceOutcome, ...]:
    """Return an outcome per car, water heater and deferrable load of the problem."""
    problem = facts.problem
    planned_cars = {car.car_id: car for car in problem.cars}
    cars = {car.car_id: car for car in facts.planner_input.cars}
    names = device_names(facts.planner_input)
    reasons: dict[str, PlanReason] = {
        **{car.car_id: car_reason(facts, cars[car.car_id], car) for car in problem.cars},
        **{heater.load_id: water_reason(facts, heater) for heater in problem.water_heaters},
        **{load.load_id: deferrable_reason(facts, load) for load in problem.deferrables},
    }
    return tuple(
        _outcome(facts, device_id, names[device_id], reason, planned_cars.get(device_id))
        for device_id, reason in reasons.items()
    )


def _outcome(
    facts: Facts, device_id: str, name: str, reason: PlanReason, car: KeplerCar | None
) -> DeviceOutcome:
    result = facts.result
    energy = result.devices[device_id].charge_kwh
    last = _last_slot(energy, 0.0 if car is None else _due_kwh(car))
    return DeviceOutcome(
        device_id=device_id,
        name=name,
        energy_kwh=float(energy.sum()),
        cost=energy_cost(facts.problem, sunny_kwh(facts.flows, energy), energy),
        finish=None if last is None else facts.planner_input.slots[last].end,
        missing_kwh=missing_kwh(result.breaches, device_id),
        reason=reason,
    )


def _due_kwh(car: KeplerCar) -> float:
    return max((goal.energy_kwh for goal in car.goals), default=0.0)


def _last_slot(energy: FloatArray, due_kwh: float) -> int | None:
    """Return the slot with which what is due has been taken; the last that takes anything else."""
    taking = np.flatnonzero(energy > ENERGY_TOLERANCE_KWH)
    if due_kwh > ENERGY_TOLERANCE_KWH:
        enough = np.flatnonzero(np.cumsum(energy) >= due_kwh - ENERGY_TOLERANCE_KWH)
        taking = enough[:1] if len(enough) else taking
    return int(taking[-1]) if len(taking) else None
