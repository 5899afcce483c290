"""Over a limit: cut at once, outside every other rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math

from .cutting import Cuts, cut
from .limits import Limit
from .steps import Step
from .triples import PHASES
from .types import ControlSettings
from .units import Unit


def computed_needs(
    limits: Iterable[Limit], units: Sequence[Unit], settings: ControlSettings
) -> list[tuple[Limit, float]]:
    """Return by how many A each overloaded limit is exceeded.

    A charger counts at its set-point even where it draws less: it may take it up at
    any moment.
    """
    over = ((limit, limit.expected(units) - limit.most) for limit in limits)
    tolerance = settings.overload_tolerance_a
    return [(limit, excess) for limit, excess in over if limit.is_over(excess, tolerance)]


def computed_cuts(units: Sequence[Unit], needs: Sequence[tuple[Limit, float]]) -> Cuts:
    """Return the set-points that end a computed overload."""
    return cut(units, needs, lambda unit: unit.set_point)


@dataclass(slots=True)
class _Promise:
    """A fall of the meter that has been commanded and must show by ``due``."""

    fall: float
    level: float
    due: float


class MeasuredOverload:
    """The second guard: it looks at measured amperes and at what has been cut already."""

    def __init__(self) -> None:
        """Begin with nothing on its way."""
        self._promises: dict[str, _Promise] = {}

    def needs(
        self, limits: Iterable[Limit], time: float, settings: ControlSettings
    ) -> list[tuple[Limit, float]]:
        """Return excess + 1 A of each limit that the cuts on their way will not meet."""
        needs = []
        for limit in limits:
            excess = limit.level - self._on_its_way(limit, time) - limit.most
            if limit.is_over(excess, settings.overload_tolerance_a):
                needs.append((limit, excess + settings.overload_extra_a))
        return needs

    def cut_sent(self, step: Step, unit: Unit, set_point: float) -> None:
        """Expect the meters to fall by what a charger draws above its new set-point."""
        due = step.time + step.settings.reaction_s
        for limit in step.limits:
            weight = limit.weight(unit)
            fall = unit.drawn_on(limit.phases) - weight * set_point
            if not weight or fall <= 0:
                continue
            fall += self._on_its_way(limit, step.time)
            self._promises[limit.key] = _Promise(fall, limit.level - fall, due)

    def _on_its_way(self, limit: Limit, time: float) -> float:
        promise = self._promises.get(limit.key)
        if promise is None:
            return 0.0
        if time >= promise.due:
            del self._promises[limit.key]
            return 0.0
        return max(0.0, min(promise.fall, limit.level - promise.level))


def measured_cuts(units: Sequence[Unit], needs: Sequence[tuple[Limit, float]]) -> Cuts:
    """Return the set-points that end a measured overload, from what the chargers draw."""
    return cut(units, needs, _drawn_at_most)


def _drawn_at_most(unit: Unit) -> float:
    drawn = max(unit.drawn)
    return min(unit.set_point, math.ceil(drawn))


def overloaded_phases(limits: Iterable[Limit], settings: ControlSettings) -> str:
    """Return the site phases whose meter shows more than the breaker's limit."""
    return "".join(
        limit.key
        for limit in limits
        if limit.key in PHASES
        and limit.is_over(limit.level - limit.most, settings.overload_tolerance_a)
    )
