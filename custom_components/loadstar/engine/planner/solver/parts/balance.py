"""Energy: what comes in and what is made equals what goes out and what is used."""

import numpy as np

from ..model import IntArray
from ..site import Flow, Pair, Site
from ..types import ObjectiveTerm

NO_COLUMNS: IntArray = np.zeros(0, np.int64)
ROOM_KWH = 1.0  # beyond what can flow, so that no bound takes part in a dual


class Exchange:
    """Import and export of the whole house, and the PV that is left unused.

    Neither import nor export has a hard limit, so that every balance has a solution.
    """

    def __init__(self) -> None:
        """Begin without columns."""
        self.imported = NO_COLUMNS
        self.exported = NO_COLUMNS
        self.curtailed = NO_COLUMNS

    def add(self, site: Site) -> None:
        """Add the columns and what they cost; first, for other parts refer to them."""
        problem, model, count = site.problem, site.model, site.slots.size
        self.imported, self.exported = model.columns(count), model.columns(count)
        self.curtailed = model.columns(count, np.maximum(problem.pv_kwh, 0.0))
        shares = problem.grid.inverter_shares
        site.flows.append(
            Flow(
                device_id="",
                slots=site.slots,
                columns=self.curtailed,
                kwh=np.ones(count),
                shares=shares,
                behind_inverter=True,
            )
        )
        model.cost(ObjectiveTerm.IMPORT, self.imported, problem.import_price)
        model.cost(ObjectiveTerm.EXPORT, self.exported, -problem.export_price)


class Balance:
    """Import less export is load less PV and all that the devices take; after the devices."""

    def __init__(self, exchange: Exchange) -> None:
        """Take the import and export that are to be balanced."""
        self._exchange = exchange
        self.rows = NO_COLUMNS

    def add(self, site: Site) -> None:
        """Add the balance of each slot over all flows."""
        problem, model, exchange = site.problem, site.model, self._exchange
        net = problem.load_kwh - problem.pv_kwh
        low, up = site.reach((flow, 1.0) for flow in site.flows)
        self.rows = model.rows(
            site.slots.size, (exchange.imported, 1.0), (exchange.exported, -1.0), low=net, up=net
        )
        for flow in site.flows:
            model.put(self.rows[flow.slots], flow.columns, -flow.kwh)
        if problem.grid.phase_netting or len(site.phases) == 1:
            model.limit(exchange.imported, np.maximum(net + up, 0.0) + ROOM_KWH)
            model.limit(exchange.exported, np.maximum(-net - low, 0.0) + ROOM_KWH)
            site.pairs.append(Pair(exchange.imported, exchange.exported, site.netted))
        for slots, columns in site.surplus_only:
            never = np.zeros(slots.size, np.bool_)
            site.pairs.append(Pair(columns, exchange.imported[slots], never))
