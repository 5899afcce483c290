"""Read one entity as a current, a power or a percentage; refuse what cannot be one."""

from dataclasses import dataclass
from enum import StrEnum
import math
import time
from typing import Final

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.util.unit_conversion import (
    ElectricCurrentConverter,
    PowerConverter,
    TemperatureConverter,
)

MAX_CURRENT_A: Final = 500.0
MAX_POWER_W: Final = 350_000.0
# Meters give active power; the current behind it is larger, by a home's usual power factor.
POWER_FACTOR: Final = 0.95


class Quantity(StrEnum):
    """What an entity measures, judged by its unit."""

    CURRENT = "current"
    POWER = "power"
    PERCENT = "percent"
    TEMPERATURE = "temperature"


@dataclass(frozen=True, slots=True)
class Sample:
    """A number in A, W or percent, and its age."""

    value: float | None  # None: missing, not a number, or absurd
    age_s: float | None  # None: the entity is not there


def quantity_of(state: State) -> Quantity | None:
    """Return what ``state`` measures, or None where its unit is none that we know."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if unit in ElectricCurrentConverter.VALID_UNITS:
        return Quantity.CURRENT
    if unit in PowerConverter.VALID_UNITS:
        return Quantity.POWER
    if unit in TemperatureConverter.VALID_UNITS:
        return Quantity.TEMPERATURE
    return Quantity.PERCENT if unit == "%" else None


def age_s(hass: HomeAssistant, entity_id: str) -> float | None:
    """Return the seconds since an entity last reported, unchanged reports included."""
    state = hass.states.get(entity_id)
    return None if state is None else _age_s(state)


def read_current(hass: HomeAssistant, entity_id: str, voltage: float) -> Sample:
    """Return the current of an entity that gives A or W, import positive."""
    state = hass.states.get(entity_id)
    if state is not None and quantity_of(state) is Quantity.POWER:
        power = read_power(hass, entity_id)
        if power.value is None:
            return power
        # exported power comes from an inverter, at a power factor of 1
        factor = POWER_FACTOR if power.value > 0 else 1.0
        current = power.value / (voltage * factor)
        return Sample(current if abs(current) <= MAX_CURRENT_A else None, power.age_s)
    return _read(state, Quantity.CURRENT, MAX_CURRENT_A)


def read_power(hass: HomeAssistant, entity_id: str) -> Sample:
    """Return the power of an entity in W."""
    return _read(hass.states.get(entity_id), Quantity.POWER, MAX_POWER_W)


def read_percent(hass: HomeAssistant, entity_id: str) -> Sample:
    """Return the percentage of an entity; outside 0 to 100 it is missing."""
    sample = _read(hass.states.get(entity_id), Quantity.PERCENT, 100.0)
    if sample.value is not None and sample.value < 0:
        return Sample(None, sample.age_s)
    return sample


def _read(state: State | None, quantity: Quantity, most: float) -> Sample:
    if state is None:
        return Sample(None, None)
    age = _age_s(state)
    if quantity_of(state) is not quantity:
        return Sample(None, age)
    try:
        value = float(state.state)
    except ValueError:
        return Sample(None, age)
    unit = state.attributes[ATTR_UNIT_OF_MEASUREMENT]
    if quantity is Quantity.CURRENT:
        value = ElectricCurrentConverter.convert(value, unit, UnitOfElectricCurrent.AMPERE)
    elif quantity is Quantity.POWER:
        value = PowerConverter.convert(value, unit, UnitOfPower.WATT)
    believable = math.isfinite(value) and abs(value) <= most
    return Sample(value if believable else None, age)


def _age_s(state: State) -> float:
    return max(0.0, time.time() - state.last_reported_timestamp)
