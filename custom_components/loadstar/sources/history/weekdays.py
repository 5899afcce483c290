"""What electricity cost at each hour of each weekday."""

from datetime import tzinfo

from .types import Series, WeekdayMeans


def weekday_means(prices: Series, zone: tzinfo) -> WeekdayMeans:
    """Return the mean by weekday and hour of the local day, of those that were seen."""
    sums: dict[tuple[int, int], tuple[float, float]] = {}
    for item in prices:
        local = item.start.astimezone(zone)
        key = (local.weekday(), local.hour)
        money, hours = sums.get(key, (0.0, 0.0))
        sums[key] = (money + item.value * item.hours, hours + item.hours)
    return {key: money / hours for key, (money, hours) in sums.items()}
