"""A draw over the set-point, told apart from a cut that is still on its way."""

from collections import deque
import math

from .types import ControlSettings

_SAMPLES = 3
_TAKEN_WITHIN_S = 60.0  # a set-point that is not taken by then is not obeyed


class Overdraw:
    """Compares one charger's reports with what it has been told."""

    def __init__(self) -> None:
        """Begin without a report; what it was told before is not known."""
        self.drawn = 0.0  # A per phase, as last reported
        self.told = math.inf  # A, the most that it may be following still
        self.persists = False  # a draw over all that, three samples long
        self._in_force: deque[tuple[float, float]] = deque([(-math.inf, math.inf)])  # since, A
        self._untaken_since: float | None = None
        self._over = 0
        self._resting = 0

    def tell(
        self, set_point: float, accepted: float | None, time: float, settings: ControlSettings
    ) -> None:
        """Take what the charger is told now, and the last set-point that it took, in A."""
        told = self._in_force
        if told[-1][1] != set_point:
            told.append((time, set_point))
        while len(told) > 1 and told[1][0] <= time - settings.disobedience_s:
            told.popleft()
        self.told = max(current for _, current in told)
        if accepted is None or accepted <= set_point:
            self._untaken_since = None
            return
        if self._untaken_since is None:
            self._untaken_since = time
        if time - self._untaken_since < _TAKEN_WITHIN_S:
            self.told = max(self.told, accepted)

    def report(self, drawn: float, settings: ControlSettings) -> None:
        """Take a new report of the highest A that it draws on a phase."""
        tolerance = settings.disobedience_a
        falls = drawn < self.drawn - tolerance
        self.drawn = drawn
        self._resting = self._resting + 1 if drawn <= tolerance else 0
        if drawn <= self._in_force[-1][1] + tolerance:
            self._over = 0
        else:
            # what still falls is on its way
            self._over = 1 if falls else self._over + 1
        self.persists = self._over >= _SAMPLES and drawn > self.told + tolerance

    def forget(self) -> None:
        """Begin to count anew."""
        self._over = self._resting = 0
        self.persists = False

    @property
    def rests(self) -> bool:
        """Whether it has been seen to draw nothing."""
        return self._resting >= _SAMPLES
