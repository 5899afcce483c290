"""The port for chargers that use TLS."""

import asyncio
from contextlib import suppress

from .certificate import Certificate
from .listener import Listener
from .timing import Timing
from .types import TlsConfig


class EncryptedPort:
    """Listens with a certificate, and looks now and then whether that was renewed."""

    def __init__(self, listener: Listener, tls: TlsConfig, timing: Timing) -> None:
        """Listen on nothing yet."""
        self.tls = tls
        self._listener = listener
        self._timing = timing
        self._renewal: asyncio.Task[None] | None = None

    @property
    def port(self) -> int | None:
        """The port that is listened on."""
        return self._listener.port

    async def open(self, host: str) -> None:
        """Listen; raises OSError, of which PortInUseError and SSLError are kinds."""
        certificate = await asyncio.to_thread(Certificate, self.tls)
        await self._listener.open(host, self.tls.port, certificate.context)
        self._renewal = asyncio.create_task(self._renew_for_ever(certificate))

    async def close(self) -> None:
        """Close the port and every connection through it."""
        if self._renewal is not None:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        await self._listener.close()

    async def _renew_for_ever(self, certificate: Certificate) -> None:
        while True:
            await asyncio.sleep(self._timing.certificate_check_s)
            await asyncio.to_thread(certificate.renew)
