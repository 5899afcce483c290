"""Sensors with prices and with a forecast of solar power, as integrations have them."""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

NORDPOOL: Final = "sensor.nordpool"
SPOT: Final = "sensor.spot"
SUN: Final = "sensor.sun_forecast"
TEMPLATE: Final = "{{ state_attr('sensor.spot', 'rows') }}"


def rows(value: str = "cost", *, days_ago: int = 0, **named: str) -> list[dict[str, Any]]:
    """Return a day of hours, with the keys that ``named`` gives instead of start and end."""
    midnight = dt_util.start_of_local_day() - timedelta(days=days_ago)
    return [_row(midnight + timedelta(hours=hour), value, named, hour) for hour in range(24)]


def add_nordpool(hass: HomeAssistant) -> None:
    """Add the sensor of the community's Nord Pool."""
    attributes = {
        "friendly_name": "Nord Pool SE3",
        "raw_today": rows("value"),
        "raw_tomorrow": [],
        "unit": "kWh",
        "price_in_cents": False,
        "currency": "EUR",
    }
    hass.states.async_set(NORDPOOL, "0.1", attributes)


def add_spot(hass: HomeAssistant, value: object = None, **attributes: Any) -> None:
    """Add a sensor whose list has keys of its own."""
    listed = rows("cost") if value is None else value
    hass.states.async_set(SPOT, "0.1", {"rows": listed, "words": "none", **attributes})


def add_sun(hass: HomeAssistant, **attributes: Any) -> None:
    """Add a sensor with a forecast of power."""
    listed = {"forecast": rows("power"), "unit_of_measurement": "kW"} | attributes
    hass.states.async_set(SUN, "3", listed)


def _row(begin: datetime, value: str, named: dict[str, str], hour: int) -> dict[str, Any]:
    start, end = named.get("start", "start"), named.get("end", "end")
    finish = begin + timedelta(hours=1)
    return {start: begin.isoformat(), end: finish.isoformat(), value: hour / 100}
