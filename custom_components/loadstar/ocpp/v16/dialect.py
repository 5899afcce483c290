"""What one charger's profiles are written in."""

from dataclasses import dataclass
from typing import Self

from ocpp.v16.enums import ChargingRateUnitType

from ..quirks import Quirks, RateUnit
from ..rung import FallbackForm
from .capabilities import Capabilities

_TWO = 2

_UNITS = {
    RateUnit.AMPERES: ChargingRateUnitType.amps,
    RateUnit.WATTS: ChargingRateUnitType.watts,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a connector's profiles are worded."""

    unit: ChargingRateUnitType = ChargingRateUnitType.amps
    two_periods: bool = True  # whether one profile has room for what follows the set-point
    number_phases: bool = True

    @classmethod
    def of(cls, capabilities: Capabilities, quirks: Quirks, fallback: FallbackForm | None) -> Self:
        """Return what a charger told, corrected by what is known and was found of it."""
        unit = capabilities.rate_unit if quirks.rate_unit is None else _UNITS[quirks.rate_unit]
        if fallback is FallbackForm.OTHER_UNIT:
            unit = other(unit)
        periods = quirks.max_periods
        return cls(
            unit=unit,
            two_periods=capabilities.takes_two_periods if periods is None else periods >= _TWO,
            number_phases=quirks.number_phases,
        )


def other(unit: ChargingRateUnitType) -> ChargingRateUnitType:
    """Return watts for amperes and the other way round."""
    if unit is ChargingRateUnitType.amps:
        return ChargingRateUnitType.watts
    return ChargingRateUnitType.amps
