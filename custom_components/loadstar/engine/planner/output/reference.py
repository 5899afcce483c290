"""What the same days would cost without a plan.

The inverter does self-consumption, cars charge on arrival as fast as the breaker
allows, a thermostat reheats water as it is used, and deferrable loads start at once. Every
device gets the energy that the plan gives it, so that only the times differ.
"""

from typing import Final

import numpy as np

from ..solver.types import (
    FloatArray,
    KeplerDeferrable,
    KeplerInput,
    KeplerResult,
    KeplerWater,
    ObjectiveTerm,
)
from .bill import bill
from .flows import ENERGY_TOLERANCE_KWH
from .reference_home import ReferenceHome
from .self_consumption import self_consumption

# A thermostat lets a heater run for about so long at a time.
BURST_H: Final = 1.0


def reference_cost(problem: KeplerInput, result: KeplerResult, wear_cost_per_kwh: float) -> float:
    """Return the money that the plan's days would cost without it, in the plan's own terms.

    What a car could not take in time is bought later at the mean price.
    """
    home = ReferenceHome(problem)
    for heater in problem.water_heaters:
        home.add(heater.phases, _thermostat(heater, result, problem.hours))
    for load in problem.deferrables:
        home.add(load.phases, _at_once(load, result, problem.hours))
    late_kwh = sum(
        home.charge(car, float(result.devices[car.car_id].charge_kwh.sum())) for car in problem.cars
    )
    flows = self_consumption(problem, home.used_kwh)
    terms = bill(problem, flows, wear_cost_per_kwh)
    later = late_kwh * float(problem.import_price.mean())
    return sum(terms.values()) + later + result.objective.get(ObjectiveTerm.CAR_WORTH, 0.0)


def _thermostat(heater: KeplerWater, result: KeplerResult, hours: FloatArray) -> FloatArray:
    """Return each day's heat in bursts at full power, evenly over the day as water is used."""
    planned = result.devices[heater.load_id].charge_kwh
    heated = planned.copy()
    for day in heater.days:
        slots = slice(day.first, day.end)
        energy_kwh = float(planned[slots].sum())
        if energy_kwh > ENERGY_TOLERANCE_KWH:
            edges_h = np.r_[0.0, np.cumsum(hours[slots])]
            heated[slots] = np.diff(_burst_kwh(edges_h, energy_kwh, heater.power_kw))
    return heated


def _burst_kwh(at_h: FloatArray, energy_kwh: float, power_kw: float) -> FloatArray:
    """Return what is heated by each hour of a day that ends with the last."""
    bursts = int(np.ceil(energy_kwh / (power_kw * BURST_H) - ENERGY_TOLERANCE_KWH))
    apart_h, each_kwh = at_h[-1] / bursts, energy_kwh / bursts
    before = np.minimum(np.floor(at_h / apart_h), bursts - 1)
    begun = np.minimum((at_h - before * apart_h) * power_kw, each_kwh)
    heated: FloatArray = before * each_kwh + begun
    return heated


def _at_once(load: KeplerDeferrable, result: KeplerResult, hours: FloatArray) -> FloatArray:
    """Return the run at its earliest start."""
    energy_kwh = float(result.devices[load.load_id].charge_kwh.sum())
    run = np.zeros_like(hours)
    if load.starts:
        slots = slice(load.starts[0], load.starts[0] + load.slots)
        run[slots] = energy_kwh * hours[slots] / hours[slots].sum()
    return run
