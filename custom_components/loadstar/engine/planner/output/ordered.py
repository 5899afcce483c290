"""Where the user's orders hold."""

import numpy as np

from ..solver.types import BoolArray, KeplerInput, Orders


def ordered_slots(problem: KeplerInput) -> BoolArray:
    """Return the slots in which anything is ordered, shape (T,)."""
    orders = [car.orders for car in problem.cars]
    orders += [heater.orders for heater in problem.water_heaters]
    orders += [load.orders for load in problem.deferrables]
    found = ordered_battery_slots(problem)
    for each in orders:
        found |= _bounded(problem, each)
    return found


def ordered_battery_slots(problem: KeplerInput) -> BoolArray:
    """Return the slots in which something is ordered of a battery, or export."""
    found = np.zeros(len(problem.hours), dtype=np.bool_)
    if problem.least_export_kwh is not None:
        found |= ~np.isnan(problem.least_export_kwh)
    for battery in problem.batteries:
        found |= _bounded(problem, battery.orders)
    return found


def must_take(orders: Orders | None) -> bool:
    """Return whether a device is ordered to take energy in any slot."""
    return orders is not None and bool((np.nan_to_num(orders.least_kwh) > 0.0).any())


def _bounded(problem: KeplerInput, orders: Orders | None) -> BoolArray:
    if orders is None:
        return np.zeros(len(problem.hours), dtype=np.bool_)
    bounded: BoolArray = ~(np.isnan(orders.least_kwh) & np.isnan(orders.most_kwh))
    return bounded
