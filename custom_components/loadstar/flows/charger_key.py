"""The key that a charger proves itself with, as its forms handle it."""

from collections.abc import Mapping
import re
import secrets
import string
from typing import Any, Final

from ..const import CONF_HAND_OVER_KEY, CONF_PASSWORD, CONF_SECURITY, SECURITY_NONE

KEY_LENGTH: Final = 20
# the key may have to be typed in by hand: nothing that looks like something else
_KEY_CHARACTERS: Final = "".join(set(string.ascii_letters + string.digits) - set("0OoIl1"))
# OCPP 1.6 wants 16 to 20 bytes; in printable ASCII they can be typed
_KEY: Final = re.compile(r"[!-~]{16,20}")


def new_key() -> str:
    """Return a random key that a person can type."""
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(KEY_LENGTH))


def is_key(key: str) -> bool:
    """Return whether a charger can have this key."""
    return _KEY.fullmatch(key) is not None


def with_key(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a charger's identity with a new key where one is handed over and none was entered."""
    if values.get(CONF_HAND_OVER_KEY) and not values.get(CONF_PASSWORD):
        return {**values, CONF_PASSWORD: new_key()}
    return dict(values)


def without_idle_key(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a charger's identity without a key that nobody asks for."""
    kept = dict(values)
    if values[CONF_SECURITY] == SECURITY_NONE:
        kept.pop(CONF_PASSWORD, None)
        kept.pop(CONF_HAND_OVER_KEY, None)
    return kept
