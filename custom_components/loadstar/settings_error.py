"""The refusal of what cannot be tuned so."""

import math

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN


class SettingsError(ServiceValidationError):
    """Settings that contradict each other, or that nothing can be done with."""

    def __init__(self, key: str, **figures: float | str) -> None:
        """Say which, with the figures."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={
                name: value if isinstance(value, str) else f"{value:g}"
                for name, value in figures.items()
            },
        )


def whole(value: float) -> int:
    """Return ``value`` without its fraction, or refuse it."""
    if not math.isfinite(value):
        raise SettingsError("not_a_number", value=value)
    return int(value)
