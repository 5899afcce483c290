"""Strings that come from outside."""

import re
from typing import Any

# OCPP's identifierString
_STATION_ID = re.compile(r"[A-Za-z0-9*_=:+|@.-]{1,48}")


def clean_text(value: Any, limit: int = 64) -> str | None:
    """Return a foreign string fit for logs, storage and screens, or None."""
    if not isinstance(value, str):
        return None
    # a lone surrogate can neither be logged nor stored
    encodable = value[:limit].encode(errors="replace").decode()
    printable = "".join(char if char.isprintable() else " " for char in encodable)
    return printable.strip() or None


def is_station_id(text: str) -> bool:
    """Return whether a charger may be set up under this id."""
    return _STATION_ID.fullmatch(text) is not None
