"""Warnings of a plan in English, for a terminal."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from ..inputs.types import PlanWarning
from ..solver.types import BreachKind
from .breaches import EXPORT_ORDER, PREFIX
from .sentences import wording

BREACHES: Final[Mapping[BreachKind, str]] = {
    BreachKind.BREAKER: "Phase {name} is {kwh} kWh over its breaker",
    BreachKind.IMPORT_LIMIT: "Import is {kwh} kWh over its limit",
    BreachKind.EXPORT_LIMIT: "Export is {kwh} kWh over its limit",
    BreachKind.SOC_FLOOR: "{name} is below its lowest charge by up to {kwh} kWh",
    BreachKind.SOC_CEILING: "{name} is above its highest charge by up to {kwh} kWh",
    BreachKind.CAR_GOAL: "{name} misses its goal by {kwh} kWh",
    BreachKind.TARGET_SOC: "{name} misses its target at the end by {kwh} kWh",
    BreachKind.WATER: "{name} gets {kwh} kWh too little heat",
    BreachKind.WATER_GAP: "{name} stays off for longer than it should",
    BreachKind.DEFERRABLE: "{name} does not run: {kwh} kWh are missing",
    BreachKind.MANUAL: "{name} cannot do what was ordered: {kwh} kWh differ",
}

EXPORT: Final = "Export stays {kwh} kWh below what was ordered"


def warning_sentence(warning: PlanWarning, zone: tzinfo, near: datetime) -> str:
    """Return a warning as a sentence; of one about the input, its code and figures."""
    words = wording(warning.data, zone, near)
    if not warning.code.startswith(PREFIX):
        figures = ", ".join(f"{name} {word}" for name, word in words.items())
        return ": ".join(part for part in (warning.code.replace("_", " "), figures) if part) + "."
    is_export = warning.code == EXPORT_ORDER
    text = EXPORT if is_export else BREACHES[BreachKind(warning.code.removeprefix(PREFIX))]
    times = " from {from} until {until}".format(**words) if "from" in words else ""
    return f"{text.format(**words)}{times}."
