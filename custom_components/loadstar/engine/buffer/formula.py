"""How much of the user's minimum a trusted PV forecast lets go of.

Source: SmartLoad's DynamicBufferCalc, with its figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import math
from typing import Final

from .types import BufferReason

HARD_FLOOR_PERCENT: Final = 10.0
LEAST_PERCENT: Final = 20.0  # however much the forecast is trusted
_STEP_PERCENT: Final = 5.0
_TRUSTED: Final = 0.65
_BONUS: Final = 0.1
_MORNING: Final = range(5, 11)  # local hours before the sun has begun to fill the battery
_WIDE_SPREAD_PER_KWH: Final = 0.10
_WIDE_CURRENCIES: Final = frozenset({"EUR", "USD", "GBP", "CHF", "AUD"})
_WIDE_SHARE: Final = 0.4  # of the median price, where money has another scale
# Figures that are equal on paper differ behind this digit once they have been computed.
_DIGITS: Final = 9

type Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Target:
    """A reserve in percent, and why: a code with its figures."""

    percent: float
    reason: BufferReason
    data: Figures


def wide_spread_per_kwh(currency: str, median_price_per_kwh: float | None) -> float | None:
    """Return beyond what spread per kWh prices lie wide apart, None where nobody can tell.

    ``median_price_per_kwh`` is the month's median import price.
    """
    if currency in _WIDE_CURRENCIES:
        return _WIDE_SPREAD_PER_KWH
    if median_price_per_kwh is None or not 0 < median_price_per_kwh < math.inf:
        return None
    return _WIDE_SHARE * median_price_per_kwh


def target_soc(
    base: float, confidence: float | None, *, wide_spread: bool, local_hour: int
) -> Target:
    """Return the reserve in percent for a ``base`` of 0-100 % and a confidence of 0-1.

    A confidence that is unknown (None or NaN) counts as none.
    """
    if (low := low_base(base)) is not None:
        return low
    if confidence is None or math.isnan(confidence):
        return Target(base, BufferReason.CONFIDENCE_UNKNOWN, {"target": base})
    shown = {"confidence_percent": round(100 * confidence, 1)}
    if confidence <= _TRUSTED:
        return Target(base, BufferReason.CONFIDENCE_LOW, {"target": base, **shown})
    morning = local_hour in _MORNING
    trust = (confidence - _TRUSTED) / (1 - _TRUSTED)
    strength = min(1.0, trust + _BONUS * wide_spread + _BONUS * morning)
    target = bounded(base, base - (base - LEAST_PERCENT) * strength)
    if target == base:
        return Target(base, BufferReason.TOO_LITTLE, {"target": base, **shown})
    reason = _LOWERED[wide_spread, morning]
    return Target(target, reason, {"target": target, "base": base, **shown})


def low_base(base: float) -> Target | None:
    """Return the target of a base that is so low that nothing is taken off it, else None."""
    if base > LEAST_PERCENT:
        return None
    if base < HARD_FLOOR_PERCENT:
        figures = {"target": HARD_FLOOR_PERCENT, "base": base}
        return Target(HARD_FLOOR_PERCENT, BufferReason.HARD_FLOOR, figures)
    return Target(base, BufferReason.BASE_LOW, {"target": base})


def bounded(base: float, percent: float) -> float:
    """Return a reserve rounded to 5 %, half up, not under 20 % and not over ``base``."""
    steps = math.floor(round(percent / _STEP_PERCENT, _DIGITS) + 0.5)
    return min(base, max(LEAST_PERCENT, steps * _STEP_PERCENT))


def is_wide(spread_per_kwh: float | None, beyond_per_kwh: float | None) -> bool:
    """Whether prices lie wide apart; not where either is unknown."""
    if spread_per_kwh is None or beyond_per_kwh is None:
        return False
    return round(spread_per_kwh - beyond_per_kwh, _DIGITS) > 0


_LOWERED: Final = {
    (False, False): BufferReason.LOWERED,
    (True, False): BufferReason.LOWERED_SPREAD,
    (False, True): BufferReason.LOWERED_MORNING,
    (True, True): BufferReason.LOWERED_SPREAD_MORNING,
}
