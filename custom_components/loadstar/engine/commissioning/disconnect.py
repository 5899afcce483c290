"""What a charger does when its connection is cut, as far as the grid meter shows it."""

from enum import StrEnum
from typing import Final

from ..control.types import ChargerReading
from .fall import Watch
from .sample import Sample
from .stepping import LevelState, Stepper
from .types import ChargerPlan

CUT_S: Final = 130.0  # longer than a set-point's life
LEAST_FALL_A: Final = 2.0
_CUT_PATIENCE_S: Final = 30.0
_LIFE_S: Final = 120.0
_LATE_S: Final = 30.0
_EARLY_S: Final = 10.0
_RETURN_PATIENCE_S: Final = 300.0  # after the cut; some wait long before they try again
_RISEN_S: Final = 60.0  # after the return: set-point, car and meter


class Cut(StrEnum):
    """How the test stands, or ended."""

    RUNNING = "running"
    WANTED = "wanted"  # said once: now the connection may be cut
    FELL = "fell"
    KEPT = "kept"
    UNCLEAR = "unclear"
    NOT_CUT = "not_cut"


class DisconnectTest:
    """Hold the higher current, cut the connection, and watch the meter until it is back.

    A charger that fell back rises again once it is told to: a load that happened to
    switch off does not.
    """

    def __init__(self, plan: ChargerPlan, moved: str) -> None:
        """Begin to hold; ``moved`` names the lines that show the charger."""
        self._fallback_a = plan.fallback_a
        self._moved = moved
        self._holding = Stepper(plan.high_a, plan.high_a)
        self._watch: Watch | None = None
        self._asked_at = 0.0
        self._due: float | None = None
        self._cut_at: float | None = None
        self._returned_at: float | None = None
        self.state = Cut.RUNNING
        self.fell_after_s: float | None = None

    def observe(self, sample: Sample, charger: ChargerReading) -> Cut:
        """Take one look and return how the test stands."""
        if self._watch is None:
            self.state = self._hold(sample, charger)
        elif self._cut_at is None:
            self.state = self._await_cut(sample, charger)
        else:
            self._watch.add(sample)
            self.state = self._await_return(self._watch, self._cut_at, sample.now, charger)
        return self.state

    def _hold(self, sample: Sample, charger: ChargerReading) -> Cut:
        if not charger.connected:
            return Cut.NOT_CUT
        self._due = charger.fallback_due
        state = self._holding.observe(sample)
        if state is LevelState.RUNNING:
            return Cut.RUNNING
        level = self._holding.level() if state is LevelState.DONE else None
        if level is None:
            return Cut.NOT_CUT
        self._watch = Watch(level, self._moved, self._fallback_a)
        self._asked_at = sample.now
        return Cut.WANTED

    def _await_cut(self, sample: Sample, charger: ChargerReading) -> Cut:
        if charger.connected:
            self._due = charger.fallback_due
            late = sample.now - self._asked_at > _CUT_PATIENCE_S
            return Cut.NOT_CUT if late else Cut.RUNNING
        self._cut_at = sample.now
        return Cut.RUNNING

    def _await_return(
        self, watch: Watch, cut_at: float, now: float, charger: ChargerReading
    ) -> Cut:
        if self._returned_at is None and charger.connected:
            if now < self._due_at(cut_at):
                return Cut.NOT_CUT
            self._returned_at = now
        if self._returned_at is not None:
            over = now - self._returned_at > _RISEN_S
        else:
            over = now - cut_at > _RETURN_PATIENCE_S
        return self._judge(watch, cut_at, now) if over else Cut.RUNNING

    def _due_at(self, cut_at: float) -> float:
        """Return when its set-point runs out; nothing has renewed it since the cut."""
        latest = cut_at + _LIFE_S
        return latest if self._due is None else min(latest, self._due)

    def _judge(self, watch: Watch, cut_at: float, now: float) -> Cut:
        """Say what the meter showed before the return, and whether it showed the return."""
        due = self._due_at(cut_at)
        away_until = min(
            now if self._returned_at is None else self._returned_at, due + _LATE_S + _LATE_S
        )
        # where nobody knows when it ran out, any time will do
        earliest = cut_at if self._due is None else due - _EARLY_S
        fell_at = watch.fell_before(away_until)
        if fell_at is not None and not earliest <= fell_at <= due + _LATE_S:
            return Cut.UNCLEAR
        rose = self._returned_at is not None and watch.rose_after(self._returned_at)
        # several lines do not fall alike by chance
        believed = rose or (self._returned_at is None and watch.lines > 1)
        if fell_at is not None and believed and watch.is_low(away_until):
            self.fell_after_s = fell_at - cut_at
            return Cut.FELL
        stayed = watch.has_stayed(away_until) and not rose
        return Cut.KEPT if fell_at is None and stayed else Cut.UNCLEAR
