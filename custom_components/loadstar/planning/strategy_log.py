"""What the strategy has changed, said once for as long as it stays so."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..engine.planner.output.types import StrategyEvent

MAX_EVENTS: Final = 200
# A figure that has moved by less, relative to what was logged, is no news.
_NEWS: Final = 0.2


class StrategyLog:
    """The last events; a rule that goes on as before is not logged again."""

    def __init__(self) -> None:
        """Know of none."""
        self._events: deque[StrategyEvent] = deque(maxlen=MAX_EVENTS)
        self._in_force: dict[str, StrategyEvent] = {}

    @property
    def events(self) -> Sequence[StrategyEvent]:
        """Oldest first."""
        return tuple(self._events)

    def restore(self, events: Iterable[StrategyEvent]) -> None:
        """Go on from what was kept."""
        self._events.extend(events)
        self._in_force = {event.rule: event for event in self._events}

    def add(self, events: Iterable[StrategyEvent]) -> Sequence[StrategyEvent]:
        """Log the rules of a plan; return those that are new or say something else."""
        now = {event.rule: event for event in events}
        fresh = [
            event
            for rule, event in now.items()
            if rule not in self._in_force or _differs(self._in_force[rule].data, event.data)
        ]
        self._in_force = now | {
            rule: before
            for rule, before in self._in_force.items()
            if rule in now and now[rule] not in fresh
        }
        self._events.extend(fresh)
        return fresh


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a rule says something else now, or the same with figures that have moved far."""
    if before.keys() != after.keys():
        return True
    return any(_moved(before[name], after[name]) for name in before)


def _moved(before: Any, after: Any) -> bool:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return abs(after - before) > _NEWS * max(abs(before), abs(after))
    return bool(before != after)
