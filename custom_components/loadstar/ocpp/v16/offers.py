"""What a charger is offered, from what it said that it can do."""

from ..quirks import Quirks
from ..rung import FallbackForm, Rung, climb
from .capabilities import MAX_STACK_LEVEL, NUMBER_OF_CONNECTORS, Capabilities
from .dialect import Dialect
from .profiles import ABOVE_FALLBACK


def offered_rungs(
    capabilities: Capabilities,
    quirks: Quirks,
    dialect: Dialect,
    *,
    fallback: FallbackForm | None,
    held: int,
) -> tuple[Rung, ...]:
    """Return the forms of set-point to offer in order, of ``held`` connectors that are ours.

    A limit of the whole charger is a connector's own only where there is no other.
    Below a fallback that is one, nothing else can rise above it.
    """
    if fallback is FallbackForm.CHARGE_POINT_MAX:
        return (Rung.CHARGE_POINT_MAX,)
    offered = {Rung.TX_ONE_PERIOD, Rung.RELATIVE}
    if capabilities.may_take_both_units:
        offered.add(Rung.OTHER_UNIT)
    if _levels(capabilities) >= ABOVE_FALLBACK:
        offered.add(Rung.TX_DEFAULT)
    if dialect.two_periods:
        offered |= {Rung.TX_TWO_PERIODS, Rung.TX_DEFAULT_ALONE}
        if is_alone(capabilities, held):
            offered.add(Rung.CHARGE_POINT_MAX)
    return climb(offered, first=quirks.first_rung, skipped=quirks.skip_rungs)


def offered_fallbacks(capabilities: Capabilities, *, held: int) -> tuple[FallbackForm, ...]:
    """Return the forms of fallback to offer in order."""
    forms = [FallbackForm.RELATIVE]
    if capabilities.may_take_both_units:
        forms.append(FallbackForm.OTHER_UNIT)
    forms.append(FallbackForm.ABSOLUTE)
    if is_alone(capabilities, held):
        forms.append(FallbackForm.CHARGE_POINT_MAX)
    return tuple(forms)


def is_alone(capabilities: Capabilities, held: int) -> bool:
    """Return whether the one connector that is ours is the charger's only one."""
    return held == 1 and (capabilities.number(NUMBER_OF_CONNECTORS) or 1) == 1


def _levels(capabilities: Capabilities) -> int:
    told = capabilities.number(MAX_STACK_LEVEL)
    return ABOVE_FALLBACK if told is None else told
