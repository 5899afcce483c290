"""Decide what is shown when: entities are slower than the clocks that compute."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from .models import (
    BatterySnapshot,
    BufferSnapshot,
    ChargerSnapshot,
    CircuitSnapshot,
    ForecastSnapshot,
    PlanSnapshot,
    Section,
    SiteSnapshot,
    Snapshot,
)

NUMERIC_INTERVAL_S: Final = 10.0

# What is measured, and by how much it must move to be shown.
DEAD_BANDS: Final = {
    "grid_current": 0.1,
    "available_current": 0.1,
    "current": 0.1,
    "currents": 0.1,
    "household_power_w": 10.0,
    "pv_power_w": 10.0,
    "battery_power_w": 10.0,
    "power_w": 10.0,
    "session_energy_kwh": 0.01,
    "battery_soc_percent": 0.1,
    "soc_percent": 0.1,
    "reason_data": 0.5,
    "household_reserve": 0.1,
    "reserve_observed_days": 0.1,
    "clock_offset_s": 1.0,
}

_MEASURED: Final = (SiteSnapshot, ChargerSnapshot, BatterySnapshot, CircuitSnapshot)
_NUMBERS: Final[dict[type[Section], list[str]]] = {
    kind: [item.name for item in fields(kind) if item.name in DEAD_BANDS] for kind in _MEASURED
} | {PlanSnapshot: [], ForecastSnapshot: [], BufferSnapshot: []}  # they change seldom, as a whole
_STATES: Final = {
    kind: [item.name for item in fields(kind) if item.name not in numbers]
    for kind, numbers in _NUMBERS.items()
}


class Publisher:
    """Hold a section's numbers back; let everything else through at once."""

    def __init__(self) -> None:
        """Nothing has been shown yet."""
        self._shown: dict[str, Section] = {}
        self._shown_at: dict[str, float] = {}

    def due(self, snapshot: Snapshot, now: float) -> set[str]:
        """Return the sections whose listeners are to be told, and remember that they were.

        A change of state goes out at once, measured numbers at most every
        ``NUMERIC_INTERVAL_S`` and only beyond their dead band. ``now`` is in
        monotonic seconds.
        """
        due = set()
        sections = snapshot.sections
        for key, section in sections.items():
            shown = self._shown.get(key)
            if shown == section:
                continue
            if (
                shown is None
                or _state_changed(shown, section)
                or (now - self._shown_at[key] >= NUMERIC_INTERVAL_S and _moved(shown, section))
            ):
                due.add(key)
        for key in due:
            self._shown[key] = sections[key]
            self._shown_at[key] = now
        return due


def _state_changed(shown: Section, section: Section) -> bool:
    """Whether anything differs that is no measured number, or a number came or went."""
    for name in _STATES[type(section)]:
        if getattr(shown, name) != getattr(section, name):
            return True
    for name in _NUMBERS[type(section)]:
        before, after = getattr(shown, name), getattr(section, name)
        if before != after and _gaps(before) != _gaps(after):
            return True
    return False


def _moved(shown: Section, section: Section) -> bool:
    """Whether a measured number left its dead band."""
    for name in _NUMBERS[type(section)]:
        before, after = getattr(shown, name), getattr(section, name)
        if before == after:
            continue
        pairs = zip(_numbers(before), _numbers(after), strict=True)
        if any(abs(new - old) > DEAD_BANDS[name] for old, new in pairs):
            return True
    return False


def _parts(value: object) -> tuple[object, ...]:
    if isinstance(value, Mapping):
        return tuple(value[key] for key in sorted(value))
    return value if isinstance(value, tuple) else (value,)


def _numbers(value: object) -> list[float]:
    return [part for part in _parts(value) if isinstance(part, int | float)]


def _gaps(value: object) -> tuple[object, ...]:
    """Everything about a value but its numbers: which are there, and the words among them."""
    names = tuple(sorted(value)) if isinstance(value, Mapping) else ()
    return names + tuple(float if isinstance(part, int | float) else part for part in _parts(value))
