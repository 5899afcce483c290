"""What the grid meter's entities remember, as import in kW."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import HomeAssistant

from ...wiring import SiteConfig
from ..quantity import Quantity, quantity_of
from .types import Mean, Series


@dataclass(frozen=True, slots=True)
class Part:
    """One phase, or the total: what it takes to make kW of its entities' means."""

    imported: str
    exported: str | None
    kw_per_unit: float  # below 0 for a meter that counts the other way


def meter_parts(hass: HomeAssistant, config: SiteConfig) -> tuple[Part, ...]:
    """Return the parts of the grid meter; none where an entity's unit is not known now."""
    parts = []
    for imported, exported in meter_pairs(config):
        state = hass.states.get(imported) if imported else None
        quantity = quantity_of(state) if state else None
        if imported is None or quantity not in (Quantity.CURRENT, Quantity.POWER):
            return ()
        kilowatts = config.voltage / 1000 if quantity is Quantity.CURRENT else 1.0
        parts.append(Part(imported, exported, -kilowatts if config.meter.invert else kilowatts))
    return tuple(parts)


def meter_pairs(config: SiteConfig) -> tuple[tuple[str | None, str | None], ...]:
    """Return the grid meter's entities of import and of export: by phase, or of the total."""
    meter = config.meter
    if meter.total is not None:
        return ((meter.total, meter.total_export),)
    return tuple(zip(meter.imports, meter.exports, strict=True))[: config.phases]


def import_kw(
    parts: tuple[Part, ...], series: Mapping[str, Series], *, netting: bool
) -> tuple[Mean, ...]:
    """Return mean import where every part is known; exports of a phase count against others.

    Without ``netting`` they do not: such meters count each phase by itself.
    """
    columns = [_signed(part, series) for part in parts]
    if not columns:
        return ()
    common = set(columns[0]).intersection(*columns[1:])
    return tuple(
        Mean(start, end, _imported([column[start, end] for column in columns], netting=netting))
        for start, end in sorted(common)
    )


def _imported(powers: list[float], *, netting: bool) -> float:
    if netting:
        return max(0.0, sum(powers))
    return sum(max(0.0, power) for power in powers)


def _signed(part: Part, series: Mapping[str, Series]) -> Mapping[tuple[datetime, datetime], float]:
    """Return a part's means in kW by their time, import positive."""
    imported = {(item.start, item.end): item.value for item in series.get(part.imported, ())}
    if part.exported is None:
        return {span: value * part.kw_per_unit for span, value in imported.items()}
    exported = {(item.start, item.end): item.value for item in series.get(part.exported, ())}
    return {
        span: (abs(value) - abs(exported[span])) * part.kw_per_unit
        for span, value in imported.items()
        if span in exported
    }
