"""Taking over chargers: after a restart, after a gap, and at a new session."""

import math

from ..models import ConnectorStatus, PhaseTriple
from .clock import Tick
from .phases import at_site
from .start_stop import StartStop
from .triples import ZERO, believable_draw
from .types import ControlSettings, SiteReadings
from .units import Unit

_LET_IN = frozenset({ConnectorStatus.CHARGING, ConnectorStatus.SUSPENDED_EV})
LEAST_CURRENT_A = 6.0  # IEC 61851: a car that charges is offered no less


def meet(unit: Unit, readings: SiteReadings, tick: Tick, settings: ControlSettings) -> None:
    """Bring the memory of a charger up to what it says now."""
    memory, reading = unit.memory, unit.reading
    if not reading.connected:
        memory.online = memory.draw.placed = False
        return
    if unit.unplugged:
        memory.unplug(tick.time)
    elif unit.in_session and (not memory.online or _is_new_session(unit)):
        _take_over(unit, readings.now)
    _report(unit, readings.grid.at, tick, settings)
    if not unit.takes_part:
        memory.start_stop = StartStop()
    elif not memory.online and not unit.in_session:
        memory.set_point = 0.0
    # one that has just connected may not have said yet what it does
    memory.online = reading.status is not ConnectorStatus.UNKNOWN
    memory.met |= memory.online


def _report(unit: Unit, grid_at: float | None, tick: Tick, settings: ControlSettings) -> None:
    memory, drawn = unit.memory, _drawn(unit)
    memory.draw.report(drawn, unit.reading.measured_at, grid_at, tick, settings)
    if not unit.in_session:
        return
    if drawn is not None and not memory.online:
        memory.phases.meet(drawn, settings)
    elif memory.draw.measured is not None:
        memory.phases.observe(memory.draw.measured, tick, settings)


def _drawn(unit: Unit) -> PhaseTriple | None:
    """Return what it says that it draws, in A per site phase."""
    terminals = believable_draw(unit.reading.currents)
    return None if terminals is None else at_site(unit.context, terminals)


def _is_new_session(unit: Unit) -> bool:
    charging = unit.reading.status is ConnectorStatus.CHARGING
    return charging and unit.reading.session not in {None, unit.memory.session}


def _take_over(unit: Unit, now: float) -> None:
    """Begin from what it runs at: a car that charges already is not interrupted."""
    memory, reading = unit.memory, unit.reading
    memory.session = reading.session
    if memory.online and memory.start_stop.running:
        return
    runs_at = min(_runs_at(unit, now), unit.context.max_current)
    lowest = unit.context.min_current
    flows = runs_at >= min(lowest, LEAST_CURRENT_A)
    memory.set_point = runs_at if flows else 0.0
    memory.start_stop = StartStop()
    charges = reading.status in _LET_IN and flows
    if unit.wanted and (charges or memory.set_point >= lowest):
        memory.start_stop.adopt()


def _runs_at(unit: Unit, now: float) -> float:
    """Return the current in A that a charger is held to, as far as anybody knows."""
    reading, memory = unit.reading, unit.memory
    if reading.accepted_current is not None:
        if reading.fallback_due is None or now < reading.fallback_due:
            return reading.accepted_current
        return min(reading.accepted_current, reading.fallback_current)
    if memory.met or reading.status is not ConnectorStatus.CHARGING:
        return reading.fallback_current
    # a restart: what it was told before may be in force still, and what it draws shows it
    drawn = math.ceil(max(_drawn(unit) or ZERO))
    return max(reading.fallback_current, LEAST_CURRENT_A, drawn)
