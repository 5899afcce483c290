"""Solcast (HACS): mean kW with its 10th and 90th percentile, by the half hour or the hour."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypedDict, TypeGuard

from homeassistant.const import UnitOfPower
from homeassistant.core import HomeAssistant, State

from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .asking import async_ask_action
from .entry_states import entries_of, named, required_entry, states_with
from .series import RawPv, Window, normalise

KIND: Final = "solcast"
DOMAIN: Final = "solcast_solar"
_HALF_HOURS: Final = "detailedForecast"
_HOURS: Final = "detailedHourly"
_QUERY: Final = "query_forecast_data"


class SolcastRow(TypedDict):
    """One period."""

    period_start: datetime | str
    pv_estimate10: float
    pv_estimate: float
    pv_estimate90: float


def is_solcast(value: object) -> TypeGuard[Sequence[SolcastRow]]:
    """Whether ``value`` is a list of Solcast's periods."""
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(
            isinstance(row, dict) and {"period_start", "pv_estimate"} <= row.keys() for row in value
        )
    )


def extract(rows: Sequence[SolcastRow]) -> tuple[RawPv, ...]:
    """Return Solcast's periods as they are."""
    return tuple(
        RawPv(
            start=row["period_start"],
            value=row["pv_estimate"],
            p10=row.get("pv_estimate10"),
            p90=row.get("pv_estimate90"),
        )
        for row in rows
    )


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return Solcast's entry."""
    return [
        Candidate(ref=SourceRef(kind=KIND, entry_id=entry.entry_id), name=entry.title)
        for entry in entries_of(hass, DOMAIN)
    ]


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
    """Return the sensors of the days."""
    states = states_with(hass, ref.entry_id or "", (_HALF_HOURS, _HOURS))
    return [state.entity_id for state in states]


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return what the sensors of the days have, or else what Solcast answers when asked."""
    entry = required_entry(hass, ref)
    states = states_with(hass, entry.entry_id, (_HALF_HOURS, _HOURS))
    rows = [row for state in states for row in extract(_rows_of(state))]
    if not rows:
        rows = list(extract(await _async_query(hass, entry.title, start, end)))
    return normalise(
        rows,
        UnitOfPower.KILO_WATT,
        named(hass, ref),
        Window(start, end),
    )


def _rows_of(state: State) -> Sequence[SolcastRow]:
    """Return a day's periods; users may switch either list off."""
    for attribute in (_HALF_HOURS, _HOURS):
        rows = state.attributes.get(attribute)
        if is_solcast(rows) and rows:
            return rows
    return ()


async def _async_query(
    hass: HomeAssistant, source: str, start: datetime, end: datetime
) -> Sequence[SolcastRow]:
    """Ask for the periods of a sensor without lists."""
    if not hass.services.has_service(DOMAIN, _QUERY):
        raise SourceError("pv_attribute_missing", source=source, attribute=_HALF_HOURS)
    span = {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()}
    answer = await async_ask_action(hass, (DOMAIN, _QUERY), span, source)
    rows = answer.get("data")
    return rows if is_solcast(rows) else ()
