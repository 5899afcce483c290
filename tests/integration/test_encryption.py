"""The encrypted port of a running site: served, mended by itself, given up."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
import socket
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from websockets.asyncio.client import connect

from custom_components.loadstar.central import CENTRAL_SYSTEMS
from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.encryption import RETRY_S
from custom_components.loadstar.ocpp.handshake import SUBPROTOCOL
from tests.certificates import Files, make
from tests.integration.common import CARPORT, make_entry, report_meters

pytestmark = pytest.mark.usefixtures("enable_custom_integrations")

UNUSABLE, TAKEN = "certificate_unusable", "encrypted_port_taken"


@pytest.fixture
def ports(socket_enabled: None) -> tuple[int, int]:  # noqa: ARG001  the server listens for real
    """Return two ports that nobody listens on."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return make(tmp_path)


@pytest.fixture
async def entry(
    hass: HomeAssistant, ports: tuple[int, int], files: Files
) -> AsyncIterator[MockConfigEntry]:
    """Return a site with an encrypted port that has not been set up yet."""
    report_meters(hass)
    entry = make_entry((CARPORT,), **answers(ports, files))
    entry.add_to_hass(hass)
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id) is not None:
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()


def answers(ports: tuple[int, int], files: Files) -> dict[str, Any]:
    """Return what the flow stores."""
    return {
        "ocpp_port": ports[0],
        "ocpp_tls_port": ports[1],
        "ocpp_certificate": str(files.certificate),
        "ocpp_private_key": str(files.private_key),
    }


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def issues(hass: HomeAssistant) -> dict[str, dict[str, str]]:
    """Return what is said about encryption, with its words."""
    return {
        str(issue.translation_key): dict(issue.translation_placeholders or {})
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.translation_key in (UNUSABLE, TAKEN)
    }


def is_served(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


async def wait_for_retry(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(timedelta(seconds=RETRY_S + 1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def test_a_charger_connects_encrypted(
    hass: HomeAssistant, entry: MockConfigEntry, ports: tuple[int, int], files: Files
) -> None:
    await set_up(hass, entry)
    systems = hass.data[CENTRAL_SYSTEMS]
    assert set(systems.ports) == set(ports)
    async with connect(
        f"wss://127.0.0.1:{ports[1]}/CP-4712",
        ssl=files.trusting,
        subprotocols=[SUBPROTOCOL],
        proxy=None,
    ):
        system = systems.system(ports[0])
        assert system is not None
        assert asdict(system.stations["CP-4712"])["encrypted"]
    assert issues(hass) == {}


async def test_a_missing_certificate_is_said_and_mended_by_itself(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    ports: tuple[int, int],
    files: Files,
    freezer: FrozenDateTimeFactory,
) -> None:
    away = files.certificate.rename(files.certificate.with_suffix(".away"))
    await set_up(hass, entry)
    assert issues(hass)[UNUSABLE] == {
        "site": "Home",
        "certificate": str(files.certificate),
        "private_key": str(files.private_key),
    }
    assert is_served(ports[0])
    assert not is_served(ports[1])
    await wait_for_retry(hass, freezer)
    assert UNUSABLE in issues(hass)
    away.rename(files.certificate)
    await wait_for_retry(hass, freezer)
    assert issues(hass) == {}
    assert is_served(ports[1])


async def test_a_taken_port_is_said_and_the_plain_one_goes_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    ports: tuple[int, int],
    freezer: FrozenDateTimeFactory,
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports[1]))
        other.listen()
        await set_up(hass, entry)
        assert issues(hass)[TAKEN] == {"site": "Home", "port": str(ports[1])}
        assert is_served(ports[0])
    await wait_for_retry(hass, freezer)
    assert issues(hass) == {}
    assert is_served(ports[1])


async def test_a_site_gives_its_encrypted_port_up(
    hass: HomeAssistant, entry: MockConfigEntry, ports: tuple[int, int]
) -> None:
    await set_up(hass, entry)
    plain = {
        name: value
        for name, value in entry.data.items()
        if name not in ("ocpp_tls_port", "ocpp_certificate", "ocpp_private_key")
    }
    hass.config_entries.async_update_entry(entry, data=plain)
    await hass.async_block_till_done()
    assert is_served(ports[0])
    assert not is_served(ports[1])


async def test_sites_that_share_a_server_keep_the_port_until_the_last_one_leaves(
    hass: HomeAssistant, entry: MockConfigEntry, ports: tuple[int, int], files: Files
) -> None:
    await set_up(hass, entry)
    barn = MockConfigEntry(
        domain=DOMAIN,
        title="Barn",
        data=make_entry((), **answers(ports, files)).data,
    )
    barn.add_to_hass(hass)
    await set_up(hass, barn)
    await hass.config_entries.async_remove(entry.entry_id)
    assert is_served(ports[1])
    await hass.config_entries.async_remove(barn.entry_id)
    assert not is_served(ports[1])
    assert not is_served(ports[0])


async def test_a_removed_site_leaves_no_issue_and_tries_no_more(
    hass: HomeAssistant, entry: MockConfigEntry, files: Files, freezer: FrozenDateTimeFactory
) -> None:
    files.private_key.unlink()
    await set_up(hass, entry)
    assert UNUSABLE in issues(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    await wait_for_retry(hass, freezer)
    assert issues(hass) == {}
    assert hass.data[CENTRAL_SYSTEMS].ports == ()
