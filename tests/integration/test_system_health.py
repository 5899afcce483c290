"""System health tells of ports, chargers and meters."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant
import pytest

from custom_components import loadstar
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.system_health import async_register
from tests.integration.common import CHARGING, report_meters, running

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")


async def told(hass: HomeAssistant) -> dict[str, Any]:
    registration = SystemHealthRegistration(hass, DOMAIN)
    async_register(hass, registration)
    assert registration.info_callback is not None
    info: dict[str, Any] = await registration.info_callback(hass)
    return info


async def test_a_running_site(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        home.garage.say(CHARGING)
        await home.decide()
        info = await told(hass)
    assert (info["ports"], info["chargers_connected"]) == ("9016", "1/2")


async def test_the_oldest_meter_value_counts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    async with running(hass) as home:
        freezer.tick(timedelta(seconds=40))
        hass.states.async_set("sensor.grid_a", "5", {"unit_of_measurement": "A"})
        await home.decide()
        assert (await told(hass))["oldest_meter_age"] == "40 s"
        report_meters(hass)
        await home.decide()
        assert (await told(hass))["oldest_meter_age"] == "0 s"


async def test_a_meter_that_is_not_there_has_no_age(hass: HomeAssistant) -> None:
    async with running(hass, grid_c="sensor.nowhere"):
        assert (await told(hass))["oldest_meter_age"] == "-"


async def test_without_a_running_site_there_is_nothing_to_tell(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await hass.config_entries.async_remove(home.entry.entry_id)
        assert await told(hass) == {
            "ports": "-",
            "chargers_connected": "0/0",
            "refused_handshakes": 0,
            "oldest_meter_age": "-",
        }


async def test_before_loadstar_is_set_up_there_is_nothing_to_tell(hass: HomeAssistant) -> None:
    assert (await told(hass))["ports"] == "-"


async def test_everything_told_has_a_label(hass: HomeAssistant) -> None:
    texts = json.loads((Path(loadstar.__file__).parent / "translations" / "en.json").read_text())
    assert (await told(hass)).keys() == texts["system_health"]["info"].keys()
