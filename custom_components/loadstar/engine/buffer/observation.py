"""How long the buffer has been watched, whatever is done to the clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

OBSERVATION: Final = timedelta(days=14)
# While the clock is behind what it has shown before, a longer step is the clock being set
# right, not time that has passed.
_LONGEST_STEP: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A stretch of watching, as far as it has come; instants are aware.

    Time in which nothing ran counts. A clock that is set back neither takes away what has
    passed nor holds up what is to come, and that it is set right again adds nothing.
    """

    started: datetime  # moved where the clock has been set back
    length_s: float
    elapsed_s: float = 0.0
    latest: datetime  # that the clock has shown
    seen: datetime  # that it showed last

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not (self.length_s > 0 and self.elapsed_s >= 0 and self.started <= self.latest):
            raise ValueError("observation")

    @classmethod
    def begin(cls, now: datetime, length: timedelta = OBSERVATION) -> Self:
        """Return one that begins now."""
        return cls(started=now, length_s=length.total_seconds(), latest=now, seen=now)

    @property
    def left(self) -> timedelta:
        """How long it goes on."""
        return timedelta(seconds=max(0.0, self.length_s - self.elapsed_s))

    def at(self, now: datetime) -> Self:
        """Return it as it stands at ``now``."""
        step, is_behind = now - self.seen, self.seen < self.latest
        passed = timedelta(seconds=self.elapsed_s)
        if step >= timedelta(0) and not is_behind:
            passed = now - self.started
        elif timedelta(0) <= step <= _LONGEST_STEP:
            passed += step
        elif now >= self.latest:
            passed = max(passed, now - self.started)
        if now < self.latest:
            return replace(self, elapsed_s=passed.total_seconds(), seen=now)
        return replace(
            self, started=now - passed, elapsed_s=passed.total_seconds(), latest=now, seen=now
        )

    def extended(self, by: timedelta) -> Self:
        """Return one that goes on for longer."""
        return replace(self, length_s=self.length_s + by.total_seconds())
