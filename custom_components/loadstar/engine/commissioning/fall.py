"""What the meter shows of a charger that falls to its fallback, and of one that rises again."""

from collections.abc import Sequence
import statistics
from typing import Final

from .sample import Level, Sample, terminals_in_use
from .types import TOTAL_LINE

_SIDE_S: Final = 12.0  # of a window on either side of a change
_GAP_S: Final = 3.0  # around it that belongs to neither
_LEAST_SAMPLES: Final = 2
_FIT: Final = 0.35
_LEAST_FIT_A: Final = 1.0


class Watch:
    """The load on a charger's lines from one level on: meter and inverter together."""

    def __init__(self, level: Level, moved: str, fallback_a: float) -> None:
        """Compare with ``level``; ``moved`` names the lines that show the charger."""
        self._level = level
        self._lines = [index for index, line in enumerate(level.lines) if line in moved]
        drawn = max((value for value in level.drawn if value is not None), default=0.0)
        # of a meter that gives the sum, all phases in use fall on its one line
        phases = len(terminals_in_use(level.drawn)) if TOTAL_LINE in moved else 1
        self._falls = ((fallback_a - drawn) * phases, -drawn * phases)
        self._samples: list[Sample] = []

    @property
    def lines(self) -> int:
        """How many lines show the charger."""
        return len(self._lines)

    def add(self, sample: Sample) -> None:
        """Take one look."""
        if sample.grid is not None:
            self._samples.append(sample)

    def fell_before(self, time: float) -> float | None:
        """Return when the load fell to the fallback, or to nothing, before ``time``."""
        times = [
            it.now
            for it in self._samples
            if it.now < time - _GAP_S and self._changes_at(it.now, sign=1.0)
        ]
        # the windows fit for some seconds on either side of the change itself
        return statistics.median(times) if times else None

    def rose_after(self, time: float) -> bool:
        """Whether the load rose again after ``time`` as it had fallen before."""
        return any(self._changes_at(it.now, sign=-1.0) for it in self._samples if it.now >= time)

    def is_low(self, time: float) -> bool:
        """Whether the load before ``time`` was by such a fall under that of the level."""
        return self._is_fall(self._since_level(time), sign=1.0)

    def has_stayed(self, time: float) -> bool:
        """Whether the load before ``time`` was not clearly under that of the level."""
        change = self._since_level(time)
        return bool(change) and min(change) > self._falls[0] / 2

    def _since_level(self, time: float) -> list[float]:
        now = self._loads(time - _SIDE_S, time)
        before = [self._level.grid[i] + self._level.inverter[i] for i in self._lines]
        return [] if now is None else [new - old for old, new in zip(before, now, strict=True)]

    def _changes_at(self, time: float, sign: float) -> bool:
        before = self._loads(time - _GAP_S - _SIDE_S, time - _GAP_S)
        after = self._loads(time + _GAP_S, time + _GAP_S + _SIDE_S)
        if before is None or after is None:
            return False
        return self._is_fall([new - old for old, new in zip(before, after, strict=True)], sign)

    def _is_fall(self, changes: Sequence[float], sign: float) -> bool:
        return bool(changes) and any(
            all(abs(sign * it - fall) <= max(_LEAST_FIT_A, -_FIT * fall) for it in changes)
            for fall in self._falls
        )

    def _loads(self, since: float, until: float) -> list[float] | None:
        """Return the median load per line between two times, None where too little is known."""
        rows = [
            [it.grid[index] + it.inverter[index] for index in self._lines]
            for it in self._samples
            if it.grid is not None and since <= it.now <= until
        ]
        if len(rows) < _LEAST_SAMPLES:
            return None
        return [statistics.median(values) for values in zip(*rows, strict=True)]
