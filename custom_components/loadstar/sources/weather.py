"""Outdoor temperatures ahead, from a weather entity's forecast by the hour."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
import math
from typing import Any, Final

from homeassistant.components.weather.const import ATTR_WEATHER_TEMPERATURE_UNIT
from homeassistant.components.weather.const import DOMAIN as WEATHER_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import TemperatureConverter
import numpy as np
from probatio import Invalid

from ..const import LOGGER
from ..engine.forecast.local_time import HOUR_S
from ..engine.forecast.types import EMPTY, HourlySeries

_ACTION: Final = "get_forecasts"
_PATIENCE_S: Final = 10.0
_LIFE: Final = timedelta(hours=1)
_COLDEST_C: Final = -90.0
_HOTTEST_C: Final = 60.0


class TemperatureForecast:
    """Ask a weather entity for temperatures, not more often than once an hour."""

    def __init__(self, hass: HomeAssistant, entity_id: str | None) -> None:
        """Know nothing yet; without an entity that stays so."""
        self._hass = hass
        self._entity_id = entity_id
        self._asked: datetime | None = None
        self._known = EMPTY

    async def async_temperatures(self, now: datetime) -> HourlySeries:
        """Return °C by the hour as far as the forecast reaches; empty where there is none.

        An entity that gives none now leaves what it gave before.
        """
        asked = self._asked
        if self._entity_id is None or (asked is not None and abs(now - asked) < _LIFE):
            return self._known
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._hass.services.async_call(
                    WEATHER_DOMAIN,
                    _ACTION,
                    {ATTR_ENTITY_ID: self._entity_id, "type": "hourly"},
                    blocking=True,
                    return_response=True,
                )
        except (HomeAssistantError, Invalid, TimeoutError) as error:
            LOGGER.debug("%s: no weather forecast: %s", self._entity_id, error)
            return self._known
        rows = _rows(answer, self._entity_id)
        if rows:
            self._asked, self._known = now, _series(rows, self._unit)
        return self._known

    @property
    def _unit(self) -> str:
        state = self._hass.states.get(self._entity_id or "")
        attributes = {} if state is None else state.attributes
        unit = attributes.get(ATTR_WEATHER_TEMPERATURE_UNIT)
        return str(unit) if unit in TemperatureConverter.VALID_UNITS else UnitOfTemperature.CELSIUS


def _rows(answer: object, entity_id: str) -> list[Mapping[str, Any]]:
    """Return the rows of an answer, whatever it is."""
    found = answer.get(entity_id) if isinstance(answer, Mapping) else None
    rows = found.get("forecast") if isinstance(found, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _series(rows: list[Mapping[str, Any]], unit: str) -> HourlySeries:
    """Return what can be used of the rows, by the hour."""
    known: dict[int, float] = {}
    for row in rows:
        start = dt_util.parse_datetime(str(row.get("datetime")))
        value = row.get("temperature")
        if start is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        celsius = TemperatureConverter.convert(value, unit, UnitOfTemperature.CELSIUS)
        if math.isfinite(celsius) and _COLDEST_C <= celsius <= _HOTTEST_C:
            known[int(dt_util.as_utc(start).timestamp()) // HOUR_S * HOUR_S] = celsius
    starts = sorted(known)
    return HourlySeries(
        start_s=np.array(starts, dtype=np.int64),
        values=np.array([known[start] for start in starts], dtype=np.float64),
    )
