"""A grid operator's fee on the peaks of a month."""

from collections.abc import Mapping
from typing import Any, Final

from probatio import Optional, Required, Schema

from ..const import (
    CONF_PEAK_COUNT,
    CONF_PEAK_FEE,
    CONF_PEAK_FROM,
    CONF_PEAK_MONTHS,
    CONF_PEAK_UNTIL,
    CONF_PEAK_WEEKDAYS,
    CONF_PEAK_WINDOW,
    MONTHS,
    WEEKDAYS,
)
from .fields import choice, choices, money, number
from .problems import Problems

SECTION_PEAK: Final = "peak_tariff"
PEAK_KEYS: Final = (
    CONF_PEAK_FEE,
    CONF_PEAK_WINDOW,
    CONF_PEAK_COUNT,
    CONF_PEAK_MONTHS,
    CONF_PEAK_WEEKDAYS,
    CONF_PEAK_FROM,
    CONF_PEAK_UNTIL,
)


def peak_schema(currency: str) -> Schema:
    """Return the fields; without a fee there is no such tariff."""
    return Schema(
        {
            Optional(CONF_PEAK_FEE): money(CONF_PEAK_FEE, f"{currency}/kW"),
            Required(CONF_PEAK_WINDOW, default="60"): choice(CONF_PEAK_WINDOW, ("15", "60")),
            Required(CONF_PEAK_COUNT, default=1): number(CONF_PEAK_COUNT),
            Optional(CONF_PEAK_MONTHS): choices("months", MONTHS),
            Optional(CONF_PEAK_WEEKDAYS): choices("weekdays", WEEKDAYS),
            Required(CONF_PEAK_FROM, default=0): number(CONF_PEAK_FROM),
            Required(CONF_PEAK_UNTIL, default=24): number(CONF_PEAK_UNTIL),
        }
    )


def check_peak(values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse hours that end before they begin."""
    begin, end = values.get(CONF_PEAK_FROM, 0), values.get(CONF_PEAK_UNTIL, 24)
    if begin >= end:
        words = {"peak_begin": f"{begin:g}", "peak_end": f"{end:g}"}
        problems.add(CONF_PEAK_UNTIL, "peak_hours", words)


def stored_peak(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept: nothing without a fee."""
    if not values.get(CONF_PEAK_FEE):
        return {}
    return {name: values[name] for name in PEAK_KEYS if values.get(name) not in (None, [])}
