"""What the household uses on a mean day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Final

from .types import Series

# Home Assistant restarts and sensors pause: a day with most of its hours counts.
_LEAST_HOURS: Final = 20.0


def without_loads(power_kw: Series, loads_kw: Iterable[Series]) -> Series:
    """Return the household's power less that of loads, where those are known."""
    drawn: defaultdict[datetime, float] = defaultdict(float)
    for load in loads_kw:
        for item in load:
            drawn[item.start] += max(0.0, item.value)
    return [replace(item, value=item.value - drawn.get(item.start, 0.0)) for item in power_kw]


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
