"""What a charger does when its connection is cut, as far as the grid meter shows it."""

from collections.abc import Sequence
from enum import StrEnum
import statistics
from typing import Final

from ..control.types import ChargerReading
from .sample import Level, Sample, terminals_in_use
from .stepping import LevelState, Stepper
from .types import TOTAL_LINE, ChargerPlan

CUT_S: Final = 130.0  # longer than a set-point's life
LEAST_FALL_A: Final = 2.0
_CUT_PATIENCE_S: Final = 30.0
_LIFE_S: Final = 120.0
_LATE_S: Final = 30.0
_EARLY_S: Final = 15.0
_SIDE_S: Final = 12.0  # of a window on either side of a fall
_GAP_S: Final = 3.0  # around it that belongs to neither
_LEAST_SAMPLES: Final = 2
_FIT: Final = 0.35


class Cut(StrEnum):
    """How the test stands, or ended."""

    RUNNING = "running"
    WANTED = "wanted"  # said once: now the connection may be cut
    FELL = "fell"
    KEPT = "kept"
    UNCLEAR = "unclear"
    NOT_CUT = "not_cut"


class DisconnectTest:
    """Hold the higher current, then watch the meter while the charger is cut off."""

    def __init__(self, plan: ChargerPlan, moved: str) -> None:
        """Begin to hold; ``moved`` names the lines that show the charger."""
        self._fallback_a = plan.fallback_a
        self._moved_lines = moved
        self._holding = Stepper(plan.high_a, plan.high_a)
        self._level: Level | None = None
        self._asked_at = 0.0
        self._cut_at: float | None = None
        self._due: float | None = None
        self._samples: list[Sample] = []
        self.state = Cut.RUNNING
        self.fell_after_s: float | None = None

    def observe(self, sample: Sample, charger: ChargerReading) -> Cut:
        """Take one look and return how the test stands."""
        self.state = self._look(sample, charger)
        return self.state

    def _look(self, sample: Sample, charger: ChargerReading) -> Cut:
        if self._level is None:
            return self._hold(sample, charger)
        if self._cut_at is None:
            return self._await_cut(sample, charger)
        if charger.connected:
            return Cut.NOT_CUT if sample.now < self._due_at(self._cut_at) else self._judge()
        if sample.grid is not None:
            self._samples.append(sample)
        over = sample.now - self._cut_at > _LIFE_S + _LATE_S
        return self._judge() if over else Cut.RUNNING

    def _hold(self, sample: Sample, charger: ChargerReading) -> Cut:
        if not charger.connected:
            return Cut.NOT_CUT
        state = self._holding.observe(sample)
        if state is LevelState.RUNNING:
            return Cut.RUNNING
        self._level = self._holding.level() if state is LevelState.DONE else None
        if self._level is None:
            return Cut.NOT_CUT
        self._asked_at = sample.now
        return Cut.WANTED

    def _await_cut(self, sample: Sample, charger: ChargerReading) -> Cut:
        if charger.connected:
            self._due = charger.fallback_due
            late = sample.now - self._asked_at > _CUT_PATIENCE_S
            return Cut.NOT_CUT if late else Cut.RUNNING
        self._cut_at = sample.now
        return Cut.RUNNING

    def _due_at(self, cut_at: float) -> float:
        """Return when its set-point runs out; nothing has renewed it since the cut."""
        latest = cut_at + _LIFE_S
        return latest if self._due is None else min(latest, self._due)

    def _is_due(self, time: float, cut_at: float) -> bool:
        due = self._due_at(cut_at)
        # where nobody knows when it ran out, any time will do
        earliest = cut_at if self._due is None else due - _EARLY_S
        return earliest <= time <= due + _LATE_S

    def _judge(self) -> Cut:
        """Say what the meter showed, by a sudden fall and by where it ended."""
        if self._level is None or self._cut_at is None or not self._samples:
            return Cut.UNCLEAR
        last = self._samples[-1].now
        end = self._loads(last - _SIDE_S, last)
        if end is None:
            return Cut.UNCLEAR
        before = _total(self._level.grid, self._level.inverter)
        change = self._changes(before, end)
        falls = [
            sample.now
            for sample in self._samples
            if self._is_due(sample.now, self._cut_at) and self._falls_at(sample.now)
        ]
        if falls and self._is_fall(change):
            self.fell_after_s = statistics.median(falls) - self._cut_at
            return Cut.FELL
        stayed = min(change) > self._falls()[0] / 2
        return Cut.KEPT if stayed and not falls else Cut.UNCLEAR

    def _falls(self) -> tuple[float, float]:
        """Return the change in A per line of a fall to the fallback, and of one to nothing."""
        level = self._level
        known = [value for value in level.drawn if value is not None] if level else []
        drawn = max(known, default=0.0)
        # of a meter that gives the sum, all phases in use fall on its one line
        times = len(terminals_in_use(known)) if TOTAL_LINE in self._moved_lines else 1
        return (self._fallback_a - drawn) * times, -drawn * times

    def _falls_at(self, time: float) -> bool:
        before = self._loads(time - _GAP_S - _SIDE_S, time - _GAP_S)
        after = self._loads(time + _GAP_S, time + _GAP_S + _SIDE_S)
        if before is None or after is None:
            return False
        return self._is_fall(self._changes(before, after))

    def _is_fall(self, changes: Sequence[float]) -> bool:
        """Whether the draw fell to the fallback, or to nothing, on every phase in use."""
        return any(
            all(abs(change - fall) <= max(1.0, -_FIT * fall) for change in changes)
            for fall in self._falls()
        )

    def _changes(self, before: Sequence[float], after: Sequence[float]) -> list[float]:
        lines = self._level.lines if self._level else ()
        return [
            new - old
            for line, old, new in zip(lines, before, after, strict=True)
            if line in self._moved_lines
        ]

    def _loads(self, since: float, until: float) -> tuple[float, ...] | None:
        """Return the medians of load per line between two times, None where too little is known."""
        loads = [
            _total(it.grid, it.inverter)
            for it in self._samples
            if it.grid is not None and since <= it.now <= until
        ]
        if len(loads) < _LEAST_SAMPLES:
            return None
        return tuple(statistics.median(values) for values in zip(*loads, strict=True))


def _total(grid: Sequence[float], inverter: Sequence[float]) -> tuple[float, ...]:
    return tuple(taken + given for taken, given in zip(grid, inverter, strict=True))
