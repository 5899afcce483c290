"""A peak tariff: the fee is on the mean of a month's highest daily peaks."""

import numpy as np

from ..model import IntArray
from ..site import Site, Values
from ..types import KeplerPeak, ObjectiveTerm
from .balance import NO_COLUMNS, Exchange


class Peak:
    """fee * (level + sum over days of beyond / N), beyond >= day's peak - level.

    The least of it over the level is the exact mean of the N highest days. The level
    starts at what the month will see anyway.
    """

    def __init__(self, peak: KeplerPeak, exchange: Exchange) -> None:
        """Take a billing month and what is imported."""
        self._peak = peak
        self._exchange = exchange
        self._level = NO_COLUMNS
        self._beyond = NO_COLUMNS
        self._base_kw = 0.0

    def add(self, site: Site) -> None:
        """Add the level, the days and their windows."""
        peak, model = self._peak, site.model
        self._base_kw = max(peak.base_kw, 0.0)
        past = np.array([kw for kw in peak.past_kw if kw > self._base_kw])
        so_far = np.maximum(np.array(peak.so_far_kw, dtype=np.float64), 0.0)
        self._level = model.columns(1, low=self._base_kw)
        self._beyond = model.columns(past.size + so_far.size)
        days = model.columns(so_far.size, low=so_far)
        level = np.repeat(self._level, self._beyond.size)
        rows = model.rows(
            self._beyond.size,
            (self._beyond, 1.0),
            (level, 1.0),
            low=np.r_[past, np.zeros(so_far.size)],
        )
        model.put(rows[past.size :], days, -1.0)
        self._add_windows(site, days)
        fee, counted = peak.fee_per_kw, max(peak.peaks_counted, 1)
        model.cost(ObjectiveTerm.PEAK, self._level, fee)
        model.cost(ObjectiveTerm.PEAK, self._beyond, fee / counted)
        model.constant(ObjectiveTerm.PEAK, -fee * self._base_kw)

    def _add_windows(self, site: Site, days: IntArray) -> None:
        """Lift each day's peak to the mean import of its windows."""
        windows = [window for window in self._peak.windows if window.slots]
        if not windows:
            return
        hours = np.array([window.hours for window in windows])
        metered = np.array([window.metered_kwh for window in windows])
        of_day = days[[window.day for window in windows]]
        rows = site.model.rows(len(windows), (of_day, hours), low=metered)
        sizes = [len(window.slots) for window in windows]
        slots = np.concatenate([np.array(window.slots, dtype=np.int64) for window in windows])
        site.model.put(np.repeat(rows, sizes), self._exchange.imported[slots], -1.0)

    def charged_kw(self, values: Values) -> float:
        """Return the mean of the month's highest daily peaks."""
        beyond = float(np.sum(values[self._beyond]))
        return float(values[self._level][0]) + beyond / max(self._peak.peaks_counted, 1)
