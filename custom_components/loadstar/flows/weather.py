"""What a weather entity has to give."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant

from ..const import CONF_WEATHER
from .problems import Problems
from .validation import check_exists, named


def check_weather(hass: HomeAssistant, values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse a weather entity that is not there, or that has no forecast by the hour."""
    check_exists(hass, values, CONF_WEATHER, problems)
    for entity_id in named(values, CONF_WEATHER):
        state = hass.states.get(entity_id)
        features = 0 if state is None else state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        if state is not None and not features & WeatherEntityFeature.FORECAST_HOURLY:
            problems.add_entity(CONF_WEATHER, "no_hourly_forecast", entity_id)
