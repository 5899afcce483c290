"""From what a charger may have to the set-point that it is told."""

from dataclasses import dataclass

from ..models import ChargingMode, Reason, ReasonCode
from .allocation import Share
from .deadband import round_down, settle
from .decisions import Decision, waiting
from .raising import Raising, Room
from .start_stop import Stage, Verdict
from .types import ControlSettings
from .units import Unit

_FROM_THE_GRID = frozenset({ChargingMode.STANDARD, ChargingMode.PLANNED})
_NO_REASON = Reason(ReasonCode.NOT_CONNECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What of this step matters to every set-point."""

    time: float
    may_rise: bool  # a fresh grid meter, and a clock that can be trusted
    sun_may_rise: bool  # PV and battery are fresh as well
    room: Room
    raising: Raising
    settings: ControlSettings


def without_part(unit: Unit) -> Decision:
    """Return the decision for a charger that takes no part in the sharing."""
    reading = unit.reading
    obedience = unit.memory.obedience
    if not reading.connected:
        return Decision(unit.set_point, Reason(ReasonCode.OFFLINE))
    if obedience.barred:
        data = {"current": round(obedience.drawn, 1), "limit": obedience.told}
        return Decision(0.0, Reason(ReasonCode.DISOBEDIENT, data), urgent=True)
    if not reading.enabled:
        return Decision(0.0, Reason(ReasonCode.DISABLED))
    if reading.soc_limit_reached:
        return Decision(0.0, Reason(ReasonCode.SOC_LIMIT))
    return Decision(0.0, _NO_REASON)


def at_fallback(unit: Unit) -> Decision:
    """Return the decision for a charger whose meter cannot be relied on: down, never up."""
    current = min(unit.set_point, unit.reading.fallback_current)
    current = round_down(current, unit.context.step_a)
    if current < unit.context.min_current:
        current = 0.0
    return Decision(current, Reason(ReasonCode.METER_STALE))


def goal(unit: Unit, verdict: Verdict, first: Share, share: Share) -> Decision:
    """Return what a charger is to have, all guards of small things apart.

    ``first`` is its share if everyone took part, ``share`` what is left beside those
    that wait.
    """
    lowest = unit.context.min_current
    match verdict.stage:
        case Stage.OFF:
            return Decision(0.0, first.reason or _NO_REASON)
        case Stage.WAITING:
            return Decision(0.0, waiting(ReasonCode.WAITING_FOR_START, verdict.left_s))
        case Stage.PAUSED:
            return Decision(0.0, waiting(ReasonCode.PAUSED, verdict.left_s))
        case Stage.ENDING:
            return Decision(lowest, waiting(ReasonCode.WAITING_FOR_STOP, verdict.left_s))
        case Stage.STARTING:
            current = max(lowest, share.current) if share.current > 0 else 0.0
            return Decision(current, share.reason or _NO_REASON)
        case Stage.RUNNING:
            # beside those that end it may have none for a while; that is no reason to stop
            return Decision(max(lowest, share.current), share.reason or _NO_REASON)


def set_point(unit: Unit, wanted: Decision, moment: Moment) -> Decision:
    """Return the set-point that a charger gets on the way to what is wanted."""
    now, target = unit.set_point, wanted.current
    highest = unit.context.max_current
    if target <= 0:
        new = 0.0
    elif now <= 0:
        new = unit.context.min_current
    else:
        new = settle(target, now, unit.context.step_a, highest, moment.settings)
        new = min(max(new, unit.context.min_current), highest)
    if new == now:
        return Decision(now, wanted.reason)
    if new > now:
        return _raised(unit, new, wanted, moment)
    if moment.time - unit.memory.changed < moment.settings.setpoint_interval_s:
        return Decision(now, wanted.reason)
    return Decision(new, wanted.reason)


def _raised(unit: Unit, new: float, wanted: Decision, moment: Moment) -> Decision:
    now, memory, settings = unit.set_point, unit.memory, moment.settings
    held = memory.held_until - moment.time
    if held > 0:
        return Decision(now, waiting(ReasonCode.OVERLOAD_HOLD, held))
    rising = Reason(ReasonCode.RISING, {"target": wanted.current})
    due = moment.time - memory.changed >= settings.setpoint_interval_s
    fresh = (
        moment.may_rise and unit.may_rise and (moment.sun_may_rise or unit.mode in _FROM_THE_GRID)
    )
    if not (due and fresh and moment.raising.may_rise(unit, moment.time, settings)):
        return Decision(now, rising)
    room = moment.room.on(unit)
    ceiling = moment.raising.ceiling(unit, room, moment.time, settings)
    risen = min(new, round_down(ceiling, unit.context.step_a))
    if risen == new:
        return Decision(risen, wanted.reason)
    under_neutral = moment.room.under_neutral(unit)
    if under_neutral <= min(room, new - now):
        data = {"target": wanted.current, "left": round(max(0.0, under_neutral), 1)}
        rising = Reason(ReasonCode.NEUTRAL, data)
    return Decision(risen if risen - now >= settings.dead_band_a else now, rising)
