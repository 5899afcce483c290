"""A deferrable load: one run of fixed length and power."""

import numpy as np

from ..site import Flow, Site, Values
from ..tiers import Tier
from ..types import BreachKind, DevicePlan, FloatArray, KeplerDeferrable
from .balance import NO_COLUMNS
from .wishes import obey, stay


class Deferrable:
    """It starts once, in one of the slots that it may; softly."""

    def __init__(self, load: KeplerDeferrable) -> None:
        """Take what is known of it."""
        self._load = load
        self._running = NO_COLUMNS
        self._full_kwh: FloatArray = np.zeros(0)

    def add(self, site: Site) -> None:
        """Add a column per start, and the slots that each would run in."""
        load, model, count = self._load, site.model, site.slots.size
        self._full_kwh = max(load.power_kw, 0.0) * site.problem.hours
        first = np.array(sorted({slot for slot in load.starts if 0 <= slot < count}), np.int64)
        starts = model.columns(first.size, 1.0, integer=True)
        self._running = model.columns(count, 1.0)
        rows = model.rows(count, (self._running, -1.0), low=0.0, up=0.0)
        for offset in range(max(load.slots, 0)):
            inside = first + offset < count
            model.put(rows[first[inside] + offset], starts[inside], 1.0)
        whole_kwh = float(self._full_kwh.max(initial=0.0)) * max(load.slots, 0)
        if whole_kwh > 0.0:
            missing = site.slack(Tier.WATER, BreachKind.DEFERRABLE, device_id=load.load_id)
            model.total((starts, 1.0), (missing, 1.0 / whole_kwh), low=1.0, up=1.0)
        site.flows.append(
            Flow(
                device_id=load.load_id,
                slots=site.slots,
                columns=self._running,
                kwh=self._full_kwh,
                shares=site.shares(load.phases),
            )
        )
        terms = [(self._running, self._full_kwh)]
        obey(site, load.orders, load.load_id, site.slots, terms)
        stay(site, load.load_id, site.slots, terms)

    def plan(self, values: Values) -> DevicePlan:
        """Read what it takes."""
        return DevicePlan(
            device_id=self._load.load_id,
            charge_kwh=self._full_kwh * values[self._running],
            discharge_kwh=np.zeros(values.slots),
        )
