"""Small differences and the charger's steps."""

import math

from .types import ControlSettings

_ROUNDING = 1e-6


def round_down(current: float, step: float) -> float:
    """Return the highest multiple of ``step`` A that is not above ``current``."""
    return round(math.floor(current / step + _ROUNDING) * step, 6)


def round_up(current: float, step: float) -> float:
    """Return the lowest multiple of ``step`` A that is not below ``current``."""
    return round(math.ceil(current / step - _ROUNDING) * step, 6)


def settle(
    wanted: float, current: float, step: float, highest: float, settings: ControlSettings
) -> float:
    """Return the set-point in A for a share: ``current`` unless the difference is worth it.

    It is rounded down to the charger's step, and must pass a step's edge by the
    hysteresis before it rises to it, except to ``highest``, where nothing flickers.
    """
    if wanted < current:
        if current - wanted < settings.dead_band_a:
            return current
        return round_down(wanted, step)
    at_top = wanted >= highest - _ROUNDING
    risen = round_down(wanted if at_top else wanted - settings.step_hysteresis_a, step)
    worth_it = risen - current >= min(settings.dead_band_a, highest - current) - _ROUNDING
    return risen if risen > current and worth_it else current
