"""The guards that cut at once, outside every other rule."""

from collections.abc import Sequence
import math

from ..models import Reason, ReasonCode
from .cutting import Cuts
from .decisions import Decision
from .limits import Limit
from .neutral import can_see_neutral, expected_currents, neutral_current, neutral_cuts
from .overload import MeasuredOverload, computed_cuts, computed_needs, measured_cuts
from .steps import Step
from .triples import ZERO
from .units import FOLLOWS_THE_SUN, Unit


class Safety:
    """Overload on any limit, twice, and the neutral."""

    def __init__(self) -> None:
        """Begin without an overload."""
        self._measured = MeasuredOverload()

    def guard(self, step: Step) -> dict[str, Decision]:
        """Cut what is over and return what was decided for each charger that was cut."""
        obeying = tuple(unit for unit in step.heard if not unit.unruled)
        computed = computed_needs(step.limits, step.heard, step.settings)
        decided = self._relieve(step, computed, computed_cuts(obeying, computed))
        measured = self._measured.needs(step.limits, step.time, step.settings)
        decided |= self._relieve(step, measured, measured_cuts(obeying, measured))
        if step.settings.neutral_guard and can_see_neutral(step):
            decided |= self._relieve_neutral(step)
        return decided

    def cut_sent(self, step: Step, unit: Unit, set_point: float) -> None:
        """Remember any other cut, which will relieve the meters as well, if it is obeyed."""
        if not unit.unruled:
            self._measured.cut_sent(step, unit, set_point)

    def _relieve(
        self, step: Step, needs: Sequence[tuple[Limit, float]], cuts: Cuts
    ) -> dict[str, Decision]:
        if not needs:
            return {}
        for unit in step.units:
            if any(limit.weight(unit) for limit, _ in needs):
                unit.memory.held_until = step.time + step.settings.overload_hold_s
        limit, excess = max(needs, key=lambda need: need[1])
        kind = "phase" if limit.code is ReasonCode.LIMITED_BY_PHASE else "limit"
        data: dict[str, float | str] = {kind: limit.key, "current": round(excess, 1)}
        return self._carry_out(step, cuts, Reason(ReasonCode.OVERLOAD, data))

    def _relieve_neutral(self, step: Step) -> dict[str, Decision]:
        currents = expected_currents(step.picture.grid or ZERO, step.heard)
        cuts = neutral_cuts(
            step.heard,
            currents,
            step.site.main_breaker_rating,
            step.settings.overload_tolerance_a,
        )
        for unit in step.heard:
            if unit.charger_id in cuts:
                unit.memory.held_until = step.time + step.settings.overload_hold_s
        data = {"current": round(neutral_current(currents), 1)}
        return self._carry_out(step, cuts, Reason(ReasonCode.NEUTRAL, data))

    def _carry_out(self, step: Step, cuts: Cuts, reason: Reason) -> dict[str, Decision]:
        decided: dict[str, Decision] = {}
        for unit in step.heard:
            new = cuts.get(unit.charger_id, math.inf)
            if new >= unit.set_point:
                continue
            self.cut_sent(step, unit, new)
            unit.memory.move(new, step.time)
            if new <= 0:
                pause = step.settings.pause_s if unit.mode in FOLLOWS_THE_SUN else 0.0
                unit.memory.start_stop.stop(step.time, pause)
            decided[unit.charger_id] = Decision(new, reason, urgent=True)
        return decided
