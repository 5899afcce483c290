"""What a device's energy costs: bought, or not sold."""

import numpy as np

from ..solver.types import FloatArray, KeplerInput
from .flows import Flows

# Of its energy, from which on a device is said to run on the sun.
SUNNY_PART = 0.9


def sunny_kwh(flows: Flows, energy_kwh: FloatArray) -> FloatArray:
    """Return what of a device's kWh per slot is surplus sun: not bought, and not a battery's."""
    left = np.maximum(flows.pv_kwh - flows.load_kwh, 0.0)
    sunny: FloatArray = np.minimum(np.maximum(energy_kwh - flows.import_kwh, 0.0), left)
    return sunny


def energy_cost(problem: KeplerInput, sunny: FloatArray, energy_kwh: FloatArray) -> float:
    """Return the cost of a device's kWh per slot: the sun's part is not sold, the rest bought."""
    return float(problem.import_price @ (energy_kwh - sunny) + problem.export_price @ sunny)


def runs_on_sun(flows: Flows, energy_kwh: FloatArray) -> bool:
    """Return whether nearly all of a device's energy is surplus sun."""
    sunny = float(sunny_kwh(flows, energy_kwh).sum())
    return sunny >= SUNNY_PART * float(energy_kwh.sum())


def mean_price(problem: KeplerInput, slots: FloatArray) -> float:
    """Return the import price over the hours where ``slots`` is 1."""
    hours = problem.hours * slots
    return float(problem.import_price @ hours / hours.sum()) if hours.sum() > 0 else 0.0
