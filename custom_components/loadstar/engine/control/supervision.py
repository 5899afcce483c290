"""Keeping an eye on a charger and its car: obedience, and sleep."""

from collections.abc import Mapping, Sequence

from .clock import Tick
from .obedience import Conduct
from .shortage import keeps_from_others
from .suspended import Offer, Sleep
from .types import ControlSettings
from .units import Unit


def supervise(unit: Unit, tick: Tick, settings: ControlSettings) -> None:
    """Compare what a charger draws with what it was told, and settle how far to trust it."""
    memory, reading = unit.memory, unit.reading
    if not reading.controlled:
        memory.obedience.pardon()
    elif reading.connected:
        measured = memory.draw.measured
        conduct = Conduct(
            set_point=unit.set_point,
            most=unit.context.max_current,
            drawn=None if measured is None else max(measured),
            accepted=reading.accepted_current,
            new_report=memory.draw.new_report,
            status=reading.status,
            session=reading.session,
            # outside a session nothing is told
            in_session=unit.in_session and reading.session is not None,
        )
        memory.obedience.observe(conduct, tick.time, settings)
    unit.judge()
    if unit.unruled:
        # it cannot be held to less, so all or nothing is what it can be given
        unit.context.min_current = unit.context.max_current
    if not unit.takes_part:
        memory.short = None


def watch_sleep(
    unit: Unit,
    units: Sequence[Unit],
    members: Mapping[str, frozenset[str]],
    tick: Tick,
    settings: ControlSettings,
) -> None:
    """Find out how fast a charger's car sleeps."""
    suspended, measured = unit.memory.suspended, unit.memory.draw.measured
    dozes = suspended.sleep is not Sleep.AWAKE
    offer = Offer(
        stands=unit.set_point > 0,
        status=unit.reading.status,
        drawn=None if measured is None else max(measured),
        others_short=dozes and keeps_from_others(unit, units, members),
    )
    suspended.observe(offer, tick.time, settings)
