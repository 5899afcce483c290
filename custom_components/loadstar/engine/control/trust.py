"""Whether the grid meter can be believed: it must show what the chargers do.

A meter that stands still while chargers step is frozen, and is believed again as soon as
it moves. One that moves but denies a step measures another phase, another sign or another
house. It is believed again when it shows a step: where a household's load has hidden the
first one by chance, the way down to the fallback is such a step. Chargers that are there
already make no steps, so it is also believed again, to see, after a while.
"""

from collections import deque
from collections.abc import Sequence
import math

from ..models import PhaseTriple, SiteContext
from .own_step import Evidence, Look, OwnStep
from .picture import Picture
from .steps import Step
from .triples import ZERO, add
from .types import MeterState, SiteReadings
from .units import Unit

_DOUBTED_S = 900.0  # and twice as long each time that it denies another step
_LONGEST_DOUBT_S = 7200.0
_REMEMBERED_S = 20.0
# a step is no test without what came before: chargers tell late of what a meter has shown
_LOOKED_BACK_S = 15.0
_QUICK_REPORTS = 6
_LIT = frozenset({MeterState.FRESH, MeterState.AGEING})


class MeterTrust:
    """Compares the grid meter with every own step of some amperes."""

    def __init__(self) -> None:
        """Begin with trust."""
        self._seen: deque[tuple[float, Look]] = deque()
        self._measuring: frozenset[str] = frozenset()
        self._moved = -1.0
        self._own_step: OwnStep | None = None
        self._stuck_at: tuple[PhaseTriple, tuple[int, ...]] | None = None
        self._doubted_until = -math.inf
        self._doubt_s = _DOUBTED_S
        self._denials = 0  # since a step was shown
        self._reports = _Reports()

    def observe(self, step: Step, readings: SiteReadings) -> bool:
        """Take this step's readings and tell whether the meter is not to be believed."""
        measuring = frozenset(unit.charger_id for unit in _measured(step.units))
        same_chargers = measuring == self._measuring
        self._measuring = measuring
        look = self._look(step, readings)
        if look is None or not same_chargers or step.tick.jumped:
            self._own_step = None
            self._seen.clear()
        else:
            self._thaw(look)
            self._compare(look, step)
        if look is not None:
            self._remember(look, step.time)
        # commissioning steps a charger to find out what is wrong with such a meter
        doubted = self._stuck_at is not None or step.time < self._doubted_until
        return doubted and not step.ordered

    def _look(self, step: Step, readings: SiteReadings) -> Look | None:
        """Return what is to be compared; None where a meter that it takes is silent."""
        picture = step.picture
        if picture.grid is None or MeterState.STALE in (picture.grid_state, picture.battery_state):
            return None  # a meter that says nothing does not lie
        drawn = add(ZERO, *(unit.memory.draw.measured or ZERO for unit in _measured(step.units)))
        raw, net = picture.metered, add(picture.metered, picture.fed)
        if picture.total_only or _split_is_unknown(step.site, picture):
            # where on the phases an inverter puts its power is its own affair
            total = picture.total if picture.total_only else sum(raw)
            net, drawn = (total + sum(picture.fed), 0.0, 0.0), (sum(drawn), 0.0, 0.0)
            raw = (total, 0.0, 0.0)
        return Look(raw=raw, net=net, drawn=drawn, reports=self._reports.count(picture, readings))

    def _compare(self, look: Look, step: Step) -> None:
        if self._own_step is None and self._reaches_back(step.time):
            moved = max((unit.memory.changed for unit in _measured(step.units)), default=-1.0)
            if moved > self._moved:
                *earlier, (_, first) = self._seen
                self._own_step = OwnStep(moved, first, [before.net for _, before in earlier])
            self._moved = max(moved, self._moved)
        if self._own_step is None:
            return
        settings = step.settings
        evidence = self._own_step.observe(
            look, step.time, settings.frozen_step_a, settings.frozen_s
        )
        if evidence is not Evidence.OPEN:
            self._weigh(evidence, self._own_step, step)
            self._own_step = None

    def _reaches_back(self, time: float) -> bool:
        return bool(self._seen) and time - self._seen[0][0] >= _LOOKED_BACK_S

    def _remember(self, look: Look, time: float) -> None:
        self._seen.append((time, look))
        while time - self._seen[0][0] > _REMEMBERED_S:
            self._seen.popleft()

    def _weigh(self, evidence: Evidence, own_step: OwnStep, step: Step) -> None:
        match evidence:
            case Evidence.STUCK:
                phases = own_step.stuck_phases(step.settings.frozen_step_a)
                self._stuck_at = (own_step.first.raw, phases)
            case Evidence.DENIED if not step.ordered:
                self._denials += 1
                if self._denials > 1 or _is_certain(own_step, step):
                    self._doubted_until = step.time + self._doubt_s
                    self._doubt_s = min(2 * self._doubt_s, _LONGEST_DOUBT_S)
            case Evidence.SHOWN:
                self._denials = 0
                self._doubted_until = -math.inf
                self._doubt_s = _DOUBTED_S
            case _:
                pass  # nothing was to be seen

    def _thaw(self, look: Look) -> None:
        """Believe a frozen meter again once it moves."""
        if self._stuck_at is None:
            return
        values, phases = self._stuck_at
        if all(look.raw[phase] != values[phase] for phase in phases):
            self._stuck_at = None


class _Reports:
    """Counts the reports of every meter that a step must show on."""

    def __init__(self) -> None:
        """Begin with none."""
        self._last: list[float | None] = [None, None, None]
        self._counts = [0, 0, 0]

    def count(self, picture: Picture, readings: SiteReadings) -> tuple[int, int, int]:
        """Return how often grid, battery and PV have reported.

        One that is not there, or sleeps as PV does at night, keeps nobody waiting.
        """
        battery = None if readings.battery is None else readings.battery.at
        pv = None if readings.pv is None else readings.pv.at
        for index, at in enumerate((readings.grid.at, battery, pv)):
            if at is not None and at != self._last[index]:
                self._last[index] = at
                self._counts[index] += 1
        of_grid, of_battery, of_pv = self._counts
        return (
            of_grid,
            of_grid if readings.battery is None else of_battery,
            of_pv if picture.pv_state in _LIT else of_grid,
        )


def _is_certain(own_step: OwnStep, step: Step) -> bool:
    """Tell whether one denial is enough, as far as a household's load may have made it.

    A kettle stands on one phase, while a car's three tell the same; and a slow meter leaves
    it a long time to come.
    """
    quick = own_step.seen_reports >= _QUICK_REPORTS
    return quick and not own_step.is_partly_shown(step.settings.frozen_step_a)


def _measured(units: Sequence[Unit]) -> list[Unit]:
    return [
        unit for unit in units if unit.reading.connected and unit.memory.draw.measured is not None
    ]


def _split_is_unknown(site: SiteContext, picture: Picture) -> bool:
    there = {picture.pv_state, picture.battery_state} != {None}
    return site.inverter_supports_asymmetric and there
