"""What the household uses on a mean day."""

from collections import defaultdict
from datetime import date, tzinfo
from typing import Final

from .types import Series

# Home Assistant restarts and sensors pause: a day with most of its hours counts.
_LEAST_HOURS: Final = 20.0


def mean_daily_kwh(power_kw: Series, zone: tzinfo) -> float | None:
    """Return the mean energy of the local days that were seen nearly whole, None of none.

    ``power_kw`` below 0 counts as nothing: a household does not generate.
    """
    energy: defaultdict[date, float] = defaultdict(float)
    hours: defaultdict[date, float] = defaultdict(float)
    for item in power_kw:
        day = item.start.astimezone(zone).date()
        energy[day] += max(0.0, item.value) * item.hours
        hours[day] += item.hours
    days = [energy[day] * 24 / hours[day] for day in energy if hours[day] >= _LEAST_HOURS]
    return sum(days) / len(days) if days else None
