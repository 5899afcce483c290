"""The switch before the water heater's thermostat."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import SimulatedHomeEntry
from .device import device_info
from .home import SimulatedHome

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001  the platform's signature
    entry: SimulatedHomeEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Hang up the switch."""
    async_add_entities([WaterHeaterSwitch(entry.entry_id, entry.runtime_data)])


class WaterHeaterSwitch(SwitchEntity):
    """Lets the thermostat heat; off at first, so that nothing heats unasked."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "water_heater"

    def __init__(self, entry_id: str, home: SimulatedHome) -> None:
        """Switch the heater of ``home``."""
        self._heater = home.water_heater
        self._attr_unique_id = f"{entry_id}_water_heater"
        self._attr_device_info = device_info(entry_id)

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the thermostat may heat."""
        return self._heater.is_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let the thermostat heat."""
        self._set(is_on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the water cool."""
        self._set(is_on=False)

    def _set(self, *, is_on: bool) -> None:
        self._heater.is_on = is_on
        self.async_write_ha_state()
