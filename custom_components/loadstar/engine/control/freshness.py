"""How old a meter's values may be."""

from collections import deque
import itertools
import math

from .types import ControlSettings, MeterState

_REMEMBERED_REPORTS = 10
_UNKNOWN_PERIOD_S = 10.0
_SHORTEST_PERIOD_S = 1.0
_FUTURE_S = 1.0  # a report from further ahead means that the clock was set back


class Meter[T]:
    """The last believable value of one meter, and how far it can be relied on."""

    def __init__(self) -> None:
        """Begin without a value."""
        self.value: T | None = None
        self._reports: deque[float] = deque(maxlen=_REMEMBERED_REPORTS)
        self._waiting_since: float | None = None

    def read(
        self, value: T | None, at: float | None, now: float, settings: ControlSettings
    ) -> MeterState:
        """Take what the meter says (None: nothing believable) and return its state at ``now``."""
        if value is not None and at is not None and math.isfinite(at):
            self.value = value
            self._remember(at)
        if not self._reports:
            if self._waiting_since is None:
                self._waiting_since = now
            waited = now - self._waiting_since
            return MeterState.AGEING if 0 <= waited <= settings.stale_min_s else MeterState.STALE
        return self._state(now - self._reports[-1], settings)

    def _remember(self, at: float) -> None:
        if self._reports and at < self._reports[-1]:
            self._reports.clear()
        if not self._reports or at > self._reports[-1]:
            self._reports.append(at)

    def _state(self, age: float, settings: ControlSettings) -> MeterState:
        period = self._period()
        timeout = settings.stale_periods * (_UNKNOWN_PERIOD_S if period is None else period)
        timeout = min(max(timeout, settings.stale_min_s), settings.stale_max_s)
        if not -_FUTURE_S <= age <= timeout:
            return MeterState.STALE
        if period is None or age > settings.raise_periods * max(period, _SHORTEST_PERIOD_S):
            return MeterState.AGEING
        return MeterState.FRESH

    def _period(self) -> float | None:
        """Return the usual time between rounds of reports in s.

        The second longest gap: a meter's entities report in bursts, and one outage
        is no period.
        """
        reports = list(self._reports)
        gaps = sorted(
            (later - earlier for earlier, later in itertools.pairwise(reports)),
            reverse=True,
        )
        if not gaps:
            return None
        return gaps[1] if len(gaps) > 2 else gaps[0]  # noqa: PLR2004  two gaps are no majority
