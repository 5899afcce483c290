"""Why a car is charged as it is, or not at all, or too little."""

from datetime import datetime
from typing import Any

import numpy as np

from ..devices import Car
from ..inputs.types import PlannerInput
from ..solver.types import KeplerCar
from .breaches import missing_kwh
from .energy_cost import energy_cost, mean_price, runs_on_sun, sunny_kwh
from .facts import Facts
from .flows import ENERGY_TOLERANCE_KWH
from .ordered import must_take
from .reason_kinds import ReasonKind
from .types import PlanReason

DECIMALS = 4


def car_reason(facts: Facts, car: Car, planned: KeplerCar) -> PlanReason:
    """Return the one reason that says most about a car's plan."""
    problem, result = facts.problem, facts.result
    energy = result.devices[car.car_id].charge_kwh
    energy_kwh = float(energy.sum())
    total = {"energy_kwh": round(energy_kwh, 2)}
    missing = missing_kwh(result.breaches, car.car_id)
    if missing > ENERGY_TOLERANCE_KWH:
        return _missing(facts, planned, missing)
    if energy_kwh <= ENERGY_TOLERANCE_KWH:
        return _nothing(facts, car, planned)
    if must_take(planned.orders):
        return PlanReason(code=ReasonKind.CAR_ORDERED, data=total)
    if runs_on_sun(facts.flows, energy):
        return PlanReason(code=ReasonKind.CAR_SURPLUS, data=total)
    price = round(
        energy_cost(problem, sunny_kwh(facts.flows, energy), energy) / energy_kwh, DECIMALS
    )
    goals = [goal for goal in planned.goals if goal.energy_kwh > ENERGY_TOLERANCE_KWH]
    if not goals:
        return PlanReason(code=ReasonKind.CAR_CHEAP_BEYOND, data={**total, "price": price})
    end = max(goal.by for goal in goals)
    before = planned.present & (np.arange(len(problem.hours)) < end)
    data: dict[str, Any] = {
        **total,
        "price": price,
        "mean_price": round(mean_price(problem, before.astype(np.float64)), DECIMALS),
        "by": _edge(facts.planner_input, end).isoformat(),
    }
    return PlanReason(code=ReasonKind.CAR_CHEAPEST, data=data)


def _nothing(facts: Facts, car: Car, planned: KeplerCar) -> PlanReason:
    """Return why a car gets nothing, and misses nothing."""
    if not planned.present.any():
        return PlanReason(code=ReasonKind.CAR_AWAY)
    if not car.goals:
        return PlanReason(code=ReasonKind.CAR_NO_GOAL)
    last = max(goal.by for goal in car.goals)
    if last <= facts.planner_input.now:
        return PlanReason(code=ReasonKind.CAR_DEPARTED, data={"by": last.isoformat()})
    wants_more = any(goal.most_kwh > ENERGY_TOLERANCE_KWH for goal in planned.goals)
    if wants_more and last > facts.planner_input.slots[-1].end:
        return PlanReason(code=ReasonKind.CAR_LATER, data={"by": last.isoformat()})
    return PlanReason(code=ReasonKind.CAR_DONE)


def _missing(facts: Facts, planned: KeplerCar, missing: float) -> PlanReason:
    """Return why a goal cannot be met: away, too slow, or no room on the wires."""
    due = [goal for goal in planned.goals if goal.energy_kwh > ENERGY_TOLERANCE_KWH]
    end = min((goal.by for goal in due), default=len(planned.present))
    data: dict[str, Any] = {
        "by": _edge(facts.planner_input, end).isoformat(),
        "missing_kwh": round(missing, 2),
    }
    hours = float(facts.problem.hours[:end][planned.present[:end]].sum())
    if hours <= 0.0:
        return PlanReason(code=ReasonKind.CAR_MISSES_AWAY, data=data)
    wanted = max((goal.energy_kwh for goal in due), default=0.0)
    if hours * planned.max_kw < wanted:
        slow = {**data, "max_kw": round(planned.max_kw, 2)}
        return PlanReason(code=ReasonKind.CAR_MISSES_TIME, data=slow)
    return PlanReason(code=ReasonKind.CAR_MISSES_LIMIT, data=data)


def _edge(planner_input: PlannerInput, index: int) -> datetime:
    slots = planner_input.slots
    return slots[index].start if index < len(slots) else slots[-1].end
