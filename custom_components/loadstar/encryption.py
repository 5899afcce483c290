"""The encrypted port of an OCPP server, as the sites that share it want it."""

import asyncio
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .const import LOGGER
from .issues import (
    IssueKey,
    async_clear_encryption,
    async_report_encryption,
)
from .ocpp import CentralSystem, PortInUseError, TlsConfig
from .wiring import SiteConfig

RETRY_S: Final = 60.0


class Encryption:
    """Opens the port beside the plain one; what keeps it closed is a repair issue."""

    def __init__(self, hass: HomeAssistant, system: CentralSystem) -> None:
        """Nobody wants the port yet."""
        self._hass = hass
        self._system = system
        self._sites: dict[str, tuple[SiteConfig, TlsConfig]] = {}  # by entry id
        self._turn = asyncio.Lock()
        self._retry: CALLBACK_TYPE | None = None

    async def async_attach(self, entry_id: str, config: SiteConfig) -> None:
        """Serve a site's port, or give it up with the last site that wanted it."""
        if config.ocpp_tls is None:
            await self.async_leave(entry_id)
        else:
            self._sites[entry_id] = config, config.ocpp_tls
            await self._async_apply()

    async def async_leave(self, entry_id: str) -> None:
        """Want nothing for a site any more."""
        async_clear_encryption(self._hass, entry_id)
        self._sites.pop(entry_id, None)
        await self._async_apply()

    @callback
    def stop(self) -> None:
        """Try no more; the system closes its ports itself."""
        if self._retry is not None:
            self._retry()
            self._retry = None

    async def _async_apply(self, _now: object = None) -> None:
        async with self._turn:
            await self._async_open_or_close()

    async def _async_open_or_close(self) -> None:
        self.stop()
        # those that share a server have entered the same port and files
        wanted = next((tls for _, tls in self._sites.values()), None)
        problem = await self._async_serve(wanted)
        for entry_id, (config, _) in self._sites.items():
            if problem is None:
                async_clear_encryption(self._hass, entry_id)
            else:
                async_report_encryption(self._hass, entry_id, config.name, *problem)
        if problem is not None:
            job = HassJob(self._async_apply, cancel_on_shutdown=True)
            self._retry = async_call_later(self._hass, RETRY_S, job)

    async def _async_serve(self, tls: TlsConfig | None) -> tuple[IssueKey, dict[str, str]] | None:
        """Open, move or close the port; return what is wrong, and its words."""
        try:
            await self._system.serve_encrypted(tls)
        except PortInUseError:
            return IssueKey.ENCRYPTED_PORT_TAKEN, {"port": str(tls.port if tls else 0)}
        except OSError as error:
            LOGGER.debug("The encrypted OCPP port does not open: %s", error)
            words = {"certificate": tls.certificate, "private_key": tls.private_key} if tls else {}
            return IssueKey.CERTIFICATE_UNUSABLE, words
        return None
