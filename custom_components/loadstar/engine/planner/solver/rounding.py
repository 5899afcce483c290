"""From the powers of relaxed cars to the slots in which they run."""

import numpy as np

from .dive import WHOLE
from .site import Switches
from .types import BoolArray, FloatArray

SOME_KWH = 1e-6


def run_slots(switches: Switches, values: FloatArray, prices: FloatArray) -> BoolArray:
    """Return where it runs: at more than half its minimum, and wherever else to fit its kWh."""
    energy = values[switches.energy]
    runs = (energy > 0.5 * switches.least_kwh) & (energy > SOME_KWH)
    order = np.lexsort((prices[switches.slots], -energy))
    for deadline in sorted({*switches.deadlines, int(switches.slots[-1]) + 1}):
        before = switches.slots < deadline
        wanted = float(energy[before].sum())
        room = float(switches.most_kwh[before & runs].sum())
        for index in order[before[order] & ~runs[order]]:
            if room >= wanted - SOME_KWH:
                break
            runs[index] = True
            room += float(switches.most_kwh[index])
    return runs


def on_shares(switches: Switches, values: FloatArray) -> FloatArray:
    """Return how far each slot is on, 1 where it takes enough for that."""
    share = values[switches.on]
    enough = (values[switches.energy] >= switches.least_kwh - SOME_KWH) & (share > WHOLE)
    return np.where(enough, 1.0, share)


def free_slots(switches: Switches, values: FloatArray, runs: BoolArray) -> BoolArray:
    """Return where it is to be decided: below the minimum, and beside each edge of a run."""
    energy = values[switches.energy]
    free: BoolArray = (energy > SOME_KWH) & (energy < switches.least_kwh - SOME_KWH)
    edges = np.flatnonzero(np.diff(runs.astype(np.int8)))
    free[edges] = True
    free[edges + 1] = True
    return free
