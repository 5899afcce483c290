"""Why a water heater or a deferrable load runs when it does."""

from typing import Any

import numpy as np

from ..solver.types import FloatArray, KeplerDeferrable, KeplerInput, KeplerResult, KeplerWater
from .breaches import missing_kwh
from .energy_cost import energy_cost, mean_price, runs_on_sun, sunny_kwh
from .facts import Facts
from .flows import ENERGY_TOLERANCE_KWH
from .ordered import must_take
from .reason_kinds import ReasonKind
from .types import PlanReason

DECIMALS = 4


def water_reason(facts: Facts, heater: KeplerWater) -> PlanReason:
    """Return the one reason that says most about a heater's plan."""
    problem, result = facts.problem, facts.result
    energy = result.devices[heater.load_id].charge_kwh
    energy_kwh = float(energy.sum())
    total: dict[str, Any] = {"energy_kwh": round(energy_kwh, 2)}
    missing = missing_kwh(result.breaches, heater.load_id)
    if missing > ENERGY_TOLERANCE_KWH:
        data = {"missing_kwh": round(missing, 2)}
        return PlanReason(code=ReasonKind.WATER_MISSES, data=data)
    if energy_kwh <= ENERGY_TOLERANCE_KWH:
        return PlanReason(code=ReasonKind.WATER_WARM)
    if must_take(heater.orders):
        return PlanReason(code=ReasonKind.LOAD_ORDERED, data=total)
    if runs_on_sun(facts.flows, energy):
        return PlanReason(code=ReasonKind.WATER_SURPLUS, data=total)
    price = energy_cost(problem, sunny_kwh(facts.flows, energy), energy) / energy_kwh
    prices = {
        "price": round(price, DECIMALS),
        "mean_price": round(mean_price(problem, heater.allowed.astype(np.float64)), DECIMALS),
    }
    return PlanReason(code=ReasonKind.WATER_CHEAPEST, data=total | prices)


def deferrable_reason(facts: Facts, load: KeplerDeferrable) -> PlanReason:
    """Return the one reason that says most about when a load runs."""
    energy = facts.result.devices[load.load_id].charge_kwh
    missing = missing_kwh(facts.result.breaches, load.load_id)
    if missing > ENERGY_TOLERANCE_KWH:
        data = {"missing_kwh": round(missing, 2)}
        return PlanReason(code=ReasonKind.LOAD_MISSES, data=data)
    running = np.flatnonzero(energy > ENERGY_TOLERANCE_KWH)
    if not len(running):
        return PlanReason(code=ReasonKind.LOAD_NOT_DUE)
    if must_take(load.orders):
        total = {"energy_kwh": round(float(energy.sum()), 2)}
        return PlanReason(code=ReasonKind.LOAD_ORDERED, data=total)
    return _start_reason(facts, load, int(running[0]), energy)


def _start_reason(
    facts: Facts, load: KeplerDeferrable, start: int, energy: FloatArray
) -> PlanReason:
    problem, result = facts.problem, facts.result
    at: dict[str, Any] = {"at": facts.planner_input.slots[start].start.isoformat()}
    if not load.starts or start <= load.starts[0]:
        return PlanReason(code=ReasonKind.LOAD_RUNS_FIRST, data=at)
    if runs_on_sun(facts.flows, energy):
        return PlanReason(code=ReasonKind.LOAD_SURPLUS, data=at)
    cost = energy_cost(problem, sunny_kwh(facts.flows, energy), energy)
    other_cost = _cost_at_once(problem, result, load, energy)
    if cost >= other_cost:
        return PlanReason(code=ReasonKind.LOAD_FITS, data=at)
    costs = {"cost": round(cost, DECIMALS), "other_cost": round(other_cost, DECIMALS)}
    return PlanReason(code=ReasonKind.LOAD_CHEAPEST, data=at | costs)


def _cost_at_once(
    problem: KeplerInput, result: KeplerResult, load: KeplerDeferrable, energy: FloatArray
) -> float:
    """Return what the run would cost at its earliest start, on what is exported there first."""
    slots = slice(load.starts[0], load.starts[0] + load.slots)
    hours = problem.hours[slots]
    run = np.zeros_like(energy)
    run[slots] = float(energy.sum()) * hours / hours.sum()
    return energy_cost(problem, np.minimum(run, result.export_kwh), run)
