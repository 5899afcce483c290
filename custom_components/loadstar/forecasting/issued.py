"""What the PV source had said the day before, as Loadstar wrote it down."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import numpy as np

from ..engine.forecast.local_time import HOUR_S
from ..engine.forecast.types import HourlySeries
from ..engine.learning.types import SlotForecast

# Older issues count so little that the source's own sensor is good enough.
SPAN: Final = timedelta(days=60)
_SLOTS_PER_HOUR: Final = 4


def issued_hours(rows: Iterable[SlotForecast]) -> HourlySeries:
    """Return the source's kWh of the hours of which every slot is known."""
    slots: defaultdict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row.pv_source_kwh is not None:
            slots[int(row.start.timestamp()) // HOUR_S * HOUR_S].append(row.pv_source_kwh)
    hours = sorted(hour for hour, parts in slots.items() if len(parts) == _SLOTS_PER_HOUR)
    return HourlySeries(
        start_s=np.array(hours, dtype=np.int64),
        values=np.array([sum(slots[hour]) for hour in hours], dtype=np.float64),
    )
