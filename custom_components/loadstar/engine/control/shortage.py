"""Who is short of current, so that a sleeping car may be in the way."""

from collections.abc import Iterable, Mapping

from ..models import Reason, ReasonCode
from .units import Unit

_PHYSICAL = frozenset(
    {
        ReasonCode.LIMITED_BY_PHASE,
        ReasonCode.LIMITED_BY_CIRCUIT,
        ReasonCode.LIMITED_BY_IMPORT,
        ReasonCode.LIMITED_BY_UNBALANCE,
        ReasonCode.SHARED_WITH_OTHERS,
    }
)


def shortage(reason: Reason | None) -> Reason | None:
    """Return the reason of a share if it is that wires, not sun, leave no more."""
    if reason is None:
        return None
    refused = reason.code is ReasonCode.NOT_ENOUGH_CURRENT and "limited_by" in reason.data
    return reason if refused or reason.code in _PHYSICAL else None


def keeps_from_others(
    unit: Unit, units: Iterable[Unit], members: Mapping[str, frozenset[str]]
) -> bool:
    """Tell whether what is kept for a charger would help another that is short."""
    return any(
        other.takes_part and other is not unit and _shares_wires(unit, other, members)
        for other in units
        if other.memory.short is not None
    )


def _shares_wires(unit: Unit, other: Unit, members: Mapping[str, frozenset[str]]) -> bool:
    circuit = other.memory.short.data.get("circuit") if other.memory.short else None
    if isinstance(circuit, str) and unit.charger_id not in members.get(circuit, ()):
        return False
    return bool(set(unit.physical) & set(other.physical))
