"""The forms that set-points and fallbacks are offered in, whichever OCPP version."""

from collections.abc import Collection
from enum import StrEnum


class Rung(StrEnum):
    """A form of set-point; each asks less of a charger than the one before it."""

    TX_TWO_PERIODS = "tx_two_periods"  # ends in the fallback by its own second period
    TX_ONE_PERIOD = "tx_one_period"  # ends by duration and validTo together
    OTHER_UNIT = "other_unit"  # the same in watts instead of amperes, or the other way round
    RELATIVE = "relative"  # counted from the transaction's begin
    TX_DEFAULT = "tx_default"  # a default one level above the fallback
    TX_DEFAULT_ALONE = "tx_default_alone"  # in the fallback's own place
    CHARGE_POINT_MAX = "charge_point_max"  # for the whole charger, in place of the fallback


class FallbackForm(StrEnum):
    """A form of fallback, the safest first."""

    RELATIVE = "relative"  # needs no clock
    OTHER_UNIT = "other_unit"
    ABSOLUTE = "absolute"  # began in the charger's past
    CHARGE_POINT_MAX = "charge_point_max"  # for the whole charger; nothing rises above it


# forms that outlive their transaction, so that they have to be taken back
LASTING = frozenset({Rung.TX_DEFAULT, Rung.TX_DEFAULT_ALONE, Rung.CHARGE_POINT_MAX})


def climb(
    offered: Collection[Rung], *, first: Rung | None, skipped: Collection[Rung]
) -> tuple[Rung, ...]:
    """Return what a charger is offered in order, ``first`` before all others.

    It is never nothing: where all would be left out, the first form stands.
    """
    rungs = [rung for rung in Rung if rung in offered and rung not in skipped]
    rungs.sort(key=lambda rung: rung is not first)
    return tuple(rungs) or (Rung.TX_TWO_PERIODS,)
