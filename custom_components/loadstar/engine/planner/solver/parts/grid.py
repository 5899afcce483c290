"""The connection: how much may be imported and exported, and what is ordered to be."""

import numpy as np

from ..model import IntArray
from ..site import Site
from ..tiers import Tier
from ..types import BreachKind, FloatArray
from .balance import Exchange


class GridLimits:
    """Import and export limits; slack only where the household alone is beyond them."""

    def __init__(self, exchange: Exchange) -> None:
        """Take the whole house's import and export."""
        self._exchange = exchange

    def add(self, site: Site) -> None:
        """Add the limits and an ordered export."""
        grid, exchange = site.problem.grid, self._exchange
        if grid.import_limit_kw is not None:
            least, limit = site.least_import(), grid.import_limit_kw
            _hold(site, exchange.imported, limit, least, BreachKind.IMPORT_LIMIT)
        if grid.export_limit_kw is not None:
            least, limit = site.least_export(), np.full(site.slots.size, grid.export_limit_kw)
            _hold(site, exchange.exported, limit, least, BreachKind.EXPORT_LIMIT)
        ordered = site.problem.least_export_kwh
        if ordered is not None:
            slots = np.flatnonzero(ordered > 0.0)  # NaN: free
            slack = site.slack(Tier.MANUAL, BreachKind.MANUAL, slots=slots)
            columns = exchange.exported[slots]
            site.model.rows(slots.size, (columns, 1.0), (slack, 1.0), low=ordered[slots])


def _hold(
    site: Site, columns: IntArray, limit_kw: FloatArray, least: FloatArray, kind: BreachKind
) -> None:
    """Hold columns within a limit, which gives where the household alone is beyond it."""
    limit = np.maximum(limit_kw, 0.0) * site.problem.hours
    beyond = least > limit
    site.model.limit(columns[~beyond], limit[~beyond])
    slots = np.flatnonzero(beyond)
    slack = site.slack(Tier.IMPORT, kind, slots=slots)
    site.model.rows(slots.size, (columns[slots], 1.0), (slack, -1.0), up=limit[slots])
