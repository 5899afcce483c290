"""Whom a cut hits."""

from collections.abc import Callable, Sequence

from .deadband import round_down
from .limits import Limit
from .units import Unit

_ENOUGH_A = 1e-6

type Cuts = dict[str, float]
"""New set-points in A by charger id."""


def cut(
    units: Sequence[Unit],
    needs: Sequence[tuple[Limit, float]],
    base: Callable[[Unit], float],
) -> Cuts:
    """Return the set-points that take ``needs`` A off their limits.

    Chargers are cut against the order of service: first all to their minimums, then
    to 0. ``base`` is the current in A that a charger is cut from.
    """
    left = [need for _, need in needs]
    now = {unit.charger_id: base(unit) for unit in units}
    cuts: Cuts = {}
    for to_zero in (False, True):
        for unit in sorted(units, key=lambda unit: unit.order, reverse=True):
            weights = [limit.weight(unit) for limit, _ in needs]
            before = now[unit.charger_id]
            after = _lowered(unit, before, weights, left, to_zero=to_zero)
            if after < before:
                left = [
                    need - weight * (before - after)
                    for need, weight in zip(left, weights, strict=True)
                ]
                now[unit.charger_id] = cuts[unit.charger_id] = after
    return cuts


def _lowered(
    unit: Unit, current: float, weights: list[int], needs: list[float], *, to_zero: bool
) -> float:
    need = max(
        (need / weight for need, weight in zip(needs, weights, strict=True) if weight),
        default=0.0,
    )
    if need <= _ENOUGH_A:
        return current
    if to_zero:
        return 0.0
    lowest = min(unit.context.min_current, current)
    return max(lowest, round_down(current - need, unit.context.step_a))
