"""Any integration with a forecast for the energy dashboard: Wh by start of the period."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypedDict, TypeGuard

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_loaded_integration

from ...const import DOMAIN
from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .asking import async_ask
from .entry_states import required_entry
from .series import RawPv, Window, normalise
from .shapes import by_time, is_power_by_time

if TYPE_CHECKING:
    from homeassistant.components.energy.types import GetSolarForecastType

KIND: Final = "energy_platform"
_API: Final = "homeassistant.components.energy.websocket_api"


class SolarForecast(TypedDict):
    """What an energy platform gives."""

    wh_hours: Mapping[str, float]


def is_solar_forecast(value: object) -> TypeGuard[SolarForecast]:
    """Whether ``value`` is a forecast as the energy dashboard takes it."""
    return isinstance(value, Mapping) and is_power_by_time(value.get("wh_hours"))


def extract(forecast: SolarForecast) -> tuple[RawPv, ...]:
    """Return the energies; nights may be left out, and lengths vary."""
    return by_time(forecast["wh_hours"])


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return every entry of an integration with an energy platform, but our own."""
    return [
        Candidate(ref=SourceRef(kind=KIND, entry_id=entry.entry_id), name=entry.title)
        for entry in hass.config_entries.async_entries(include_ignore=False)
        if entry.state is ConfigEntryState.LOADED
        and entry.domain != DOMAIN
        and async_get_loaded_integration(hass, entry.domain).platforms_exists(("energy",))
    ]


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:  # noqa: ARG001  see PvSource
    """Return nothing: no entity tells of a new forecast."""
    return ()


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return what the integration gives to the energy dashboard."""
    entry = required_entry(hass, ref)
    platform = (await _async_platforms(hass)).get(entry.domain)
    if platform is None:
        raise SourceError("pv_source_gone", source=entry.title)
    answer = await async_ask(entry.title, platform(hass, entry.entry_id))
    return normalise(
        extract(answer) if is_solar_forecast(answer) else (),
        UnitOfEnergy.WATT_HOUR,
        entry.title,
        Window(start, end),
    )


async def _async_platforms(hass: HomeAssistant) -> dict[str, GetSolarForecastType]:
    # it brings the whole frontend along: not before it is needed, and not in the event loop
    await hass.async_add_import_executor_job(import_module, _API)
    from homeassistant.components.energy.websocket_api import (  # noqa: PLC0415  see above
        async_get_energy_platforms,
    )

    platforms = await async_get_energy_platforms(hass)
    return {domain: platform for domain, platform in platforms.items() if domain != DOMAIN}
