"""A current meter: per phase or in total, signed or as a pair of import and export."""

from homeassistant.core import HomeAssistant

from ..engine.control.types import PhaseReading
from ..wiring import MeterConfig
from .quantity import Sample, age_s, read_current


def read_meter(
    hass: HomeAssistant, meter: MeterConfig, *, phases: int, voltage: float, now: float
) -> PhaseReading:
    """Return a meter's signed currents in A; ``now`` is in monotonic seconds.

    Any of its values reporting refreshes all of them, and so does its heartbeat
    entity. Of a total alone nobody knows the split: all of it is assumed on every
    phase.
    """
    samples: list[Sample] = []
    if meter.total is None:
        values = tuple(
            _signed(hass, meter.imports[index], meter.exports[index], voltage, samples)
            if index < phases
            else None
            for index in range(3)
        )
    else:
        value = _signed(hass, meter.total, meter.total_export, voltage, samples)
        values = tuple(value if index < phases else None for index in range(3))
    if meter.invert:
        values = tuple(None if value is None else -value for value in values)
    if meter.heartbeat is not None:
        samples.append(Sample(None, age_s(hass, meter.heartbeat)))
    ages = [sample.age_s for sample in samples if sample.age_s is not None]
    first, second, third = values
    return PhaseReading(
        values=(first, second, third),
        at=now - min(ages) if ages else None,
        total_only=meter.total is not None and phases > 1,
    )


def _signed(
    hass: HomeAssistant,
    imported: str | None,
    exported: str | None,
    voltage: float,
    samples: list[Sample],
) -> float | None:
    """Return import less export in A, or None where either cannot be read."""
    if imported is None:
        return None
    first = read_current(hass, imported, voltage)
    samples.append(first)
    if exported is None or first.value is None:
        return first.value
    second = read_current(hass, exported, voltage)
    samples.append(second)
    return None if second.value is None else abs(first.value) - abs(second.value)
