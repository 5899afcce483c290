"""When a charger starts and when it stops."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
import math


class Stage(Enum):
    """Where a charger stands between standing still and charging."""

    OFF = auto()
    WAITING = auto()  # its share has come, but not for long enough
    PAUSED = auto()  # stopped too recently
    STARTING = auto()
    RUNNING = auto()
    ENDING = auto()  # its share has gone; held at its minimum


@dataclass(frozen=True, slots=True)
class Verdict:
    """A stage and the seconds that are left of it."""

    stage: Stage
    left_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StopRule:
    """How long a charger without a share is held at its minimum, and then kept off."""

    wait_s: float
    pause_s: float


class StartStop:
    """Start and stop of one charger."""

    def __init__(self) -> None:
        """Begin standing still."""
        self.running = False
        self._enough_since: float | None = None
        self._short_since: float | None = None
        self._paused_until = -math.inf

    def adopt(self) -> None:
        """Take over a charger that runs already."""
        self.running = True
        self._paused_until = -math.inf

    def unsettle(self) -> None:
        """Begin all waiting anew: what it rested on is no longer known."""
        self._enough_since = self._short_since = None

    def stop(self, time: float, pause_s: float) -> None:
        """Stop at once and keep off for ``pause_s``."""
        self.running = False
        self._enough_since = self._short_since = None
        self._paused_until = time + pause_s

    def decide(
        self,
        *,
        enough: bool,
        time: float,
        rule: StopRule,
        start_delay_s: float,
        still_short: Callable[[], bool],
    ) -> Verdict:
        """Return the stage of a charger that has its minimum (``enough``) or not.

        A stop that is due must be confirmed by ``still_short``, which looks at the
        measurements of this instant.
        """
        if not self.running:
            return self._standing(time, rule, start_delay_s, enough=enough)
        self._enough_since = None
        if enough:
            self._short_since = None
            return Verdict(Stage.RUNNING)
        if self._short_since is None:
            self._short_since = time
        left = self._short_since + rule.wait_s - time
        if left > 0 or not still_short():
            return Verdict(Stage.ENDING, max(0.0, left))
        self.stop(time, rule.pause_s)
        return Verdict(Stage.OFF)

    def _standing(
        self, time: float, rule: StopRule, start_delay_s: float, *, enough: bool
    ) -> Verdict:
        if not enough:
            self._enough_since = None
            return Verdict(Stage.OFF)
        if self._enough_since is None:
            self._enough_since = time
        waiting = self._enough_since + start_delay_s - time
        # who has been given a mode without pauses meanwhile need not sit one out
        paused = self._paused_until - time if rule.pause_s > 0 else 0.0
        if max(waiting, paused) <= 0:
            return Verdict(Stage.STARTING)
        return (
            Verdict(Stage.PAUSED, paused) if paused > waiting else Verdict(Stage.WAITING, waiting)
        )
