"""What is known of chargers that need something else than the standard says."""

from .flags import NO_QUIRKS, Pause, Quirks, RateUnit
from .table import QuirkError, QuirkTable, load_quirks, parse_quirks

__all__ = [
    "NO_QUIRKS",
    "Pause",
    "QuirkError",
    "QuirkTable",
    "Quirks",
    "RateUnit",
    "load_quirks",
    "parse_quirks",
]
