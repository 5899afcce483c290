"""Forecast.Solar (core): Wh by start of the period, of irregular lengths."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant

from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .asking import async_ask_action
from .entry_states import entries_of, required_entry
from .series import RawPv, Window, normalise
from .shapes import by_time, is_power_by_time

KIND: Final = "forecast_solar"
DOMAIN: Final = "forecast_solar"
_ACTION: Final = "get_forecast"


class ForecastSolar(TypedDict):
    """What the action answers; ``watts`` are moments, and therefore not used."""

    watts: Mapping[str, float]
    wh_period: Mapping[str, float]


def is_forecast_solar(value: object) -> TypeGuard[ForecastSolar]:
    """Whether ``value`` is an answer with energies in it."""
    return isinstance(value, Mapping) and is_power_by_time(value.get("wh_period"))


def extract(forecast: ForecastSolar) -> tuple[RawPv, ...]:
    """Return the energies."""
    return by_time(forecast["wh_period"])


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return every plane."""
    return [
        Candidate(ref=SourceRef(kind=KIND, entry_id=entry.entry_id), name=entry.title)
        for entry in entries_of(hass, DOMAIN)
    ]


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:  # noqa: ARG001  see PvSource
    """Return nothing: its sensors change with the clock rather than with the forecast."""
    return ()


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return what the action answers, in the resolution that the account has."""
    entry = required_entry(hass, ref)
    if not hass.services.has_service(DOMAIN, _ACTION):
        raise SourceError("pv_source_gone", source=entry.title)
    # all of it: the period that runs now began earlier, and lengths need neighbours
    answer = await async_ask_action(
        hass, (DOMAIN, _ACTION), {"config_entry": entry.entry_id}, entry.title
    )
    return normalise(
        extract(answer) if is_forecast_solar(answer) else (),
        UnitOfEnergy.WATT_HOUR,
        entry.title,
        Window(start, end),
    )
