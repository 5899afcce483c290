"""The forms' fields: selectors with their units and ranges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, override

from homeassistant.const import (
    DEGREE,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTime,
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
    CONF_AZIMUTH,
    CONF_BLOCK,
    CONF_CAPACITY,
    CONF_CONNECTOR_ID,
    CONF_DURATION,
    CONF_EFFICIENCY,
    CONF_ENERGY_PER_DAY,
    CONF_EXPORT_FACTOR,
    CONF_EXPORT_FEE,
    CONF_EXPORT_FIXED,
    CONF_EXPORT_TAX,
    CONF_EXPORT_THRESHOLD,
    CONF_EXPORT_VAT,
    CONF_FALLBACK_CURRENT,
    CONF_IMPORT_FACTOR,
    CONF_IMPORT_FEE,
    CONF_IMPORT_FIXED,
    CONF_IMPORT_LIMIT,
    CONF_IMPORT_TAX,
    CONF_IMPORT_VAT,
    CONF_INVERTER_MAX_POWER,
    CONF_INVERTER_MAX_POWER_PER_PHASE,
    CONF_LIMIT,
    CONF_LONGEST_GAP,
    CONF_MAIN_BREAKER,
    CONF_MAX_CHARGE_POWER,
    CONF_MAX_DISCHARGE_POWER,
    CONF_MAX_SOC,
    CONF_MAX_UNBALANCE,
    CONF_MIN_CURRENT,
    CONF_MIN_SOC,
    CONF_OCPP_PORT,
    CONF_OCPP_TLS_PORT,
    CONF_PEAK_COUNT,
    CONF_PEAK_FEE,
    CONF_PEAK_FROM,
    CONF_PEAK_POWER,
    CONF_PEAK_UNTIL,
    CONF_PRIORITY,
    CONF_RATED_CURRENT,
    CONF_RATED_POWER,
    CONF_ROUND_TRIP_EFFICIENCY,
    CONF_TILT,
    CONF_VOLTAGE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be."""

    minimum: float
    maximum: float
    unit: str | None = None
    step: float | Literal["any"] = 1

    def __contains__(self, value: float) -> bool:
        """Whether ``value`` is allowed; NaN is not."""
        return self.minimum <= value <= self.maximum


_AMPERE: Final = UnitOfElectricCurrent.AMPERE
_WATT: Final = UnitOfPower.WATT
_PERCENT: Final = UnitOfRatio.PERCENTAGE
_MINUTES: Final = UnitOfTime.MINUTES
# currencies differ by a factor of a thousand and more
_MONEY: Final = Range(-1000, 1000, step="any")
_FACTOR: Final = Range(0.001, 1000, step="any")

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
    CONF_ROUND_TRIP_EFFICIENCY: Range(50, 100, _PERCENT, 0.5),
    CONF_MIN_SOC: Range(0, 90, _PERCENT),
    CONF_MAX_SOC: Range(10, 100, _PERCENT),
    CONF_IMPORT_FIXED: _MONEY,
    CONF_IMPORT_FACTOR: _FACTOR,
    CONF_IMPORT_FEE: _MONEY,
    CONF_IMPORT_TAX: _MONEY,
    CONF_IMPORT_VAT: Range(0, 100, _PERCENT, 0.1),
    CONF_EXPORT_FIXED: _MONEY,
    CONF_EXPORT_FACTOR: _FACTOR,
    CONF_EXPORT_FEE: _MONEY,
    CONF_EXPORT_TAX: _MONEY,
    CONF_EXPORT_VAT: Range(0, 100, _PERCENT, 0.1),
    CONF_PEAK_FEE: Range(0, 100_000, step="any"),
    CONF_PEAK_COUNT: Range(1, 31),
    CONF_PEAK_FROM: Range(0, 23, UnitOfTime.HOURS),
    CONF_PEAK_UNTIL: Range(1, 24, UnitOfTime.HOURS),
    CONF_EFFICIENCY: Range(50, 100, _PERCENT, 0.5),
    CONF_PEAK_POWER: Range(0.1, 1000, UnitOfPower.KILO_WATT, 0.01),
    CONF_TILT: Range(0, 90, DEGREE),
    CONF_AZIMUTH: Range(0, 360, DEGREE),
    CONF_RATED_POWER: Range(0.05, 100, UnitOfPower.KILO_WATT, 0.05),
    CONF_ENERGY_PER_DAY: Range(0.1, 1000, UnitOfEnergy.KILO_WATT_HOUR, 0.1),
    CONF_BLOCK: Range(15, 240, _MINUTES, 15),
    CONF_LONGEST_GAP: Range(1, 48, UnitOfTime.HOURS),
    CONF_DURATION: Range(15, 1440, _MINUTES, 15),
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


def money(name: str, unit: str) -> NumberSelector:
    """Return the selector of an amount of money in ``unit``, which may be negative."""
    return WordedNumber({**_number_config(name), "unit_of_measurement": unit})


def row_number(unit: str) -> NumberSelector:
    """Return the selector of a number in a list's row, whose range the flow checks."""
    return WordedNumber(
        NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any", unit_of_measurement=unit)
    )


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


def choices(name: str, options: Sequence[str]) -> SelectSelector:
    """Return the selector of several of ``options``, translated under ``name``."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options),
            translation_key=name,
            mode=SelectSelectorMode.DROPDOWN,
            multiple=True,
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


def temperature_entity() -> EntitySelector:
    """Return the selector of an entity that gives a temperature."""
    return _measuring(["temperature"], ["°C", "°F"])


def weather_entity() -> EntitySelector:
    """Return the selector of a weather entity."""
    return EntitySelector(EntitySelectorConfig(filter=[{"domain": "weather"}]))


def _measuring(classes: list[str], units: list[str], *, multiple: bool = False) -> EntitySelector:
    # many template and REST sensors have a unit and no class
    filters: list[EntityWithDeviceFilterSelectorConfig] = [
        {"domain": "sensor", "device_class": classes},
        {"domain": "sensor", "unit_of_measurement": units},
    ]
    return EntitySelector(EntitySelectorConfig(filter=filters, multiple=multiple))
