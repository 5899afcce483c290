"""The certificate that the encrypted port shows, renewed while it is in use."""

import logging
from pathlib import Path
import ssl

from .types import TlsConfig

_LOGGER = logging.getLogger(__name__)

# TLS 1.2 for chargers. The last two keep no secret for later, and are the only ones of the
# standard's four that go with an RSA certificate: a small charger may have no other.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:AES128-GCM-SHA256:AES256-GCM-SHA384"

type _Stamp = tuple[tuple[int, int], ...]


class Certificate:
    """Certificate and key as files, and the context made of them; every method blocks."""

    def __init__(self, tls: TlsConfig) -> None:
        """Read the files; raises OSError, of which SSLError is one."""
        self._tls = tls
        self._loaded = self._stamp()
        self.context = server_context(tls)

    def renew(self) -> None:
        """Take over files that have changed, for connections to come."""
        try:
            stamp = self._stamp()
            if stamp == self._loaded:
                return
            # a half that does not fit would spoil the context that is in use
            server_context(self._tls)
            self.context.load_cert_chain(self._tls.certificate, self._tls.private_key, _no_phrase)
        except OSError as error:
            _LOGGER.debug("The renewed certificate cannot be used yet: %s", error)
            return
        self._loaded = stamp
        _LOGGER.info("The certificate of port %d was renewed", self._tls.port)

    def _stamp(self) -> _Stamp:
        """Return what changes when the files do."""
        files = [Path(self._tls.certificate).stat(), Path(self._tls.private_key).stat()]
        return tuple((file.st_mtime_ns, file.st_size) for file in files)


def server_context(tls: TlsConfig) -> ssl.SSLContext:
    """Return a context with a certificate; raises OSError, of which SSLError is one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.load_cert_chain(tls.certificate, tls.private_key, _no_phrase)
    return context


def _no_phrase() -> str:
    """Answer OpenSSL, which would ask at the terminal for the phrase of a locked key."""
    return ""
