"""Phases: what each carries stays within the breaker, and where the meter counts it apart."""

from dataclasses import dataclass

import numpy as np

from ..model import IntArray
from ..site import Flow, Pair, Site, put_by_slot, rows_of
from ..tiers import Tier
from ..types import BreachKind, FloatArray
from .balance import ROOM_KWH, Exchange


@dataclass(frozen=True, slots=True)
class Phase:
    """A site phase: what is fixed on it, what flows, and the least and most of it all."""

    name: str
    load_kwh: FloatArray
    fixed_kwh: FloatArray
    flows: list[tuple[Flow, float]]  # and their part on the phase
    least_kwh: FloatArray
    most_kwh: FloatArray


class Phases:
    """Per site phase: import less export is its part of everything; after the devices.

    A breaker's row stands only in slots where it can bind, its slack only where the
    household alone is beyond it.
    """

    def __init__(self, exchange: Exchange) -> None:
        """Take the whole house's import and export."""
        self._exchange = exchange
        self.meter_rows: list[IntArray] = []  # by phase, where they are metered apart

    def add(self, site: Site) -> None:
        """Add the phases' meters and breakers."""
        apart = not site.problem.grid.phase_netting and len(site.phases) > 1
        meters: list[tuple[IntArray, IntArray]] = []
        for index in range(len(site.phases)):
            phase = _phase(site, index)
            if apart:
                meters.append(self._meter(site, phase))
            _breaker(site, phase, 1.0)
            _breaker(site, phase, -1.0)
        if apart:
            self._add_up(site, meters)

    def _meter(self, site: Site, phase: Phase) -> tuple[IntArray, IntArray]:
        """Add a phase's own import and export."""
        model, count, fixed = site.model, site.slots.size, phase.fixed_kwh
        imported = model.columns(count, np.maximum(phase.most_kwh, 0.0) + ROOM_KWH)
        exported = model.columns(count, np.maximum(-phase.least_kwh, 0.0) + ROOM_KWH)
        rows = model.rows(count, (imported, 1.0), (exported, -1.0), low=fixed, up=fixed)
        for flow, share in phase.flows:
            model.put(rows[flow.slots], flow.columns, -share * flow.kwh)
        self.meter_rows.append(rows)
        sums = (self._exchange.imported, self._exchange.exported)
        site.pairs.append(Pair(imported, exported, site.netted, part_of=sums))
        return imported, exported

    def _add_up(self, site: Site, meters: list[tuple[IntArray, IntArray]]) -> None:
        """Bill the phases' imports and exports, each added up."""
        count = site.slots.size
        for total, side in ((self._exchange.imported, 0), (self._exchange.exported, 1)):
            parts = [(meter[side], -1.0) for meter in meters]
            site.model.rows(count, (total, 1.0), *parts, low=0.0, up=0.0)
            most = sum((site.model.up[meter[side]] for meter in meters), start=np.zeros(count))
            site.model.limit(total, most)


def _phase(site: Site, index: int) -> Phase:
    flows = [(flow, flow.shares[index]) for flow in site.flows if flow.shares[index] != 0.0]
    low, up = site.reach(flows)
    fixed = site.fixed_on_phase(index)
    load = site.problem.grid.load_shares[index] * site.problem.load_kwh
    return Phase(site.phases[index], load, fixed, flows, low + fixed, up + fixed)


def _breaker(site: Site, phase: Phase, direction: float) -> None:
    """Hold what flows in one direction (1: import, -1: export) within the limit."""
    limit = site.problem.grid.phase_limit_kw * site.problem.hours
    most = phase.most_kwh if direction > 0.0 else -phase.least_kwh
    slots = np.flatnonzero(most > limit + 1e-9)
    rows = site.model.rows(slots.size, up=(limit - direction * phase.fixed_kwh)[slots])
    row_of_slot = rows_of(slots, rows, site.slots.size)
    for flow, share in phase.flows:
        taken = direction * share * flow.kwh
        put_by_slot(site.model, row_of_slot, flow.slots, flow.columns, taken)
    beyond = slots[(direction * phase.load_kwh > limit)[slots]]
    slack = site.slack(Tier.BREAKER, BreachKind.BREAKER, device_id=phase.name, slots=beyond)
    site.model.put(row_of_slot[beyond], slack, -1.0)
