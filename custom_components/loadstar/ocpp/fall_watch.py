"""Whether a charger's current falls when its set-point runs out."""

from enum import Enum, auto

# a difference that a meter's noise and a car's own rounding do not make
FALLEN_A = 1.0
DRAWING_A = 2.0
# a charger's clock, and what we know of it, may be off by this much
EARLY_S = 15.0
# one value may be a slip
SAMPLES = 2


class Verdict(Enum):
    """What was seen."""

    FELL = auto()
    STAYED = auto()
    FELL_EARLY = auto()  # the car itself takes less: the charger has shown nothing
    UNSEEN = auto()  # no value while the set-point was in force
    NO_VALUES = auto()
    WAVERED = auto()  # about the line between the two, for as long again as a fall may take


class FallWatch:
    """Watches a car's largest phase current from one set-point to the fallback after it."""

    def __init__(
        self, *, current: float, fallback: float, began_at: float, ends_at: float, interval_s: float
    ) -> None:
        """Expect ``fallback`` A once the set-point of ``current`` A has run out at ``ends_at``.

        Values come every ``interval_s``; ``began_at`` is when the set-point was sent.
        """
        self.current = current
        self.fallback = fallback
        self.ends_at = ends_at
        self.patience_s = patience(interval_s)
        self.last_peak: float | None = None
        self.fell_after_s = 0.0
        self._began_at = self._heard_at = began_at
        self._drew = False
        self._fallen = 0  # values in a row
        self._stayed = 0

    def measured(self, peak: float, at: float) -> Verdict | None:
        """Take in a value that was measured at ``at``; return the verdict once there is one."""
        if at < self._began_at:
            return None
        self._heard_at = max(self._heard_at, at)
        self.last_peak = peak
        if at < self.ends_at - EARLY_S:
            self._drew = peak >= self.fallback + DRAWING_A
            return None if self._drew else Verdict.FELL_EARLY
        if not self._drew:
            return Verdict.UNSEEN
        has_fallen = peak <= self.fallback + FALLEN_A
        verdict = self._falls(at) if has_fallen else self._stays(at)
        is_over = at > self.ends_at + 2 * self.patience_s
        return Verdict.WAVERED if verdict is None and is_over else verdict

    def looked_at(self, now: float) -> Verdict | None:
        """Return the verdict where values have stopped coming."""
        return Verdict.NO_VALUES if now - self._heard_at > self.patience_s else None

    def _falls(self, at: float) -> Verdict | None:
        self._stayed = 0
        if self._fallen == 0:
            self.fell_after_s = max(0.0, at - self.ends_at)
        self._fallen += 1
        return Verdict.FELL if self._fallen >= SAMPLES else None

    def _stays(self, at: float) -> Verdict | None:
        self._fallen = 0
        self._stayed += 1
        is_late = at >= self.ends_at + self.patience_s
        return Verdict.STAYED if is_late and self._stayed >= SAMPLES else None


def patience(interval_s: float) -> float:
    """Return how long a fall may take to show: 30 s, or three values where those take longer."""
    return max(30.0, 3 * interval_s)
