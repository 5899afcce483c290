"""The time that timers run on."""

from dataclasses import dataclass

_LONGEST_STEP_S = 15.0  # a cycle comes at least every 10 s


@dataclass(frozen=True, slots=True)
class Tick:
    """One step: seconds of control's own time, since the last step, and whether to trust them."""

    time: float
    dt: float
    jumped: bool


class StepClock:
    """Own time that goes on with the caller's clock but never jumps with it.

    A clock that leaps ahead must not let a minute's waiting pass in an instant.
    """

    def __init__(self) -> None:
        """Begin at zero."""
        self._time = 0.0
        self._now: float | None = None

    def advance(self, now: float) -> Tick:
        """Go on to the caller's ``now`` in s."""
        passed = 0.0 if self._now is None else now - self._now
        self._now = now
        dt = min(max(passed, 0.0), _LONGEST_STEP_S)
        self._time += dt
        return Tick(self._time, dt, jumped=passed != dt)
