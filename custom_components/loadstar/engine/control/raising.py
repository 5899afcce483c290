"""What may rise, and how fast."""

from collections.abc import Sequence
import math

from ..models import PhaseTriple
from .limits import Limit
from .neutral import highest_on
from .triples import PHASES, add, on_phases
from .types import ControlSettings
from .units import Unit


class Room:
    """What the meters leave for raises in this step, whatever the shares say.

    Supply that is promised but does not flow yet (a battery that has still to
    follow, an inverter that may move its power to another phase) is no room.
    """

    def __init__(
        self,
        limits: Sequence[Limit],
        units: Sequence[Unit],
        neutral: PhaseTriple | None,
        neutral_limit: float,
    ) -> None:
        """Measure the room; ``neutral`` are the expected signed A per phase, None: no limit."""
        self._limits = limits
        self._left = [limit.most - limit.expected(units) for limit in limits]
        self._neutral = neutral
        self._neutral_limit = neutral_limit

    def on(self, unit: Unit) -> float:
        """Return by how many A per phase a charger may rise."""
        rooms = [
            left / weight
            for limit, left in zip(self._limits, self._left, strict=True)
            if (weight := limit.weight(unit))
        ]
        if self._neutral is not None and len(unit.active) == 1:
            now = self._neutral[PHASES.index(unit.active)]
            rooms.append(highest_on(unit.active, self._neutral, self._neutral_limit) - now)
        return max(0.0, min(rooms, default=0.0))

    def take(self, unit: Unit, rise: float) -> None:
        """Use ``rise`` A per phase; what is given back comes too late for this step."""
        if rise <= 0:
            return
        self._left = [
            left - limit.weight(unit) * rise
            for limit, left in zip(self._limits, self._left, strict=True)
        ]
        if self._neutral is not None:
            self._neutral = add(self._neutral, on_phases(unit.active, rise))


class Raising:
    """The times that raises must keep."""

    def __init__(self) -> None:
        """Begin without a cut."""
        self._last_cut = -math.inf

    def cut(self, time: float) -> None:
        """Remember that something was cut."""
        self._last_cut = time

    def may_rise(self, unit: Unit, time: float, settings: ControlSettings) -> bool:
        """Tell whether enough time has passed since the last cut and the last overload."""
        return (
            time - self._last_cut >= settings.raise_after_cut_s and time >= unit.memory.held_until
        )

    def ceiling(self, unit: Unit, room: float, time: float, settings: ControlSettings) -> float:
        """Return the highest set-point in A that a charger may go to now.

        One that stands still goes to its minimum, if there is room for that.
        """
        if unit.set_point <= 0:
            lowest = unit.context.min_current
            return lowest if room >= lowest else 0.0
        passed = min(time - unit.memory.changed, settings.setpoint_interval_s)
        return unit.set_point + min(room, passed * settings.raise_a_per_s)
