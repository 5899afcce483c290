"""The connection: how much may be imported and exported, and what is ordered to be."""

import numpy as np

from ..site import Site
from ..tiers import Tier
from ..types import BreachKind
from .balance import Exchange


class GridLimits:
    """Import and export limits; slack only where the household alone is beyond them."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def add(self, site: Site) -> None:
        """Add the limits and an ordered export."""
        self._add_import(site)
        self._add_export(site)
        self._add_ordered(site)

    def _add_import(self, site: Site) -> None:
        problem, model = site.problem, site.model
        if problem.grid.import_limit_kw is None:
            return
        limit = problem.grid.import_limit_kw * problem.hours
        beyond = site.least_import() > limit
        model.limit(self._exchange.imported[~beyond], limit[~beyond])
        slots = np.flatnonzero(beyond)
        slack = site.slack(slots.size, Tier.IMPORT, BreachKind.IMPORT_LIMIT, slots=slots)
        model.rows(
            slots.size, (self._exchange.imported[slots], 1.0), (slack, -1.0), up=limit[slots]
        )

    def _add_export(self, site: Site) -> None:
        problem, model = site.problem, site.model
        if problem.grid.export_limit_kw is None:
            return
        limit = problem.grid.export_limit_kw * problem.hours
        beyond = site.least_export() > limit
        model.limit(self._exchange.exported[~beyond], limit[~beyond])
        slots = np.flatnonzero(beyond)
        slack = site.slack(slots.size, Tier.IMPORT, BreachKind.EXPORT_LIMIT, slots=slots)
        model.rows(
            slots.size, (self._exchange.exported[slots], 1.0), (slack, -1.0), up=limit[slots]
        )

    def _add_ordered(self, site: Site) -> None:
        ordered = site.problem.least_export_kwh
        if ordered is None:
            return
        slots = np.flatnonzero(ordered > 0.0)  # NaN: free
        slack = site.slack(slots.size, Tier.MANUAL, BreachKind.MANUAL, slots=slots)
        columns = self._exchange.exported[slots]
        site.model.rows(slots.size, (columns, 1.0), (slack, 1.0), low=ordered[slots])
