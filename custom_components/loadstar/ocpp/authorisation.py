"""Whether a station has proved who it is."""

import binascii
import hmac

from websockets.exceptions import InvalidHeader
from websockets.headers import parse_authorization_basic

from .types import Security, StationConfig


def is_authorised(station: StationConfig, authorization: str | None) -> bool:
    """Return whether an ``Authorization`` header is this station's."""
    if station.security is Security.NONE:
        return True
    if authorization is None or not station.password:
        return False
    try:
        username, password = parse_authorization_basic(authorization)
    except InvalidHeader:
        return False
    return _is_user(station.station_id, username) & _is_key(station.password, password)


def _is_user(station_id: str, username: str) -> bool:
    return hmac.compare_digest(station_id.encode(), username.encode(errors="surrogateescape"))


def _is_key(configured: str, sent: str) -> bool:
    """Compare with every accepted spelling of the key, without stopping at a match."""
    presented = sent.encode(errors="surrogateescape")
    matches = [hmac.compare_digest(presented, key) for key in _spellings(configured.encode())]
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
