"""Chargers over TLS: who gets in at which port, and certificates that change."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import replace
from http import HTTPStatus
import logging
from pathlib import Path
import ssl

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from custom_components.loadstar.ocpp import PortInUseError, Security
from custom_components.loadstar.ocpp.certificate import Certificate
from custom_components.loadstar.ocpp.handshake import SUBPROTOCOL
from tests.certificates import Files, make

from .conftest import GARAGE, KEY, Site, basic, dialled, eventually

ENCRYPTED = replace(GARAGE, security=Security.TLS)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a certificate that is valid."""
    return make(tmp_path)


@contextlib.asynccontextmanager
async def dialled_encrypted(
    site: Site, files: Files, *, key: str | None = KEY, trust: ssl.SSLContext | None = None
) -> AsyncIterator[ClientConnection]:
    """Dial as the garage at the encrypted port."""
    async with connect(
        f"wss://127.0.0.1:{site.central.encrypted_port}/garage",
        ssl=trust or files.trusting,
        additional_headers=basic("garage", key) if key is not None else {},
        subprotocols=[SUBPROTOCOL],
        close_timeout=0.2,
        proxy=None,
    ) as connection:
        yield connection


async def test_a_charger_comes_over_tls_with_its_key(site: Site, files: Files) -> None:
    await site.start()
    site.attach(ENCRYPTED)
    await site.central.serve_encrypted(files.tls())
    async with dialled_encrypted(site, files):
        await eventually(lambda: site.state.connected)
        assert site.central.stations["garage"].encrypted
    await eventually(lambda: not site.state.connected)
    assert not site.central.stations["garage"].encrypted


@pytest.mark.parametrize("key", [None, "another-password"])
async def test_encryption_does_not_replace_the_key(
    site: Site, files: Files, key: str | None
) -> None:
    await site.start()
    site.attach(ENCRYPTED)
    await site.central.serve_encrypted(files.tls())
    with pytest.raises(InvalidStatus) as caught:
        async with dialled_encrypted(site, files, key=key):
            pass
    assert caught.value.response.status_code == HTTPStatus.UNAUTHORIZED


