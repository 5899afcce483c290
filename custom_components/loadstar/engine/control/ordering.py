"""Currents that commissioning orders, to see what charger and meter do."""

import math

from ..models import Reason, ReasonCode
from .arrival import LEAST_CURRENT_A
from .deadband import round_down
from .decisions import Decision
from .setpoint import Moment
from .units import Unit


def ordered_current(unit: Unit, ordered: float) -> float:
    """Return an order as a current in A that the charger can be set to.

    What is no number changes nothing; what no car charges with is a pause.
    """
    if not math.isfinite(ordered):
        return unit.set_point
    current = round_down(min(ordered, unit.context.max_current), unit.context.step_a)
    return current if current >= LEAST_CURRENT_A else 0.0


def follow_order(unit: Unit, target: float, moment: Moment) -> Decision:
    """Go to an ordered current at once, as far as there is room and guards allow."""
    now = unit.set_point
    reason = Reason(ReasonCode.COMMISSIONING, {"target": target})
    if target <= now:
        return Decision(target, reason)
    fresh = moment.may_rise and unit.may_rise
    if not (fresh and moment.raising.may_rise(unit, moment.time, moment.settings)):
        return Decision(now, reason)
    risen = round_down(now + min(target - now, moment.room.on(unit)), unit.context.step_a)
    return Decision(risen if risen >= LEAST_CURRENT_A else now, reason)


def held_back(unit: Unit, decision: Decision) -> Decision:
    """Let a charger that nothing is ordered of fall, but not rise."""
    if decision.current <= unit.set_point:
        return decision
    return Decision(unit.set_point, Reason(ReasonCode.COMMISSIONING))
