"""Whether the breaker held, second by second."""

from collections.abc import Iterable
from dataclasses import dataclass

_NOISE_A = 0.05
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A time in which one phase carried more than its breaker."""

    phase: str
    start_s: float
    seconds: float
    disturbed: bool  # a connection was cut shortly before or meanwhile
    explained: str  # the repair issues that stood then


@dataclass(slots=True)
class _Run:
    start_s: float
    disturbed: bool


class Judge:
    """Collects every excess that the household alone did not make."""

    def __init__(self, breaker_a: float) -> None:
        """Begin with nothing over."""
        self.excesses: list[Excess] = []
        self.issues: dict[str, float] = {}  # first seen, in s
        self._breaker_a = breaker_a
        self._runs: dict[str, _Run] = {}

    def look(
        self,
        now: float,
        grid_a: Iterable[float],
        chargers_a: Iterable[float],
        *,
        disturbed: bool,
        issues: Iterable[str],
    ) -> None:
        """Take one second in A per phase; ``chargers_a`` is their part of the grid's."""
        standing = set(issues)
        for issue in standing:
            self.issues.setdefault(issue, now)
        for phase, grid, chargers in zip("ABC", grid_a, chargers_a, strict=True):
            limit = self._breaker_a + _NOISE_A
            # without the chargers nobody could hold it
            if grid > limit and grid - chargers <= limit:
                run = self._runs.setdefault(phase, _Run(now, disturbed))
                run.disturbed |= disturbed
            elif phase in self._runs:
                self._end(phase, self._runs.pop(phase), now, standing)

    def finish(self, now: float, issues: Iterable[str]) -> None:
        """End what still goes on."""
        for phase, run in self._runs.items():
            self._end(phase, run, now, set(issues))
        self._runs.clear()

    def _end(self, phase: str, run: _Run, now: float, standing: set[str]) -> None:
        if now - run.start_s > 1.0:
            self.excesses.append(
                Excess(
                    phase=phase,
                    start_s=run.start_s,
                    seconds=now - run.start_s,
                    disturbed=run.disturbed,
                    explained=",".join(sorted(standing)),
                )
            )


def unexplained(excesses: Iterable[Excess], delay_s: float) -> list[Excess]:
    """Return those that lasted too long while every wire was whole and no issue said why."""
    return [
        excess
        for excess in excesses
        if excess.seconds > _PATIENCE_S + delay_s and not excess.disturbed and not excess.explained
    ]
