"""A Home Assistant with meters, in which sites can be added but do nothing."""

from collections.abc import Iterator
import socket
from types import SimpleNamespace
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.central import CentralSystems
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.settings import SettingsStore
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.sites import add_meters


async def _set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Give the entry its settings and nothing else."""
    settings = SettingsStore(hass, entry.entry_id, SiteConfig.from_entry(entry))
    entry.runtime_data = SimpleNamespace(settings=settings)
    return True


@pytest.fixture
def free_port(socket_enabled: None) -> int:  # noqa: ARG001  ports are tried out
    """Return a port that no program holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(autouse=True)
def idle_sites(
    hass: HomeAssistant,
    enable_custom_integrations: None,  # noqa: ARG001  Loadstar is one
    free_port: int,
) -> Iterator[None]:
    """Set sites up without clocks and servers; new ones are offered a free port."""
    add_meters(hass)

    def served(_systems: CentralSystems) -> tuple[int, ...]:
        return tuple(site.data["ocpp_port"] for site in hass.config_entries.async_entries(DOMAIN))

    with (
        patch("custom_components.loadstar.async_setup_entry", _set_up),
        patch("custom_components.loadstar.flows.site_schema.DEFAULT_OCPP_PORT", free_port),
        patch.object(CentralSystems, "ports", property(served)),
    ):
        yield
