"""Certificates for tests, made on the spot."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from custom_components.loadstar.ocpp import TlsConfig


@dataclass(frozen=True)
class Files:
    """A certificate and its key on disk."""

    certificate: Path
    private_key: Path

    def tls(self, port: int = 0) -> TlsConfig:
        """Return them as a port's configuration."""
        return TlsConfig(
            port=port, certificate=str(self.certificate), private_key=str(self.private_key)
        )

    @property
    def trusting(self) -> ssl.SSLContext:
        """Return what a charger that trusts only this certificate dials with."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make(
    folder: Path,
    *,
    names: tuple[str, ...] = ("homeassistant.example",),
    begins: datetime | None = None,
    ends: datetime | None = None,
    passphrase: bytes | None = None,
    rsa_bits: int | None = None,
) -> Files:
    """Write a self-signed certificate for 127.0.0.1 and ``names``; it replaces an earlier one."""
    key = (
        ec.generate_private_key(ec.SECP256R1())
        if rsa_bits is None
        else rsa.generate_private_key(65537, rsa_bits)
    )
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Loadstar's test")])
    hosts = [x509.IPAddress(ip_address("127.0.0.1")), *(x509.DNSName(name) for name in names)]
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or today - timedelta(days=1))
        .not_valid_after(ends or today + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Files(folder / "fullchain.pem", folder / "privkey.pem")
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    files.private_key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return files
