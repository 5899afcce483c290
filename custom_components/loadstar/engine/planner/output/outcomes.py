"""What cars, heaters and loads get out of a plan."""

import numpy as np

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
    cars = {car.car_id: car for car in facts.planner_input.cars}
    names = device_names(facts.planner_input)
    reasons: dict[str, PlanReason] = {
        **{car.car_id: car_reason(facts, cars[car.car_id], car) for car in problem.cars},
        **{heater.load_id: water_reason(facts, heater) for heater in problem.water_heaters},
        **{load.load_id: deferrable_reason(facts, load) for load in problem.deferrables},
    }
    return tuple(
        _outcome(facts, device_id, names[device_id], reason)
        for device_id, reason in reasons.items()
    )


def _outcome(facts: Facts, device_id: str, name: str, reason: PlanReason) -> DeviceOutcome:
    result = facts.result
    energy = result.devices[device_id].charge_kwh
    taking = np.flatnonzero(energy > ENERGY_TOLERANCE_KWH)
    return DeviceOutcome(
        device_id=device_id,
        name=name,
        energy_kwh=float(energy.sum()),
        cost=energy_cost(facts.problem, sunny_kwh(facts.flows, energy), energy),
        finish=facts.planner_input.slots[int(taking[-1])].end if len(taking) else None,
        missing_kwh=missing_kwh(result.breaches, device_id),
        reason=reason,
    )
