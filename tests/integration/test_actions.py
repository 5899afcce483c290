"""Actions find the charger that is meant, or say why not."""

from collections.abc import AsyncIterator

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from probatio import Invalid
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.loadstar.const import DOMAIN
from tests.integration.common import AT_REST, CHARGING, Home, running

ACTIONS = ("start_session", "stop_session")


pytestmark = pytest.mark.usefixtures("enable_custom_integrations")


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    async with running(hass) as home:
        home.garage.say(AT_REST, status="Preparing")
        home.carport.say(CHARGING)
        await home.decide()
        yield home


async def act(hass: HomeAssistant, action: str, device_id: str) -> None:
    await hass.services.async_call(DOMAIN, action, {"device_id": device_id}, blocking=True)


async def test_a_session_is_started_at_the_charger_named(home: Home) -> None:
    await act(home.hass, "start_session", home.device("garage").id)
    assert home.garage.asked == [("start", "loadstar")]
    assert home.carport.asked == []


async def test_a_session_is_stopped_at_the_charger_named(home: Home) -> None:
    await act(home.hass, "stop_session", home.device("carport").id)
    assert home.carport.asked == ["stop"]
    assert home.garage.asked == []


@pytest.mark.parametrize(
    ("action", "subentry_id", "words"),
    [
        ("start_session", "carport", "Carport is already in a session"),
        ("stop_session", "garage", "Garage has no session that could be stopped"),
    ],
)
async def test_what_is_impossible_is_refused_in_words(
    home: Home, action: str, subentry_id: str, words: str
) -> None:
    with pytest.raises(HomeAssistantError, match=words):
        await act(home.hass, action, home.device(subentry_id).id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_charger_that_is_offline_is_named(home: Home, action: str) -> None:
    home.garage.say(connected=False)
    await home.decide()
    with pytest.raises(HomeAssistantError, match="Garage is not connected"):
        await act(home.hass, action, home.device("garage").id)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("subentry_id", "name"), [(None, "Home"), ("cellar", "Cellar"), ("outbuilding", "Outbuilding")]
)
async def test_other_devices_of_ours_are_no_chargers(
    home: Home, action: str, subentry_id: str | None, name: str
) -> None:
    with pytest.raises(ServiceValidationError, match=f"{name} is not a charger of Loadstar"):
        await act(home.hass, action, home.device(subentry_id).id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_device_of_another_integration_is_no_charger(
    home: Home, device_registry: dr.DeviceRegistry, action: str
) -> None:
    other = MockConfigEntry(domain="toaster")
    other.add_to_hass(home.hass)
    toaster = device_registry.async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("toaster", "1")}, name="Toaster"
    )
    with pytest.raises(ServiceValidationError, match="Toaster is not a charger of Loadstar"):
        await act(home.hass, action, toaster.id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_device_that_is_not_there_is_named(home: Home, action: str) -> None:
    with pytest.raises(ServiceValidationError, match="There is no device nowhere"):
        await act(home.hass, action, "nowhere")


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_charger_has_the_name_that_its_user_gave_it(
    home: Home, device_registry: dr.DeviceRegistry, action: str
) -> None:
    device_registry.async_update_device(home.device().id, name_by_user="Our house")
    with pytest.raises(ServiceValidationError, match="Our house is not a charger"):
        await act(home.hass, action, home.device().id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_site_that_does_not_run_is_named(home: Home, action: str) -> None:
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    with pytest.raises(ServiceValidationError, match="The site Home is not running"):
        await act(home.hass, action, home.device("garage").id)


@pytest.mark.parametrize("data", [{}, {"device_id": None}, {"device_id": ["a", "b"]}, {"id": "x"}])
async def test_a_call_without_one_device_is_invalid(home: Home, data: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await home.hass.services.async_call(DOMAIN, "start_session", data, blocking=True)
    assert home.garage.asked == []


async def test_actions_stay_while_no_site_runs(hass: HomeAssistant) -> None:
    async with running(hass) as home:
        await hass.config_entries.async_unload(home.entry.entry_id)
        assert all(hass.services.has_service(DOMAIN, action) for action in ACTIONS)
