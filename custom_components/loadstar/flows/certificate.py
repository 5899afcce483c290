"""What is wrong with a certificate and its private key; everything here blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
import ssl
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from ..const import CONF_OCPP_CERTIFICATE, CONF_OCPP_PRIVATE_KEY
from ..ocpp import TlsConfig, server_context

MAX_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with the file of a field."""

    name: str
    error: str
    words: Mapping[str, str] = field(default_factory=dict)


def find_problem(tls: TlsConfig, now: datetime) -> FileProblem | None:
    """Return what keeps a certificate and its private key from being used."""
    certificate = _certificate(tls.certificate, now)
    if isinstance(certificate, FileProblem):
        return certificate
    private_key = _private_key(tls.private_key)
    if isinstance(private_key, FileProblem):
        return private_key
    if _bytes(private_key.public_key()) != _bytes(certificate.public_key()):
        return FileProblem(CONF_OCPP_PRIVATE_KEY, "private_key_other")
    try:
        server_context(tls)
    except ssl.SSLError as error:
        words = {"reason": (error.reason or "?").lower().replace("_", " ")}
        return FileProblem(CONF_OCPP_CERTIFICATE, "certificate_refused", words)
    return None


def name_in_certificate(path: str) -> str | None:
    """Return a host name that a certificate is for, if there is a whole one."""
    try:
        certificate = x509.load_pem_x509_certificate(_read(path))
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except OSError, ValueError, x509.ExtensionNotFound:
        return None
    hosts = names.get_values_for_type(x509.DNSName)
    return next((host for host in hosts if not host.startswith("*")), None)


def _certificate(path: str, now: datetime) -> x509.Certificate | FileProblem:
    try:
        certificate = x509.load_pem_x509_certificate(_read(path))
    except OSError:
        return FileProblem(CONF_OCPP_CERTIFICATE, "certificate_unreadable")
    except ValueError:
        return FileProblem(CONF_OCPP_CERTIFICATE, "certificate_invalid")
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begin:
        words = {"certificate_from": f"{begin:%Y-%m-%d}"}
        return FileProblem(CONF_OCPP_CERTIFICATE, "certificate_too_new", words)
    if now > end:
        words = {"certificate_until": f"{end:%Y-%m-%d}"}
        return FileProblem(CONF_OCPP_CERTIFICATE, "certificate_expired", words)
    return certificate


def _private_key(path: str) -> PrivateKeyTypes | FileProblem:
    try:
        return load_pem_private_key(_read(path), password=None)
    except OSError:
        return FileProblem(CONF_OCPP_PRIVATE_KEY, "private_key_unreadable")
    except TypeError:
        return FileProblem(CONF_OCPP_PRIVATE_KEY, "private_key_locked")
    except ValueError, UnsupportedAlgorithm:
        return FileProblem(CONF_OCPP_PRIVATE_KEY, "private_key_invalid")


def _read(path: str) -> bytes:
    """Return a file's content; raises OSError for what is no file or has no end."""
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(path)
    with file.open("rb") as content:
        return content.read(MAX_BYTES)


def _bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
