"""Whether a station has proved who it is."""

from base64 import b64decode
import binascii
import hmac

from .types import Security, StationConfig


def is_authorised(station: StationConfig, authorization: str | None) -> bool:
    """Return whether an ``Authorization`` header is this station's."""
    if station.security is Security.NONE:
        return True
    if authorization is None or not station.password:
        return False
    scheme, _, token = authorization.partition(" ")
    try:
        sent = b64decode(token.strip(), validate=True)
    except ValueError:
        return False
    username, colon, key = sent.partition(b":")
    matches = [
        scheme.lower() == "basic" and bool(colon),
        hmac.compare_digest(station.station_id.encode(), username),
        _is_key(station.password, key),
    ]
    return all(matches)


def _is_key(configured: str, sent: bytes) -> bool:
    """Compare with every accepted spelling of the key, without stopping at a match."""
    matches = [hmac.compare_digest(sent, key) for key in _spellings(configured.encode())]
    return any(matches)


def _spellings(key: bytes) -> list[bytes]:
    """Return the key as bytes and as hex.

    The standard hands a charger its key in hex and has it send the bytes behind
    it; chargers do either, and users type either.
    """
    as_hex = key.hex().encode()
    spellings = [key, as_hex, as_hex.upper()]
    try:
        unpacked = binascii.unhexlify(key)
    except binascii.Error:
        return spellings
    return [*spellings, unpacked, key.lower(), key.upper()]
