"""How far apart dear and cheap hours are."""

from collections.abc import Sequence
from statistics import quantiles


def spread(prices_per_kwh: Sequence[float]) -> float:
    """Return the 80th less the 20th percentile of equally long slots' prices; 0 of none."""
    if not prices_per_kwh:
        return 0.0
    p20, _, _, p80 = quantiles(prices_per_kwh, n=5, method="inclusive")
    return p80 - p20
