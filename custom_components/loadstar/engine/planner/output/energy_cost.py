"""What a device's energy costs: bought, or not sold."""

import numpy as np

from ..solver.types import FloatArray, KeplerInput, KeplerResult

# Of its energy, from which on a device is said to run on the sun.
SUNNY_PART = 0.9


def energy_cost(problem: KeplerInput, bought_kwh: FloatArray, energy_kwh: FloatArray) -> float:
    """Return the cost of a device's kWh per slot, of which at most ``bought_kwh`` is imported."""
    bought = np.minimum(energy_kwh, bought_kwh)
    return float(problem.import_price @ bought + problem.export_price @ (energy_kwh - bought))


def runs_on_sun(result: KeplerResult, energy_kwh: FloatArray) -> bool:
    """Return whether nearly all of a device's energy comes while little is imported."""
    bought = np.minimum(energy_kwh, result.import_kwh)
    return float(bought.sum()) <= (1.0 - SUNNY_PART) * float(energy_kwh.sum())


def mean_price(problem: KeplerInput, slots: FloatArray) -> float:
    """Return the import price over the hours where ``slots`` is 1."""
    hours = problem.hours * slots
    return float(problem.import_price @ hours / hours.sum()) if hours.sum() > 0 else 0.0
