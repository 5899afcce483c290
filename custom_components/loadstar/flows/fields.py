"""The forms' fields: selectors with their units and ranges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.const import (
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfPower,
)
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from probatio import Coerce

from ..const import (
    CONF_CAPACITY,
    CONF_CONNECTOR_ID,
    CONF_EXPORT_THRESHOLD,
    CONF_FALLBACK_CURRENT,
    CONF_IMPORT_LIMIT,
    CONF_INVERTER_MAX_POWER,
    CONF_INVERTER_MAX_POWER_PER_PHASE,
    CONF_LIMIT,
    CONF_MAIN_BREAKER,
    CONF_MAX_CHARGE_POWER,
    CONF_MAX_DISCHARGE_POWER,
    CONF_MAX_UNBALANCE,
    CONF_MIN_CURRENT,
    CONF_OCPP_PORT,
    CONF_OCPP_TLS_PORT,
    CONF_PRIORITY,
    CONF_RATED_CURRENT,
    CONF_VOLTAGE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be."""

    minimum: float
    maximum: float
    unit: str | None = None
    step: float = 1

    def __contains__(self, value: float) -> bool:
        """Whether ``value`` is allowed; NaN is not."""
        return self.minimum <= value <= self.maximum


_AMPERE: Final = UnitOfElectricCurrent.AMPERE
_WATT: Final = UnitOfPower.WATT

RANGES: Final = {
    CONF_VOLTAGE: Range(100, 280, UnitOfElectricPotential.VOLT),
    CONF_MAIN_BREAKER: Range(6, 125, _AMPERE),
    CONF_IMPORT_LIMIT: Range(500, 250_000, _WATT),
    CONF_MAX_UNBALANCE: Range(1, 125, _AMPERE, 0.5),
    CONF_EXPORT_THRESHOLD: Range(0, 250_000, _WATT),
    CONF_INVERTER_MAX_POWER: Range(100, 250_000, _WATT),
    CONF_INVERTER_MAX_POWER_PER_PHASE: Range(100, 100_000, _WATT),
    CONF_OCPP_PORT: Range(1024, 65_535),
    CONF_OCPP_TLS_PORT: Range(1024, 65_535),
    CONF_CONNECTOR_ID: Range(1, 50),
    CONF_RATED_CURRENT: Range(6, 80, _AMPERE),
    CONF_MIN_CURRENT: Range(6, 80, _AMPERE, 0.5),
    CONF_FALLBACK_CURRENT: Range(0, 80, _AMPERE, 0.5),
    CONF_PRIORITY: Range(1, 100),
    CONF_LIMIT: Range(6, 125, _AMPERE),
    CONF_CAPACITY: Range(0.1, 1000, UnitOfEnergy.KILO_WATT_HOUR, 0.1),
    CONF_MAX_CHARGE_POWER: Range(100, 100_000, _WATT),
    CONF_MAX_DISCHARGE_POWER: Range(100, 100_000, _WATT),
}


class WordedNumber(NumberSelector):
    """A number whose range the flow checks, since it can say in words what is wrong."""

    @override
    def __call__(self, data: Any) -> float:
        """Take any number."""
        value: float = Coerce(float)(data)
        return value


def number(name: str) -> NumberSelector:
    """Return the selector of a number that has a range."""
    config = _number_config(name)
    config["min"] = RANGES[name].minimum
    return WordedNumber(config)


def number_to_enter(name: str) -> NumberSelector:
    """Return the selector of a required number that nobody can guess.

    The frontend fills a required field with its minimum, which looks like an answer. One
    without a minimum starts at 0, which is out of range.
    """
    return WordedNumber(_number_config(name))


def _number_config(name: str) -> NumberSelectorConfig:
    allowed = RANGES[name]
    config = NumberSelectorConfig(
        max=allowed.maximum, step=allowed.step, mode=NumberSelectorMode.BOX
    )
    if allowed.unit is not None:
        config["unit_of_measurement"] = allowed.unit
    return config


def choice(name: str, options: Sequence[str]) -> SelectSelector:
    """Return the selector of one of ``options``, whose words are translated under ``name``."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options), translation_key=name, mode=SelectSelectorMode.DROPDOWN
        )
    )


def labelled_choice(options: Sequence[tuple[str, str]]) -> SelectSelector:
    """Return the selector of one of ``options``, given as value and label."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=value, label=label) for value, label in options],
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def meter_entity() -> EntitySelector:
    """Return the selector of an entity that measures a current or a power."""
    return _measuring(["current", "power"], ["A", "mA", "W", "kW"])


def power_entity(*, multiple: bool = False) -> EntitySelector:
    """Return the selector of entities that measure a power."""
    return _measuring(["power"], ["W", "kW"], multiple=multiple)


def soc_entity() -> EntitySelector:
    """Return the selector of an entity that gives a state of charge."""
    return _measuring(["battery"], ["%"])


def _measuring(classes: list[str], units: list[str], *, multiple: bool = False) -> EntitySelector:
    # many template and REST sensors have a unit and no class
    filters: list[EntityWithDeviceFilterSelectorConfig] = [
        {"domain": "sensor", "device_class": classes},
        {"domain": "sensor", "unit_of_measurement": units},
    ]
    return EntitySelector(EntitySelectorConfig(filter=filters, multiple=multiple))
