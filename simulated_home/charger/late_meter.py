"""A meter whose values arrive late."""

from collections import deque
from typing import override

from loadstar_engine.simulation import Evse

from .configuration import MEASURANDS
from .metering import Meter, MeterConfig, SampledValue

LATE_S = 10.0


class LateMeter(Meter):
    """Says what it measured 10 s ago, and that it was then."""

    def __init__(self, evse: Evse, config: MeterConfig) -> None:
        """Watch ``evse``."""
        super().__init__(evse, config)
        self._seen: deque[tuple[float, list[SampledValue]]] = deque()

    @override
    def observe(self, now: float) -> None:
        self._seen.append(super().read([*sorted(MEASURANDS), "SoC"], now))
        while len(self._seen) > 1 and self._seen[1][0] <= now - LATE_S:
            self._seen.popleft()

    @override
    def read(self, measurands: list[str], now: float) -> tuple[float, list[SampledValue]]:
        measured_at, values = self._seen[0]
        wanted = [value for name in measurands for value in values if value["measurand"] == name]
        return measured_at, wanted
