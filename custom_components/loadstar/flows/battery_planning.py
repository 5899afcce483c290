"""What planning asks of a battery: losses, limits of its charge, and power near them."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import UnitOfPower, UnitOfRatio
from homeassistant.helpers.selector import ObjectSelector
from probatio import Optional, Required, Schema

from ..const import (
    CONF_MAX_SOC,
    CONF_MIN_SOC,
    CONF_POWER_CURVE,
    CONF_ROUND_TRIP_EFFICIENCY,
    CURVE_CHARGE,
    CURVE_DISCHARGE,
    CURVE_SOC,
)
from .fields import number, row_number
from .problems import Problems

SECTION_PLANNING: Final = "planning"
_MOST_W: Final = 100_000
_FULL: Final = 100


def planning_schema() -> Schema:
    """Return the fields; nobody has to change any."""
    curve = ObjectSelector(
        {
            "fields": {
                CURVE_SOC: {
                    "selector": row_number(UnitOfRatio.PERCENTAGE),
                    "required": True,
                },
                CURVE_CHARGE: {"selector": row_number(UnitOfPower.WATT)},
                CURVE_DISCHARGE: {"selector": row_number(UnitOfPower.WATT)},
            },
            "multiple": True,
            "label_field": CURVE_SOC,
            "translation_key": CONF_POWER_CURVE,
        }
    )
    return Schema(
        {
            Required(CONF_ROUND_TRIP_EFFICIENCY, default=90): number(CONF_ROUND_TRIP_EFFICIENCY),
            Required(CONF_MIN_SOC, default=0): number(CONF_MIN_SOC),
            Required(CONF_MAX_SOC, default=100): number(CONF_MAX_SOC),
            Optional(CONF_POWER_CURVE): curve,
        }
    )


def check_planning(values: Mapping[str, Any], problems: Problems) -> None:
    """Refuse limits the wrong way round, and a curve that no battery has."""
    low, high = values.get(CONF_MIN_SOC, 0.0), values.get(CONF_MAX_SOC, 100.0)
    if low >= high:
        words = {"soc_low": f"{low:g}", "soc_high": f"{high:g}"}
        problems.add(CONF_MIN_SOC, "min_soc_above_max", words)
    seen: set[float] = set()
    for index, point in enumerate(values.get(CONF_POWER_CURVE, ()), start=1):
        if not _is_point(point) or point[CURVE_SOC] in seen:
            problems.add(CONF_POWER_CURVE, "curve_point", {"point": f"{index}"})
            return
        seen.add(point[CURVE_SOC])


def _is_point(point: Mapping[str, Any]) -> bool:
    """Return whether a point has a SoC, and powers that are none or possible."""
    powers = [float(point[name]) for name in (CURVE_CHARGE, CURVE_DISCHARGE) if name in point]
    soc = float(point[CURVE_SOC])
    return bool(powers) and 0 <= soc <= _FULL and all(0 <= power <= _MOST_W for power in powers)
