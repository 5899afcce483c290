"""What a user has ordered of a device, and what the last plan meant it to do."""

import numpy as np

from ..model import IntArray
from ..site import Site, put_by_slot, rows_of
from ..tiers import Tier
from ..types import BreachKind, FloatArray, ObjectiveTerm, Orders

type Terms = list[tuple[IntArray, FloatArray]]  # columns per slot, kWh per unit


def obey(site: Site, orders: Orders | None, device_id: str, slots: IntArray, terms: Terms) -> None:
    """Bound the sum of terms in ``slots`` as ordered, as far as the device can."""
    if orders is None:
        return
    for bound, sign in ((orders.least_kwh, 1.0), (orders.most_kwh, -1.0)):
        ordered = np.flatnonzero(~np.isnan(bound))
        slack = site.slack(Tier.MANUAL, BreachKind.MANUAL, device_id=device_id, slots=ordered)
        rows = site.model.rows(ordered.size, (slack, 1.0), low=sign * bound[ordered])
        row_of_slot = rows_of(ordered, rows, site.slots.size)
        for columns, kwh in terms:
            put_by_slot(site.model, row_of_slot, slots, columns, sign * kwh)


def stay(site: Site, device_id: str, slots: IntArray, terms: Terms) -> None:
    """Price each kWh by which the sum of terms in ``slots`` leaves the last plan."""
    price, previous = site.config.churn_cost_per_kwh, site.problem.previous
    if price == 0.0 or previous is None or device_id not in previous.energy_kwh:
        return
    last = previous.energy_kwh[device_id][slots]
    known = np.flatnonzero(~np.isnan(last))
    more, less = site.model.columns(known.size), site.model.columns(known.size)
    site.model.cost(ObjectiveTerm.SHAPING, np.r_[more, less], price)
    parts = [(columns[known], kwh[known]) for columns, kwh in terms]
    bound = last[known]
    site.model.rows(known.size, *parts, (more, -1.0), (less, 1.0), low=bound, up=bound)
