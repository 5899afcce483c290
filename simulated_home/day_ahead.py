"""The price sensor, of the shape that Nord Pool's community integration has."""

from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from .device import device_info
from .market import CURRENCY, published


class DayAheadPrice(SensorEntity):
    """The price of this quarter of an hour, and the lists of today and tomorrow."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "day_ahead_price"
    _attr_native_unit_of_measurement = f"{CURRENCY}/kWh"
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 4
    _unrecorded_attributes = frozenset({"raw_today", "raw_tomorrow"})

    def __init__(self, entry_id: str, seed: int) -> None:
        """Know today's prices, and tomorrow's when they are out."""
        self._seed = seed
        self._attr_unique_id = f"{entry_id}_day_ahead_price"
        self._attr_device_info = device_info(entry_id)
        self._read(dt_util.utcnow())

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the clock; prices change, and come out, at quarters of an hour."""
        self.async_on_remove(
            async_track_utc_time_change(
                self.hass, self._on_quarter, minute=[0, 15, 30, 45], second=0
            )
        )

    @callback
    def _on_quarter(self, now: datetime) -> None:
        self._read(now)
        self.async_write_ha_state()

    def _read(self, now: datetime) -> None:
        prices = published(now, dt_util.get_default_time_zone(), self._seed)
        self._attr_native_value = prices.at(now)
        self._attr_extra_state_attributes: dict[str, Any] = {
            "raw_today": [price.as_dict() for price in prices.today],
            "raw_tomorrow": [price.as_dict() for price in prices.tomorrow],
            "tomorrow_valid": bool(prices.tomorrow),
            "currency": CURRENCY,
            "unit": "kWh",
            "price_in_cents": False,
        }
