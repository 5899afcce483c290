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
    follow, an inverter that may move its power to another phase) is no room, nor is
    what another may go to by itself. Those that may do so count at their set-points
    among each other: two of them would only starve each other.
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
        jumpers = [unit for unit in units if unit.may_jump]
        self._reserved = [
            sum(limit.weight(unit) * max(0.0, unit.most - unit.set_point) for unit in jumpers)
            for limit in limits
        ]
        self._neutral = neutral
        self._neutral_limit = neutral_limit

    def on(self, unit: Unit) -> float:
        """Return by how many A per phase a charger may rise."""
        return max(0.0, min(self._under_limits(unit), self.under_neutral(unit)))

    def under_neutral(self, unit: Unit) -> float:
        """Return by how many A a single-phase charger may rise before the neutral is full."""
        if self._neutral is None or len(unit.active) != 1:
            return math.inf
        now = self._neutral[PHASES.index(unit.active)]
        return highest_on(unit.active, self._neutral, self._neutral_limit) - now

    def _under_limits(self, unit: Unit) -> float:
        rooms = [
            (left if unit.may_jump else left - reserved) / weight
            for limit, left, reserved in zip(self._limits, self._left, self._reserved, strict=True)
            if (weight := limit.weight(unit))
        ]
        # one that counts at its maximum already has that to rise to
        return min(rooms, default=0.0) + unit.counted - unit.set_point

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
