"""What is given up first when not everything can be kept."""

from enum import IntEnum

import numpy as np

from .types import KeplerConfig, KeplerInput


class Tier(IntEnum):
    """Soft limits from the first that gives to the last, each ten times the one before."""

    WATER = 0  # heat of a day, gaps, and other loads' runs
    TARGET = 1
    CAR = 2
    MANUAL = 3
    SOC = 4
    IMPORT = 5
    BREAKER = 6


def dearest_kwh(problem: KeplerInput, config: KeplerConfig) -> float:
    """Return a price per kWh above anything that a kWh can cost or earn in this problem."""
    price = max(
        float(np.max(np.abs(problem.import_price), initial=0.0)),
        float(np.max(np.abs(problem.export_price), initial=0.0)),
    )
    losses = [b.charge_efficiency * b.discharge_efficiency for b in problem.batteries]
    worth = [value for b in problem.batteries for _, value in b.terminal_value]
    worth += [goal.worth_per_kwh for car in problem.cars for goal in car.goals]
    worth += [car.surplus_worth_per_kwh for car in problem.cars]
    peak = sum(
        peak.fee_per_kw / min((window.hours for window in peak.windows), default=1.0)
        for peak in problem.peaks
    )
    shortest = float(np.min(problem.hours, initial=1.0))
    shaping = config.export_threshold_per_kwh + 2 * config.ramp_cost_per_kw / shortest
    shaping += config.wear_cost_per_kwh + config.churn_cost_per_kwh
    return (max([price, *map(abs, worth)]) + peak + abs(shaping)) / min([1.0, *losses])


def penalties(problem: KeplerInput, config: KeplerConfig) -> dict[Tier, float]:
    """Return the price per kWh of breaking a limit of each tier."""
    lowest = 2.0 * dearest_kwh(problem, config) + 0.1
    return {tier: lowest * 10.0**tier for tier in Tier}
