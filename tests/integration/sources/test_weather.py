"""Temperatures ahead come from a weather entity's forecast, whatever it answers."""

from datetime import UTC, datetime, timedelta
import math
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.loadstar.sources.weather import TemperatureForecast

NOW = datetime(2026, 1, 14, 16, 20, tzinfo=UTC)
ENTITY = "weather.home"


def row(hour: int, temperature: Any) -> dict[str, Any]:
    return {"datetime": f"2026-01-14T{hour:02}:00:00+00:00", "temperature": temperature}


class Weather:
    """A weather integration, with the answer in the test's hands."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.answer: Any = {}
        self.asked = 0
        hass.services.async_register(
            "weather", "get_forecasts", self._answer, supports_response=SupportsResponse.ONLY
        )

    async def _answer(self, call: ServiceCall) -> Any:
        assert call.data == {"entity_id": ENTITY, "type": "hourly"}
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def says(self, *rows: Any) -> None:
        self.answer = {ENTITY: {"forecast": list(rows)}}


@pytest.fixture
def weather(hass: HomeAssistant) -> Weather:
    return Weather(hass)


async def celsius(forecast: TemperatureForecast, now: datetime = NOW) -> dict[int, float]:
    """Return °C by the hour of the day."""
    series = await forecast.async_temperatures(now)
    hours = [datetime.fromtimestamp(start, UTC).hour for start in series.start_s.tolist()]
    return dict(zip(hours, series.values.tolist(), strict=True))


async def test_hours_come_in_order_and_in_celsius(hass: HomeAssistant, weather: Weather) -> None:
    hass.states.async_set(ENTITY, "sunny", {"temperature_unit": "°F"})
    weather.says(row(18, 32.0), row(17, 50))
    assert await celsius(TemperatureForecast(hass, ENTITY)) == pytest.approx({17: 10, 18: 0})


@pytest.mark.parametrize("bad", [None, "5", True, math.nan, math.inf, 400.0, -120.0], ids=repr)
async def test_what_is_no_temperature_is_left_out(
    hass: HomeAssistant, weather: Weather, bad: Any
) -> None:
    weather.says(row(17, bad), row(18, -3.5), {"temperature": 4.0}, "rain")
    assert await celsius(TemperatureForecast(hass, ENTITY)) == {18: -3.5}


@pytest.mark.parametrize(
    "answer",
    [{}, {ENTITY: None}, {ENTITY: {"forecast": None}}, {ENTITY: {"forecast": "warm"}}],
    ids=repr,
)
async def test_an_answer_without_a_forecast_gives_none(
    hass: HomeAssistant, weather: Weather, answer: Any
) -> None:
    weather.answer = answer
    assert await celsius(TemperatureForecast(hass, ENTITY)) == {}


async def test_it_is_asked_once_an_hour_and_what_it_gave_stays_while_it_is_silent(
    hass: HomeAssistant, weather: Weather
) -> None:
    forecast = TemperatureForecast(hass, ENTITY)
    weather.says(row(17, 1.0))
    assert await celsius(forecast) == {17: 1.0}
    assert await celsius(forecast, NOW + timedelta(minutes=59)) == {17: 1.0}
    assert weather.asked == 1
    weather.answer = HomeAssistantError("out of order")
    assert await celsius(forecast, NOW + timedelta(hours=1)) == {17: 1.0}
    weather.says(row(19, 2.0))
    assert await celsius(forecast, NOW + timedelta(hours=1, minutes=15)) == {19: 2.0}


async def test_a_clock_that_was_put_back_does_not_keep_the_weather_away(
    hass: HomeAssistant, weather: Weather
) -> None:
    forecast = TemperatureForecast(hass, ENTITY)
    weather.says(row(17, 1.0))
    await celsius(forecast, NOW + timedelta(days=1))
    weather.says(row(17, 2.0))
    assert await celsius(forecast) == {17: 2.0}


async def test_a_home_without_a_weather_entity_or_without_weather_has_no_forecast(
    hass: HomeAssistant,
) -> None:
    assert await celsius(TemperatureForecast(hass, None)) == {}
    assert await celsius(TemperatureForecast(hass, ENTITY)) == {}
