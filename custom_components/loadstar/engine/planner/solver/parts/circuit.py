"""A circuit: what hangs behind it stays within its limit on each phase."""

import numpy as np

from ..site import Site, put_by_slot, rows_of


class Circuit:
    """A row per phase and slot where its devices can be more than it carries.

    With everything behind it off nothing flows, so it never gives.
    """

    def __init__(self, circuit_id: str, limit_kw: float) -> None:
        """Take its name and what it carries per phase."""
        self._circuit_id = circuit_id
        self._limit_kw = max(limit_kw, 0.0)

    def add(self, site: Site) -> None:
        """Add its rows; after the devices."""
        limit = self._limit_kw * site.problem.hours
        behind = [flow for flow in site.flows if self._circuit_id in flow.circuits]
        for index in range(len(site.phases)):
            _, up = site.reach((flow, flow.shares[index]) for flow in behind)
            slots = np.flatnonzero(up > limit + 1e-9)
            rows = site.model.rows(slots.size, up=limit[slots])
            row_of_slot = rows_of(slots, rows, site.slots.size)
            for flow in behind:
                taken = flow.shares[index] * flow.kwh
                put_by_slot(site.model, row_of_slot, flow.slots, flow.columns, taken)
