"""The entities that know how cold it is."""

from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.planning_wiring import OutdoorConfig
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import site


@pytest.fixture(autouse=True)
def _weather(hass: HomeAssistant) -> None:
    """Have a weather entity with a forecast by the hour, and one with days alone."""
    hourly = WeatherEntityFeature.FORECAST_HOURLY | WeatherEntityFeature.FORECAST_DAILY
    for name, features in (("home", hourly), ("days", WeatherEntityFeature.FORECAST_DAILY)):
        hass.states.async_set(f"weather.{name}", "sunny", {"supported_features": int(features)})


async def at_solar(hass: HomeAssistant) -> User:
    """Return a user at the last step of a new site."""
    user = await User.adds_site(hass)
    await user.submits(name="Cabin", meter_layout="total", main_breaker=25)
    await user.submits(grid_total="sensor.grid_power")
    return user


async def test_a_site_is_told_where_temperatures_come_from(
    hass: HomeAssistant, free_port: int
) -> None:
    user = await at_solar(hass)
    result = await user.finishes(
        outdoor_temperature="sensor.temperature", weather="weather.home", ocpp_port=free_port
    )
    outdoor = SiteConfig.from_entry(result["result"]).planning.outdoor
    assert outdoor == OutdoorConfig(temperature="sensor.temperature", weather="weather.home")


async def test_a_home_that_does_not_heat_with_electricity_needs_none(
    hass: HomeAssistant, free_port: int
) -> None:
    user = await at_solar(hass)
    result = await user.finishes(ocpp_port=free_port)
    assert SiteConfig.from_entry(result["result"]).planning.outdoor == OutdoorConfig()


async def test_they_can_be_changed_and_taken_away(hass: HomeAssistant, free_port: int) -> None:
    entry = await site(hass, outdoor_temperature="sensor.temperature", ocpp_port=free_port)
    user = await User.changes_site(hass, entry)
    await user.submits()
    await user.submits()
    assert user.shown["outdoor_temperature"] == "sensor.temperature"
    await user.submits(outdoor_temperature=None, weather="weather.home")
    assert SiteConfig.from_entry(entry).planning.outdoor == OutdoorConfig(weather="weather.home")


@pytest.mark.parametrize(
    ("field", "entity", "words"),
    [
        ("outdoor_temperature", "sensor.grid_power", "Not a temperature by its unit"),
        ("outdoor_temperature", "sensor.gone", "sensor.gone"),
        ("weather", "weather.days", "Has no weather forecast by the hour: weather.days"),
        ("weather", "weather.gone", "weather.gone"),
    ],
)
async def test_entities_that_cannot_tell_are_refused(
    hass: HomeAssistant, field: str, entity: str, words: str
) -> None:
    user = await at_solar(hass)
    await user.submits(**{field: entity})
    assert set(user.errors) == {"outdoor"}
    assert words in user.reads("outdoor")
