"""Chargers whose current is settled whatever the sharing says."""

from collections.abc import Mapping

from ..models import Reason, ReasonCode
from .allocation import Held, held_at, held_free
from .decisions import Decision
from .ordering import ordered_current
from .setpoint import at_fallback
from .steps import Step
from .suspended import Sleep
from .units import Unit


def settled(step: Step) -> dict[str, Decision]:
    """Return what is settled for chargers that would take part."""
    decisions = {}
    for unit in step.units:
        decision = _settled(unit, step) if unit.takes_part else None
        if decision is not None:
            decisions[unit.charger_id] = decision
    return decisions


def held_apart(step: Step, decisions: Mapping[str, Decision]) -> dict[str, Held]:
    """Return what those count at that take no part in the sharing."""
    held = {}
    for unit in step.units:
        decision = decisions.get(unit.charger_id)
        if unit.untrusted and (decision is not None or not unit.takes_part):
            held[unit.charger_id] = held_free(unit)
        elif decision is not None:
            ordered = unit.charger_id in step.ordered
            held[unit.charger_id] = held_at(unit, unit.set_point if ordered else decision.current)
    return held


def is_settled(unit: Unit) -> bool:
    """Tell whether what a charger is to have is what it is told, without any further guard."""
    runs_free = unit.unruled and unit.in_session
    return runs_free or unit.blind or unit.sleep is Sleep.YIELDING


def _settled(unit: Unit, step: Step) -> Decision | None:
    if unit.unruled and unit.in_session:
        # it draws what it likes; told anything else it would only be misrepresented
        most = unit.context.max_current
        return Decision(most, Reason(ReasonCode.FULL, {"limit": most}))
    if unit.blind:
        return at_fallback(unit)
    if unit.sleep is Sleep.YIELDING:
        left = unit.memory.suspended.next_probe_s(step.time)
        data = {"minimum": unit.context.min_current, "seconds": float(round(left))}
        return Decision(0.0, Reason(ReasonCode.CAR_ASLEEP, data))
    if unit.charger_id in step.ordered:
        target = ordered_current(unit, step.ordered[unit.charger_id])
        return Decision(target, Reason(ReasonCode.COMMISSIONING, {"target": target}))
    return None
