"""A reserve in kWh as a state of charge."""

from collections.abc import Collection

from ..engine.buffer.types import FULL_PERCENT
from ..wiring import BatteryConfig


def percent_for(batteries: Collection[BatteryConfig], needed_kwh: float) -> float:
    """Return the SoC in percent from which all batteries together give ``needed_kwh``.

    What they lose on the way and what they never give themselves comes on top.
    """
    capacity = sum(battery.capacity_kwh for battery in batteries)
    given: float = sum(each.capacity_kwh * each.round_trip_efficiency**0.5 for each in batteries)
    kept = sum(each.capacity_kwh * each.min_soc_percent for each in batteries)
    if given <= 0:
        return FULL_PERCENT
    return min(FULL_PERCENT, kept / capacity + FULL_PERCENT * needed_kwh / given)
