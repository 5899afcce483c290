"""When to go from one current to the other: not before charger and meter have shown the last."""

from collections.abc import Sequence
from enum import StrEnum
import math
from typing import Final

from .sample import Level, Sample, heard_inverter, make_level

ACCEPT_PATIENCE_S: Final = 90.0  # a guard holds after an overload for 60 s
SEEN_PATIENCE_S: Final = 75.0
_NEAR_A = 0.5
_FOLLOWED_A = 1.0
_WINDOW_S = 10.0
_AFTER_SEEN_S = 6.0
_INVERTER_LAG_S = 5.0
_REPORTS = 2  # of the meter, before a level is believed
# So unlike that no load which switches regularly can keep step with the test.
_LEVEL_S = (20.0, 24.0, 38.0, 42.0, 22.0, 30.0, 26.0, 36.0)


class LevelState(StrEnum):
    """How a level stands."""

    RUNNING = "running"
    DONE = "done"
    NOT_ACCEPTED = "not_accepted"
    NOT_SEEN = "not_seen"  # the charger or the meter said nothing new


class Stepper:
    """Hold a charger at one current until it can be judged, then at the next."""

    def __init__(self, low_a: float, high_a: float) -> None:
        """Begin at the lower current."""
        self._currents = (low_a, high_a)
        self._half_a = max(_FOLLOWED_A, (high_a - low_a) / 2)
        self.patience = 1.0  # how much longer than usual a level takes
        self._index = 0
        self._samples: list[Sample] = []
        self._began: float | None = None
        self._accepted_at: float | None = None
        self._seen_at: float | None = None
        self._before: float | None = None  # A drawn at the last level

    @property
    def ordered(self) -> float:
        """A that the charger is to be held at."""
        return self._currents[self._index % 2]

    @property
    def samples(self) -> Sequence[Sample]:
        """What was seen at this level since it was accepted."""
        return self._samples

    @property
    def seen_after_s(self) -> float | None:
        """How long the charger took to show this level's current."""
        if self._seen_at is None or self._accepted_at is None:
            return None
        return self._seen_at - self._accepted_at

    def observe(self, sample: Sample) -> LevelState:
        """Take one look; when a level is over, say how it ended."""
        if self._began is None:
            self._began = sample.now
        if sample.accepted is None or abs(sample.accepted - self.ordered) > _NEAR_A:
            if self._accepted_at is not None:
                self._began = sample.now
            self._accepted_at = self._seen_at = None
            self._samples = []
            late = sample.now - self._began > ACCEPT_PATIENCE_S
            return LevelState.NOT_ACCEPTED if late else LevelState.RUNNING
        if self._accepted_at is None:
            self._accepted_at = sample.now
        if sample.grid is not None:
            self._samples.append(sample)
        self._look_for_step(sample)
        if self._is_over(sample.now):
            return LevelState.DONE
        late = sample.now - self._accepted_at > SEEN_PATIENCE_S * self.patience
        if not late:
            return LevelState.RUNNING
        return LevelState.DONE if self._reports_since(self._accepted_at) else LevelState.NOT_SEEN

    def level(self) -> Level | None:
        """Return the level as it was, or None where nothing was seen of it."""
        if self._accepted_at is None or not self._samples:
            return None
        end = self._samples[-1].now
        window = [it for it in self._samples if it.now >= end - _WINDOW_S]
        # beside older values of PV and battery the meter's would be compared with another time's
        window = [it for it in window if heard_inverter(it, self._settled_at)] or window
        return make_level(
            window,
            at=self._accepted_at,
            ordered=self.ordered,
            settled_at=self._settled_at,
        )

    def advance(self) -> None:
        """Go on to the other current."""
        if self._samples:
            self._before = _most(self._samples[-1])
        self._index += 1
        self._samples = []
        self._began = self._accepted_at = self._seen_at = None

    def _look_for_step(self, sample: Sample) -> None:
        """Remember when the charger itself first showed the new current."""
        if self._seen_at is not None or self._accepted_at is None:
            return
        if sample.drawn_at is None or sample.drawn_at <= self._accepted_at:
            return
        drawn = _most(sample)
        if drawn is None:
            return
        moved = self._before is None or abs(drawn - self._before) > self._half_a
        if moved or abs(drawn - self.ordered) <= _FOLLOWED_A:
            self._seen_at = sample.now

    def _is_over(self, now: float) -> bool:
        if self._seen_at is None or self._accepted_at is None:
            return False
        shortest = self.patience * _LEVEL_S[self._index % len(_LEVEL_S)]
        return (
            now - self._accepted_at >= shortest
            and now - self._seen_at >= self.patience * _AFTER_SEEN_S
            and self._reports_since(self._seen_at) >= _REPORTS
            and heard_inverter(self._samples[-1], self._settled_at)
        )

    @property
    def _settled_at(self) -> float:
        """When PV and battery must have followed what the charger has shown."""
        return math.inf if self._seen_at is None else self._seen_at + _INVERTER_LAG_S

    def _reports_since(self, time: float) -> int:
        return len({it.grid_at for it in self._samples if it.grid_at and it.grid_at > time})


def _most(sample: Sample) -> float | None:
    """Return the largest of a charger's currents, None where it says none."""
    return max((value for value in sample.drawn if value is not None), default=None)
