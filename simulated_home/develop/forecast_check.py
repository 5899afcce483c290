"""Waits until Loadstar trusts a corrected forecast, and prints that and the buffer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import time
from typing import Any

from simulated_home.hass_client import HassClient

from .site import DevelopedHome

_LEARNED = ("over", "under", "on_target")  # what a correction says that there is
_SHOWN: Mapping[str, str] = {
    "pv_confidence": "PV confidence",
    "pv_correction": "PV correction",
    "pv_today": "PV today",
    "pv_remaining": "PV remaining",
    "pv_tomorrow": "PV tomorrow",
    "load_model": "Load model",
    "load_forecast_error": "Load error",
    "buffer_mode": "Buffer mode",
    "buffer_target": "Buffer target",
    "buffer_days_left": "Buffer observes for",
}

type State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """The states of what Loadstar foresees, by key; none of an entity that is not there."""

    states: Mapping[str, State]

    @property
    def ok(self) -> bool:
        """Whether there is confidence, a correction and a forecast that it is applied to."""
        confidence, tomorrow = self.number("pv_confidence"), self.number("pv_tomorrow")
        is_known = confidence is not None and confidence > 0 and tomorrow is not None
        return is_known and self.text("pv_correction") in _LEARNED

    def text(self, key: str) -> str:
        """Return a state as it is."""
        return str(self.states.get(key, {}).get("state", "missing"))

    def number(self, key: str) -> float | None:
        """Return a state as a number, None where it is none."""
        try:
            return float(self.text(key))
        except ValueError:
            return None

    def as_dict(self) -> dict[str, Any]:
        """Return what is printed as JSON."""
        values = {key: self.number(key) for key in _SHOWN}
        told = {
            key: self.text(key) if number is None else round(number, 1)
            for key, number in values.items()
        }
        return {"ok": self.ok, **told}


async def wait_for_forecast(
    client: HassClient, home: DevelopedHome, timeout_s: float = 60.0
) -> ForecastReport:
    """Look once a second until all is there; return the last look."""
    deadline = time.monotonic() + timeout_s
    while True:
        states = await client.states()
        entities = {key: home.entities.get(f"{home.entry_id}_{key}") for key in _SHOWN}
        report = ForecastReport(
            {key: states[entity] for key, entity in entities.items() if entity in states}
        )
        if report.ok or time.monotonic() > deadline:
            return report
        await asyncio.sleep(1.0)


def forecast_table(report: ForecastReport) -> str:
    """Return the report for people: a line each, with its unit and what else is said of it."""
    return "\n".join(f"{name:<20}{_line(report, key)}" for key, name in _SHOWN.items())


def _line(report: ForecastReport, key: str) -> str:
    attributes = report.states.get(key, {}).get("attributes", {})
    unit = attributes.get("unit_of_measurement", "")
    said = [
        f"{name} {attributes[name]}"
        for name in ("percent", "confidence", "learned_days", "same_as_last_week")
        if attributes.get(name) is not None
    ]
    number = report.number(key)
    value = report.text(key) if number is None else f"{number:.1f} {unit}".rstrip()
    return f"{value}  ({', '.join(said)})" if said else value
