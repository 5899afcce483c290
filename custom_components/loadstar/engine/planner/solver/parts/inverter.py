"""The inverter: what PV and batteries send through it together is limited."""

import numpy as np

from ..site import Site, put_by_slot, rows_of


class Inverter:
    r"""\|PV - curtailed + discharge - charge\| within the AC limit; rows only where it can bind.

    With all PV curtailed and the batteries at rest nothing flows, so it never gives.
    """

    def add(self, site: Site) -> None:
        """Add a row for each direction; after the devices."""
        most_kw = site.problem.grid.inverter_max_kw
        if most_kw is None:
            return
        model, limit = site.model, most_kw * site.problem.hours
        flows = [flow for flow in site.flows if flow.behind_inverter]
        low, up = site.reach((flow, 1.0) for flow in flows)
        pv = site.problem.pv_kwh
        for slots, bound, sign in (
            (np.flatnonzero(pv - low > limit + 1e-9), limit - pv, -1.0),
            (np.flatnonzero(up - pv > limit + 1e-9), limit + pv, 1.0),
        ):
            rows = model.rows(slots.size, up=bound[slots])
            row_of_slot = rows_of(slots, rows, site.slots.size)
            for flow in flows:
                put_by_slot(model, row_of_slot, flow.slots, flow.columns, sign * flow.kwh)
