"""Small prices that make plans calm: they are reported apart and are never money."""

import numpy as np

from ..site import Site
from ..types import FloatArray, ObjectiveTerm
from .balance import Exchange
from .battery import Battery


class ExportThreshold:
    """What battery export has to earn beyond the rest: x >= export - (PV - curtailed)."""

    def __init__(self, exchange: Exchange, batteries: list[Battery]) -> None:
        """Take what is exported, and the batteries that may do so."""
        self._exchange = exchange
        self._batteries = batteries

    def add(self, site: Site) -> None:
        """Price what is exported beyond the PV; without batteries there is none."""
        threshold = site.config.export_threshold_per_kwh
        if threshold == 0.0 or not any(battery.rows.size for battery in self._batteries):
            return
        model, exchange = site.model, self._exchange
        beyond = model.columns(site.slots.size)
        model.cost(ObjectiveTerm.SHAPING, beyond, threshold)
        model.rows(
            site.slots.size,
            (beyond, 1.0),
            (exchange.exported, -1.0),
            (exchange.curtailed, -1.0),
            low=-site.problem.pv_kwh,
        )


class Ramp:
    """A price on each kW by which a battery's power changes from slot to slot."""

    def __init__(self, battery: Battery) -> None:
        """Take the battery that is to be calm."""
        self._battery = battery

    def add(self, site: Site) -> None:
        """Split each change into a rise and a fall, and price both."""
        price, count = site.config.ramp_cost_per_kw, site.slots.size - 1
        if price == 0.0 or count < 1 or self._battery.rows.size == 0:
            return
        per_hour = 1.0 / site.problem.hours
        charge, discharge = self._battery.charge, self._battery.discharge
        model = site.model
        rise, fall = model.columns(count), model.columns(count)
        model.cost(ObjectiveTerm.SHAPING, changes := np.r_[rise, fall], price)
        site.calming.append(changes)
        model.rows(
            count,
            (charge[1:], per_hour[1:]),
            (discharge[1:], -per_hour[1:]),
            (charge[:-1], -per_hour[:-1]),
            (discharge[:-1], per_hour[:-1]),
            (rise, -1.0),
            (fall, 1.0),
            low=0.0,
            up=0.0,
        )


def without_ramps(site: Site, cost: FloatArray) -> FloatArray:
    """Return what integers are chosen by: calm batteries hardly change them, but take long."""
    if site.model.integer.size == 0:
        return cost
    chosen_by = cost.copy()
    for changes in site.calming:
        chosen_by[changes] = 0.0
    return chosen_by