async def test_a_charger_for_tls_is_refused_at_the_plain_port_though_its_key_is_right(
    site: Site, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    site.attach(ENCRYPTED)
    await site.central.serve_encrypted(files.tls())
    async with dialled_encrypted(site, files):
        await eventually(lambda: site.state.connected)
        with pytest.raises(InvalidStatus) as caught:
            async with dialled(site):
                pass
        assert caught.value.response.status_code == HTTPStatus.FORBIDDEN
        assert site.state.connected
    assert site.central.refusals["not_encrypted"] == 1
    assert site.central.stations["garage"].handshake_failures == 1
    assert "it has to use the encrypted port" in caplog.text


async def test_a_charger_for_the_plain_port_may_come_by_either(site: Site, files: Files) -> None:
    await site.start()
    await site.central.serve_encrypted(files.tls())
    async with dialled(site):
        await eventually(lambda: site.state.connected)
    async with dialled_encrypted(site, files):
        await eventually(lambda: site.central.stations["garage"].encrypted)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
async def test_old_tls_is_refused(site: Site, files: Files, version: ssl.TLSVersion) -> None:
    await site.start()
    await site.central.serve_encrypted(files.tls())
    old = files.trusting
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = version
    with pytest.raises(OSError, match=r"^$|protocol"):  # an alert, or a reset before it
        async with dialled_encrypted(site, files, trust=old):
            pass


async def test_a_small_charger_gets_by_with_the_standards_cipher_for_rsa(
    site: Site, tmp_path: Path
) -> None:
    files = make(tmp_path, rsa_bits=2048)
    await site.start()
    await site.central.serve_encrypted(files.tls())
    small = files.trusting
    small.maximum_version = ssl.TLSVersion.TLSv1_2
    small.set_ciphers("AES128-GCM-SHA256")
    async with dialled_encrypted(site, files, trust=small):
        await eventually(lambda: site.state.connected)


async def test_the_encrypted_port_comes_moves_and_goes_while_chargers_stay(
    site: Site, files: Files
) -> None:
    await site.start()
    async with dialled(site):
        await eventually(lambda: site.state.connected)
        await site.central.serve_encrypted(files.tls())
        first = site.central.encrypted_port or 0
        assert first > 0
        await site.central.serve_encrypted(files.tls())
        assert site.central.encrypted_port == first
        await site.central.serve_encrypted(replace(files.tls(), port=first))
        assert site.central.encrypted_port == first
        await site.central.serve_encrypted(None)
        assert not site.central.encrypted_port
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", first)
        assert site.central.stations["garage"].connections == 1


async def test_a_taken_port_and_missing_files_are_told_apart(site: Site, files: Files) -> None:
    await site.start()
    with pytest.raises(PortInUseError):
        await site.central.serve_encrypted(files.tls(site.central.port))
    files.private_key.unlink()
    with pytest.raises(FileNotFoundError):
        await site.central.serve_encrypted(files.tls())
    assert site.central.encrypted_port is None


async def test_a_locked_key_is_an_error_and_nobody_is_asked_for_its_phrase(
    site: Site, tmp_path: Path
) -> None:
    await site.start()
    locked = make(tmp_path, passphrase=b"open sesame")
    async with asyncio.timeout(5):
        with pytest.raises(ssl.SSLError):
            await site.central.serve_encrypted(locked.tls())


async def test_a_renewed_certificate_is_shown_to_those_who_connect_next(
    site: Site, tmp_path: Path
) -> None:
    await site.start()
    old = make(tmp_path)
    before = old.trusting
    await site.central.serve_encrypted(old.tls())
    async with dialled_encrypted(site, old, trust=before):
        await eventually(lambda: site.state.connected)
        new = make(tmp_path, names=("renewed.example",))

        async def shows_new() -> bool:
            try:
                _, writer = await asyncio.open_connection(
                    "127.0.0.1", site.central.encrypted_port, ssl=new.trusting
                )
            except ssl.SSLError:
                return False
            writer.close()
            return True

        async with asyncio.timeout(5):
            while not await shows_new():  # noqa: ASYNC110  on the wire there is no event
                await asyncio.sleep(0.02)
        assert site.state.connected


async def test_a_half_renewed_certificate_leaves_the_one_in_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Certificate and key are two files, written one after the other."""
    caplog.set_level(logging.DEBUG, "custom_components.loadstar")
    certificate = Certificate(make(tmp_path).tls())
    (tmp_path / "next").mkdir()
    new = make(tmp_path / "next")
    new.certificate.replace(tmp_path / "fullchain.pem")
    certificate.renew()
    assert "cannot be used yet" in caplog.text
    assert "was renewed" not in caplog.text
    new.private_key.replace(tmp_path / "privkey.pem")
    certificate.renew()
    assert "was renewed" in caplog.text
    caplog.clear()
    certificate.renew()
    assert caplog.text == ""
    (tmp_path / "privkey.pem").unlink()
    certificate.renew()
    assert "cannot be used yet" in caplog.text


@pytest.mark.parametrize(
    "said",
    [b"", b"GET /garage HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\x16\x03\x01" * 500],
    ids=["silence", "plain", "half a greeting", "garbage"],
)
async def test_what_is_no_tls_is_cut_off_and_nobody_else_notices(
    site: Site, files: Files, said: bytes
) -> None:
    await site.start()
    await site.central.serve_encrypted(files.tls())
    async with dialled(site):
        await eventually(lambda: site.state.connected)
        reader, writer = await asyncio.open_connection("127.0.0.1", site.central.encrypted_port)
        writer.write(said)
        async with asyncio.timeout(2 * site.timing.open_timeout_s + 1):
            with contextlib.suppress(ConnectionError):
                await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        assert site.state.connected
