"""What a charger said that it can do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ocpp.v16.enums import ChargingRateUnitType

from ..text import clean_text

SAMPLED_DATA = "MeterValuesSampledData"
SAMPLED_DATA_MAX_LENGTH = "MeterValuesSampledDataMaxLength"
SAMPLE_INTERVAL = "MeterValueSampleInterval"
HEARTBEAT_INTERVAL = "HeartbeatInterval"
RATE_UNITS = "ChargingScheduleAllowedChargingRateUnit"
MAX_PERIODS = "ChargingScheduleMaxPeriods"
MAX_STACK_LEVEL = "ChargeProfileMaxStackLevel"
NUMBER_OF_CONNECTORS = "NumberOfConnectors"

# what is asked for; nothing else of a charger's configuration is kept
KEYS = (
    RATE_UNITS,
    MAX_PERIODS,
    MAX_STACK_LEVEL,
    "MaxChargingProfilesInstalled",
    "SupportedFeatureProfiles",
    NUMBER_OF_CONNECTORS,
    SAMPLED_DATA,
    SAMPLED_DATA_MAX_LENGTH,
    SAMPLE_INTERVAL,
    HEARTBEAT_INTERVAL,
)

VALUE_LENGTH = 500

_AMPS = frozenset({"current", "a", "amp", "amps"})
_WATTS = frozenset({"power", "w", "watt", "watts"})


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Configuration keys and values, as far as the charger told them."""

    values: Mapping[str, str] = field(default_factory=dict)
    readonly: frozenset[str] = frozenset()

    @property
    def rate_unit(self) -> ChargingRateUnitType:
        """Return amperes, unless the charger takes watts alone."""
        units = self._rate_units()
        if units & _WATTS and not units & _AMPS:
            return ChargingRateUnitType.watts
        return ChargingRateUnitType.amps

    @property
    def may_take_both_units(self) -> bool:
        """Return whether the other unit is worth a try; one that is denied may be misread."""
        units = self._rate_units()
        return bool(units & _WATTS) == bool(units & _AMPS)

    @property
    def takes_two_periods(self) -> bool:
        """Return whether one profile may hold a set-point and what follows it."""
        periods = self.number(MAX_PERIODS)
        return periods is None or periods >= 2  # noqa: PLR2004  the two periods

    def number(self, key: str) -> int | None:
        """Return a value that should be a whole number."""
        try:
            return int(self.values[key])
        except KeyError, ValueError:
            return None

    def _rate_units(self) -> set[str]:
        return {unit.strip().lower() for unit in self.values.get(RATE_UNITS, "").split(",")}

    def with_answer(self, payload: Mapping[str, Any], keys: Collection[str] = KEYS) -> Capabilities:
        """Return these and what a GetConfiguration answer adds; its garbage is left out."""
        values = dict(self.values)
        readonly = set(self.readonly)
        items = payload.get("configurationKey")
        for item in items if isinstance(items, list) else ():
            match item:
                case {"key": str(key), "value": str(value)} if key in keys:
                    values[key] = clean_text(value, VALUE_LENGTH) or ""
                    if item.get("readonly") is True:
                        readonly.add(key)
        return Capabilities(values, frozenset(readonly))
