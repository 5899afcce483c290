"""Sharing beside chargers that may go to their maximum by themselves.

Such a charger obeys while it is told, so what it has itself is what is free; but nobody
else may have what it could jump to. Jumpers count at their set-points among each other:
two of them would only starve each other.
"""

from collections.abc import Mapping
from dataclasses import replace

from .allocation import Held, Share, Supply, held_at, shares
from .steps import Step
from .triples import ZERO


def guarded_shares(
    step: Step, supply: Supply, held: Mapping[str, Held], relief: float
) -> dict[str, Share]:
    """Return every charger's share as ``shares`` does, jumps allowed for.

    Shared as if nobody jumped, the order of service gives jumpers their part of the sun
    and says who may start at all; beside that and the rest of their maximums the others
    share; what those leave is for jumpers again.
    """
    shared = shares(step, supply, held, relief)
    free = [unit for unit in step.units if unit.takes_part and unit.charger_id not in held]
    jumpers = {unit.charger_id for unit in free if unit.may_jump}
    starting = {unit.charger_id: held_at(unit, 0.0) for unit in free if unit.unruled}
    if not jumpers and not starting:
        return shared
    jumping = {
        unit.charger_id: held_at(unit, shared[unit.charger_id].current)
        for unit in free
        if unit.charger_id in jumpers
    }
    others = shares(step, supply, {**held, **starting, **jumping}, relief)
    theirs = _shares_of_jumpers(step, supply, {**held, **starting}, others, relief)
    return (
        others
        | {charger_id: theirs[charger_id] for charger_id in jumpers}
        | {charger_id: shared[charger_id] for charger_id in starting}
    )


def _shares_of_jumpers(
    step: Step,
    supply: Supply,
    held: Mapping[str, Held],
    others: Mapping[str, Share],
    relief: float,
) -> dict[str, Share]:
    beside = dict(held)
    for unit in step.units:
        key = unit.charger_id
        if unit.may_jump and key in held:
            beside[key] = replace(held[key], spare=ZERO)
        elif unit.takes_part and not unit.may_jump and key not in held:
            beside[key] = held_at(unit, others[key].current)
    return shares(step, supply, beside, relief)
