"""A subscriber gets everything once, then what has changed, and never old news."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.loadstar.engine.planner.devices import ManualAction, ManualBlock
from custom_components.loadstar.websocket_api import COMMAND, INTERVAL_S, Feed
from tests.integration.common import CHARGING, Home
from tests.integration.plans import NOW, SNAPSHOT, planned, planning, schedule, show_plan

pytestmark = [
    pytest.mark.usefixtures("enable_custom_integrations"),
]


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    async with planned(hass) as home:
        planning(home).schedule = schedule()
        await show_plan(home)
        yield home
