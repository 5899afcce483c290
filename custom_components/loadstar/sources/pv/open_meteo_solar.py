"""Open-Meteo Solar (HACS): energies of quarters or hours, or else powers of moments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict, TypeGuard

from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant

from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .entry_states import entries_of, named, required_entry, states_with
from .series import RawPv, Window, normalise, read_number
from .shapes import by_time, is_power_by_time

KIND: Final = "open_meteo_solar"
DOMAIN: Final = "open_meteo_solar_forecast"
# best first: energies are means over their period
_QUARTERS: Final = "wh_period_15m"
_HOURS: Final = "wh_period"
_MOMENTS: Final = "watts"
_ATTRIBUTES: Final = (_QUARTERS, _HOURS, _MOMENTS)


class OpenMeteoSolar(TypedDict, total=False):
    """The attributes of a day's sensor, merged over the days."""

    wh_period_15m: Mapping[str, float]
    wh_period: Mapping[str, float]
    watts: Mapping[str, float]


def is_open_meteo_solar(value: object) -> TypeGuard[OpenMeteoSolar]:
    """Whether ``value`` has one of the three."""
    return isinstance(value, Mapping) and any(
        is_power_by_time(value.get(attribute)) for attribute in _ATTRIBUTES
    )


def extract(forecast: OpenMeteoSolar) -> tuple[tuple[RawPv, ...], str]:
    """Return the best of the three and its unit."""
    if energies := forecast.get("wh_period_15m") or forecast.get("wh_period"):
        return by_time(energies), UnitOfEnergy.WATT_HOUR
    return _between(forecast.get("watts", {})), UnitOfPower.WATT


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return every plane."""
    return [
        Candidate(ref=SourceRef(kind=KIND, entry_id=entry.entry_id), name=entry.title)
        for entry in entries_of(hass, DOMAIN)
    ]


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
    """Return the sensors of the days."""
    return [state.entity_id for state in states_with(hass, ref.entry_id or "", _ATTRIBUTES)]


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return what the sensors of the days have."""
    entry = required_entry(hass, ref)
    merged: dict[str, dict[Any, object]] = {}
    for state in states_with(hass, entry.entry_id, _ATTRIBUTES):
        for attribute in _ATTRIBUTES:
            if is_power_by_time(values := state.attributes.get(attribute)):
                merged.setdefault(attribute, {}).update(values)
    if not is_open_meteo_solar(merged):
        raise SourceError("pv_attribute_missing", source=entry.title, attribute=_HOURS)
    rows, unit = extract(merged)
    return normalise(
        rows,
        unit,
        named(hass, ref),
        Window(start, end),
    )


def _between(moments: Mapping[str, float]) -> tuple[RawPv, ...]:
    """Return mean powers from each moment to the next."""
    rows = list(moments.items())
    means = []
    for (start, value), (_, following) in zip(rows, [*rows[1:], rows[-1]], strict=True):
        first, second = read_number(value), read_number(following)
        means.append(
            RawPv(
                start=start,
                value=value if first is None or second is None else (first + second) / 2,
            )
        )
    return tuple(means)
