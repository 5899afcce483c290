"""A running site with two chargers, a circuit and a battery."""

from collections.abc import AsyncIterator, Iterator
from unittest.mock import PropertyMock, patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from tests.integration.common import Home, running


@pytest.fixture(autouse=True)
def _loadstar_is_found(enable_custom_integrations: None) -> None:
    """Let Home Assistant find Loadstar."""


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable also what is disabled by default."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        PropertyMock(return_value=True),
    ):
        yield


@pytest.fixture
async def home(hass: HomeAssistant, _loadstar_is_found: None) -> AsyncIterator[Home]:
    """Return the running site."""
    async with running(hass) as home:
        yield home


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Leave out of snapshots what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)
