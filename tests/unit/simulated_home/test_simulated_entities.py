"""The simulated home's market and water heater as Home Assistant shows them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockEntityPlatform,
    async_fire_time_changed,
)

from simulated_home.day_ahead import DayAheadPrice
from simulated_home.energy import async_get_solar_forecast
from simulated_home.home import HomeConfig, SimulatedHome
from simulated_home.switch import WaterHeaterSwitch


@pytest.fixture
def home() -> SimulatedHome:
    """Build a home at ten in the morning."""
    return SimulatedHome(
        HomeConfig(
            seed=1,
            start_hour=10.0,
            ocpp_url="ws://127.0.0.1:1",
            keys={"garage": "", "driveway": ""},
        )
    )


type Show = Callable[[str, Entity], Awaitable[str]]


@pytest.fixture
async def show(hass: HomeAssistant) -> AsyncIterator[Show]:
    """Add entities to Home Assistant; return their ids."""
    entry = MockConfigEntry(domain="simulated_home")
    entry.add_to_hass(hass)
    platforms = []

    async def add(domain: str, entity: Entity) -> str:
        platform = MockEntityPlatform(hass, domain=domain, platform_name="simulated_home")
        platform.config_entry = entry
        platforms.append(platform)
        await platform.async_add_entities([entity])
        assert entity.entity_id
        return str(entity.entity_id)

    yield add
    for platform in platforms:
        await platform.async_reset()


async def test_the_price_follows_the_clock_and_tomorrow_comes_at_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, show: Show
) -> None:
    await hass.config.async_set_time_zone("Europe/Stockholm")
    freezer.move_to("2026-11-20 11:59:30+00:00")
    entity_id = await show("sensor", DayAheadPrice("entry", 1))
    state = hass.states.get(entity_id)
    assert state is not None
    rows: list[dict[str, Any]] = state.attributes["raw_today"]
    assert len(rows) == 96
    assert float(state.state) == rows[51]["value"]  # a quarter to one
    assert state.attributes["raw_tomorrow"] == []
    assert not state.attributes["tomorrow_valid"]
    assert state.attributes["unit_of_measurement"] == "EUR/kWh"
    freezer.tick(timedelta(seconds=31))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    state = hass.states.get(entity_id)
    assert state is not None
    assert float(state.state) == rows[52]["value"]
    assert len(state.attributes["raw_tomorrow"]) == 96
    assert state.attributes["tomorrow_valid"]


async def test_the_water_heater_is_off_until_it_is_switched_on(
    hass: HomeAssistant, home: SimulatedHome, show: Show
) -> None:
    switch = WaterHeaterSwitch("entry", home)
    entity_id = await show("switch", switch)
    assert home.step(1.0).house.water_heater_w == {"tank": 0.0}
    await switch.async_turn_on()
    assert (state := hass.states.get(entity_id)) is not None
    assert state.state == "on"
    assert home.step(1.0).house.water_heater_w == {"tank": 2000.0}
    await switch.async_turn_off()
    assert (state := hass.states.get(entity_id)) is not None
    assert state.state == "off"
    assert home.step(1.0).house.water_heater_w == {"tank": 0.0}


async def test_the_energy_dashboard_gets_the_forecast_of_a_home_that_lives(
    hass: HomeAssistant, home: SimulatedHome
) -> None:
    entry = MockConfigEntry(domain="simulated_home", state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    entry.runtime_data = home
    forecast = await async_get_solar_forecast(hass, entry.entry_id)
    assert forecast is not None
    assert sum(forecast["wh_hours"].values()) > 100_000  # four days in June
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
    assert await async_get_solar_forecast(hass, entry.entry_id) is None
    assert await async_get_solar_forecast(hass, "gone") is None


async def test_another_integrations_entry_has_no_forecast_here(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain="other", state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    assert await async_get_solar_forecast(hass, entry.entry_id) is None


def test_the_forecast_is_of_the_sun_that_shines(home: SimulatedHome) -> None:
    now = dt_util.utcnow()
    hours = {dt_util.parse_datetime(s): wh for s, wh in home.pv_forecast_wh(now).items()}
    # ten in the morning and two in the afternoon are alike, eleven at night is dark
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    assert hours[this_hour] > 2500
    assert hours[this_hour + timedelta(hours=4)] > 2500
    assert this_hour + timedelta(hours=13) not in hours
