"""The encrypted port of a site's OCPP server, and the chargers that use it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import socket
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.loadstar.wiring import SiteConfig
from tests.certificates import Files, make
from tests.integration.flows.driver import User
from tests.integration.flows.sites import charger, site


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a certificate that is valid."""
    return make(tmp_path)


@pytest.fixture
def tls_port(free_port: int) -> int:
    """Return a second port that no program holds."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", free_port))
        second.bind(("127.0.0.1", 0))
        port: int = second.getsockname()[1]
        return port


def answers(files: Files, port: int) -> dict[str, Any]:
    """Return what a user enters."""
    return {
        "ocpp_tls_port": port,
        "ocpp_certificate": str(files.certificate),
        "ocpp_private_key": str(files.private_key),
    }


async def at_solar(hass: HomeAssistant, name: str = "Home") -> User:
    """Return a user at the last step of a new site."""
    user = await User.adds_site(hass)
    await user.submits(name=name, meter_layout="total", main_breaker=25)
    await user.submits(grid_total="sensor.grid_power")
    return user


async def test_a_site_is_given_an_encrypted_port(
    hass: HomeAssistant, files: Files, tls_port: int
) -> None:
    user = await at_solar(hass)
    result = await user.finishes(**answers(files, tls_port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert SiteConfig.from_entry(result["result"]).ocpp_tls == files.tls(tls_port)


async def test_a_site_without_one_keeps_nothing_of_it(hass: HomeAssistant) -> None:
    user = await at_solar(hass)
    result = await user.finishes()
    assert not [name for name in result["data"] if "tls" in name or "certificate" in name]
    assert SiteConfig.from_entry(result["result"]).ocpp_tls is None


@pytest.mark.parametrize("missing", ["ocpp_tls_port", "ocpp_certificate", "ocpp_private_key"])
async def test_all_of_it_or_nothing(
    hass: HomeAssistant, files: Files, tls_port: int, missing: str
) -> None:
    user = await at_solar(hass)
    await user.submits(**answers(files, tls_port) | {missing: None})
    assert user.errors == {"encryption": "encryption_incomplete"}
    assert "all three, or none" in user.reads("encryption")


def unreadable_certificate(files: Files, _folder: Path) -> None:
    files.certificate.unlink()


def folder_for_a_certificate(files: Files, _folder: Path) -> None:
    files.certificate.unlink()
    files.certificate.mkdir()


def key_for_a_certificate(files: Files, _folder: Path) -> None:
    files.certificate.write_bytes(files.private_key.read_bytes())


def expired(_files: Files, folder: Path) -> None:
    make(folder, begins=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2021, 1, 1, tzinfo=UTC))


def too_new(_files: Files, folder: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    make(folder, begins=tomorrow)


def unreadable_key(files: Files, _folder: Path) -> None:
    files.private_key.unlink()


def certificate_for_a_key(files: Files, _folder: Path) -> None:
    files.private_key.write_bytes(files.certificate.read_bytes())


def locked(_files: Files, folder: Path) -> None:
    make(folder, passphrase=b"open sesame")


def another_key(files: Files, folder: Path) -> None:
    kept = files.certificate.read_bytes()
    make(folder)
    files.certificate.write_bytes(kept)


def too_weak(_files: Files, folder: Path) -> None:
    make(folder, rsa_bits=1024)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (unreadable_certificate, "The certificate cannot be read"),
        (folder_for_a_certificate, "The certificate cannot be read"),
        (key_for_a_certificate, "no certificate in PEM form"),
        (expired, "valid until 2021-01-01"),
        (too_new, "not valid before"),
        (unreadable_key, "The private key cannot be read"),
        (certificate_for_a_key, "no private key in PEM form"),
        (locked, "protected by a passphrase"),
        (another_key, "belongs to another certificate"),
        (too_weak, "key too small"),
    ],
)
async def test_files_that_cannot_be_used(
    hass: HomeAssistant,
    tmp_path: Path,
    files: Files,
    tls_port: int,
    *,
    spoil: Callable[[Files, Path], None],
    words: str,
) -> None:
    spoil(files, tmp_path)
    user = await at_solar(hass)
    await user.submits(**answers(files, tls_port))
    assert words in user.reads("encryption")


@pytest.mark.parametrize("path", ["relative.pem", "/dev/zero", "/", "a\x00b", "/proc/self/mem"])
async def test_what_is_no_file_is_not_read(
    hass: HomeAssistant, files: Files, tls_port: int, path: str
) -> None:
    user = await at_solar(hass)
    await user.submits(**answers(files, tls_port) | {"ocpp_certificate": path})
    assert user.errors.keys() == {"encryption"}


async def test_a_port_of_its_own(hass: HomeAssistant, files: Files, free_port: int) -> None:
    user = await at_solar(hass)
    await user.submits(**answers(files, free_port))
    assert "another one than the port without" in user.reads("encryption")
    await user.submits(**answers(files, 80))
    assert "between 1024 and 65535" in user.reads("encryption")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        await user.submits(**answers(files, port))
        assert user.reads("encryption").startswith(f"The encrypted port {port} cannot be opened")


async def test_sites_that_share_a_server_share_its_encryption(
    hass: HomeAssistant, files: Files, tls_port: int, free_port: int
) -> None:
    theirs = answers(files, tls_port)
    others: dict[str, Any] = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}
    await site(hass, title="Barn", ocpp_port=free_port, **others, **theirs)
    user = await at_solar(hass)
    await user.submits(**theirs | {"ocpp_tls_port": tls_port + 1})
    assert "Barn shares this OCPP server" in user.reads("encryption")
    assert (await user.finishes(**theirs))["type"] is FlowResultType.CREATE_ENTRY


async def test_sites_with_servers_of_their_own_need_ports_of_their_own(
    hass: HomeAssistant, files: Files, tls_port: int
) -> None:
    others: dict[str, Any] = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}
    await site(hass, title="Barn", **others, **answers(files, tls_port))
    user = await at_solar(hass)
    for taken in (tls_port, 9016):
        await user.submits(**answers(files, taken))
        assert "Barn already uses this port" in user.reads("encryption")


async def test_an_encrypted_port_is_no_plain_one_for_another_site(
    hass: HomeAssistant, files: Files, tls_port: int
) -> None:
    others: dict[str, Any] = {f"grid_{phase}": f"sensor.garage_{phase}" for phase in "abc"}
    await site(hass, title="Barn", **others, **answers(files, tls_port))
    user = await at_solar(hass)
    await user.submits(ocpp_port=tls_port)
    assert user.reads("ocpp").startswith(f"Port {tls_port} cannot be opened")


async def test_a_charger_can_be_encrypted_where_its_site_is(
    hass: HomeAssistant, tmp_path: Path, tls_port: int
) -> None:
    bare = await site(hass)
    user = await User.adds(hass, bare, "charger")
    await user.submits(name="Carport", station_id="CARPORT-1", security="tls")
    assert "has no encrypted port" in user.reads("security")
    files = make(tmp_path, names=("*.example", "ha.example"))
    hass.config_entries.async_update_entry(bare, data={**bare.data, **answers(files, tls_port)})
    await user.submits(name="Carport", station_id="CARPORT-1", security="tls")
    await user.submits()
    words = user.result["description_placeholders"]
    assert words["url"] == f"wss://ha.example:{tls_port}/CARPORT-1"


@pytest.mark.parametrize("names", [("*.example",), ()])
async def test_without_a_name_in_the_certificate_the_address_is_home_assistants(
    hass: HomeAssistant, tmp_path: Path, tls_port: int, names: tuple[str, ...]
) -> None:
    hass.config.internal_url = "http://192.168.1.5:8123"
    files = make(tmp_path, names=names)
    entry = await site(hass, charger(security="tls"), **answers(files, tls_port))
    user = await User.changes(hass, entry, entry.subentries["garage"])
    await user.submits()
    files.certificate.unlink(missing_ok=bool(names))
    await user.submits()
    url = user.result["description_placeholders"]["url"]
    assert url == f"wss://192.168.1.5:{tls_port}/GARAGE-1"


async def test_the_encrypted_port_stays_while_chargers_need_it(
    hass: HomeAssistant, files: Files, tls_port: int
) -> None:
    entry = await site(
        hass, charger(security="tls"), **answers(files, tls_port), meter_layout="per_phase"
    )
    user = await User.changes_site(hass, entry)
    await user.submits()
    await user.submits()
    assert user.shown["ocpp_tls_port"] == tls_port
    await user.submits(ocpp_tls_port=None, ocpp_certificate=None, ocpp_private_key=None)
    assert "only connect encrypted: Garage" in user.reads("encryption")
