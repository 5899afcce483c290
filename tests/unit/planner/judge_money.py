"""Counts a plan's money again, term by term, from the problem and the flows alone."""

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerConfig,
    KeplerInput,
    KeplerPeak,
    KeplerResult,
    ObjectiveTerm,
)

NO_IMPORT_KWH = 1e-6


def money_by_term(
    problem: KeplerInput, config: KeplerConfig, result: KeplerResult
) -> dict[ObjectiveTerm, float]:
    """Return each term of a plan's money; terms that are not money are left out."""
    cycled = sum(
        result.devices[battery.battery_id].charge_kwh.sum()
        + result.devices[battery.battery_id].discharge_kwh.sum()
        for battery in problem.batteries
    )
    peaks = (
        peak.fee_per_kw * (charged_kw(peak, result.import_kwh) - peak.base_kw)
        for peak in problem.peaks
    )
    return {
        ObjectiveTerm.IMPORT: float(problem.import_price @ result.import_kwh),
        ObjectiveTerm.EXPORT: -float(problem.export_price @ result.export_kwh),
        ObjectiveTerm.WEAR: 0.5 * config.wear_cost_per_kwh * float(cycled),
        ObjectiveTerm.PEAK: sum(peaks),
        ObjectiveTerm.TERMINAL: -sum(_left_over(it, result) for it in problem.batteries),
        ObjectiveTerm.CAR_WORTH: -sum(_car_worth(it, problem, result) for it in problem.cars),
    }


def daily_peaks_kw(peak: KeplerPeak, import_kwh: FloatArray) -> list[float]:
    """Return the highest mean import of every day of the month that is known or planned."""
    days = list(peak.so_far_kw)
    for window in peak.windows:
        mean = (window.metered_kwh + import_kwh[list(window.slots)].sum()) / window.hours
        days[window.day] = max(days[window.day], float(mean))
    return [*peak.past_kw, *days]


def charged_kw(peak: KeplerPeak, import_kwh: FloatArray) -> float:
    """Return the mean of the N highest daily peaks, days still to come counting as 0.

    None of them counts with less than what the month will see anyway.
    """
    highest = sorted(daily_peaks_kw(peak, import_kwh), reverse=True)[: peak.peaks_counted]
    highest += [0.0] * (peak.peaks_counted - len(highest))
    return sum(max(peak.base_kw, kilowatt) for kilowatt in highest) / peak.peaks_counted


def _left_over(battery: KeplerBattery, result: KeplerResult) -> float:
    """Return the worth of what is left, its first kWh being the dearest."""
    content = result.devices[battery.battery_id].content_kwh
    assert content is not None
    left, worth = max(0.0, float(content[-1]) - battery.min_kwh), 0.0
    for size, price in battery.terminal_value:
        part = min(left, size)
        worth, left = worth + part * price, left - part
    return worth


def _car_worth(car: KeplerCar, problem: KeplerInput, result: KeplerResult) -> float:
    """Return the worth of what a car has beyond its goals, no kWh counted twice."""
    energy = result.devices[car.car_id].charge_kwh
    taken, due = np.cumsum(energy), 0.0
    wanted: list[tuple[float, float]] = []  # worth of a kWh, and how many have it
    for goal in car.goals:
        had = float(taken[goal.by - 1]) if goal.by else 0.0
        wanted.append((goal.worth_per_kwh, min(had, goal.most_kwh) - goal.energy_kwh))
        due = max(due, min(had, goal.energy_kwh))  # what a goal has missed it needs no more
    left = np.maximum(0.0, problem.pv_kwh - problem.load_kwh)
    sunny = np.minimum(energy, left)[result.import_kwh <= NO_IMPORT_KWH]
    wanted.append((car.surplus_worth_per_kwh, float(sunny.sum())))
    beyond = float(taken[-1]) - due
    worth = 0.0
    for price, most in sorted(wanted, reverse=True):
        part = min(max(0.0, most), max(0.0, beyond))
        worth, beyond = worth + price * part, beyond - part
    return worth
