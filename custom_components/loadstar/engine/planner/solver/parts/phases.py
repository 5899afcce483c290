"""Phases: what each carries stays within the breaker, and where the meter counts it apart."""

import numpy as np

from ..model import IntArray
from ..site import Flow, Pair, Site, put_by_slot, rows_of
from ..tiers import Tier
from ..types import BoolArray, BreachKind, FloatArray
from .balance import Exchange


class Phases:
    """Per site phase: import less export is its part of everything; after the devices.

    A breaker's row stands only in slots where it can bind, its slack only where the
    household alone is beyond it.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.meter_rows: list[IntArray] = []  # by phase, where they are metered apart

    def add(self, site: Site) -> None:
        """Add the phases' meters and breakers."""
        grid = site.problem.grid
        apart = not grid.phase_netting and len(site.phases) > 1
        meters: list[tuple[IntArray, IntArray]] = []
        for index, phase in enumerate(site.phases):
            fixed = site.fixed_on_phase(index)
            flows = [flow for flow in site.flows if flow.shares[index] != 0.0]
            weights = [flow.shares[index] for flow in flows]
            low, up = site.reach(flows, weights)
            low, up = low + fixed, up + fixed
            limit = grid.phase_limit_kw * site.problem.hours
            if apart:
                meters.append(self._meter(site, flows, index, fixed, low, up))
            self._breaker(site, flows, index, phase, fixed, up, limit, 1.0)
            self._breaker(site, flows, index, phase, -fixed, -low, limit, -1.0)
        if apart:
            self._add_up(site, meters)

    @staticmethod
    def _breaker(
        site: Site,
        flows: list[Flow],
        index: int,
        phase: str,
        fixed: FloatArray,
        most: FloatArray,
        limit: FloatArray,
        direction: float,
    ) -> None:
        """Hold what flows in one direction (1: import) within the limit."""
        slots = np.flatnonzero(most > limit + 1e-9)
        if slots.size == 0:
            return
        model = site.model
        rows = model.rows(slots.size, up=(limit - fixed)[slots])
        row_of_slot = rows_of(slots, rows, site.slots.size)
        for flow in flows:
            taken = direction * flow.shares[index] * flow.kwh
            put_by_slot(model, row_of_slot, flow.slots, flow.columns, taken)
        beyond = self_inflicted(site, index, limit, direction)
        given = slots[beyond[slots]]
        slack = site.slack(
            given.size, Tier.BREAKER, BreachKind.BREAKER, device_id=phase, slots=given
        )
        model.put(row_of_slot[given], slack, -1.0)

    def _meter(
        self,
        site: Site,
        flows: list[Flow],
        index: int,
        fixed: FloatArray,
        low: FloatArray,
        up: FloatArray,
    ) -> tuple[IntArray, IntArray]:
        """Add a phase's own import and export."""
        model, count = site.model, site.slots.size
        most_in, most_out = np.maximum(up, 0.0), np.maximum(-low, 0.0)
        imported, exported = model.columns(count, most_in), model.columns(count, most_out)
        rows = model.rows(count, (imported, 1.0), (exported, -1.0), low=fixed, up=fixed)
        for flow in flows:
            model.put(rows[flow.slots], flow.columns, -flow.shares[index] * flow.kwh)
        self.meter_rows.append(rows)
        netted = site.problem.export_price <= site.problem.import_price
        site.pairs.append(Pair(imported, exported, netted))
        return imported, exported

    def _add_up(self, site: Site, meters: list[tuple[IntArray, IntArray]]) -> None:
        """Bill the phases' imports and exports, each added up."""
        count = site.slots.size
        for total, side in ((self._exchange.imported, 0), (self._exchange.exported, 1)):
            parts = [(meter[side], -1.0) for meter in meters]
            most = sum((site.model.up[meter[side]] for meter in meters), start=np.zeros(count))
            site.model.limit(total, most)
            site.model.rows(count, (total, 1.0), *parts, low=0.0, up=0.0)


def self_inflicted(site: Site, index: int, limit: FloatArray, direction: float) -> BoolArray:
    """Tell in which slots the household alone is beyond a phase's limit."""
    load = site.problem.grid.load_shares[index] * site.problem.load_kwh
    return direction * load > limit
