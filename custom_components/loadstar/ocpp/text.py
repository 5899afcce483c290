"""Strings that come from outside."""

from typing import Any


def clean_text(value: Any, limit: int = 64) -> str | None:
    """Return a foreign string fit for logs, storage and screens, or None."""
    if not isinstance(value, str):
        return None
    # a lone surrogate can neither be logged nor stored
    encodable = value[:limit].encode(errors="replace").decode()
    printable = "".join(char if char.isprintable() else " " for char in encodable)
    return printable.strip() or None
