"""What the charger flow checks, and what it suggests."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_CAR_PHASES,
    CONF_CIRCUIT,
    CONF_CONNECTOR_ID,
    CONF_FALLBACK_CURRENT,
    CONF_MIN_CURRENT,
    CONF_OCPP_TLS_PORT,
    CONF_PASSWORD,
    CONF_PHASE_ROTATION,
    CONF_RATED_CURRENT,
    CONF_SECURITY,
    CONF_STATION_ID,
    DOMAIN,
    SECURITY_NONE,
    SECURITY_TLS,
    SUBENTRY_CHARGER,
)
from ..limits import WiredCharger, Wiring, fallback_conflict, minimum_conflict
from ..ocpp import is_station_id
from .charger_key import is_key, without_idle_key
from .fields import RANGES
from .problems import Problems
from .validation import check_name, check_ranges


def check_identity(
    hass: HomeAssistant, site: ConfigEntry, values: Mapping[str, Any], own_id: str | None
) -> Problems:
    """Return what is wrong with who a charger says it is."""
    problems = Problems()
    others = [charger for charger in _chargers(site) if charger.subentry_id != own_id]
    check_name(values, [charger.title for charger in others], problems)
    check_ranges(values, problems)
    if not is_station_id(values[CONF_STATION_ID]):
        problems.add(CONF_STATION_ID, "station_id_invalid")
    if values[CONF_SECURITY] != SECURITY_NONE and not is_key(values.get(CONF_PASSWORD, "")):
        problems.add(CONF_PASSWORD, "key_invalid")
    if values[CONF_SECURITY] == SECURITY_TLS and CONF_OCPP_TLS_PORT not in site.data:
        problems.add(CONF_SECURITY, "not_encrypted")
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if entry is not site and any(
            _same_station(charger, values) for charger in _chargers(entry)
        ):
            problems.add(CONF_STATION_ID, "station_elsewhere", {"site": entry.title})
    for charger in others:
        if _same_station(charger, values):
            _check_sibling(charger, values, problems)
    return problems


def check_wiring(
    wiring: Wiring, values: Mapping[str, Any], charger: WiredCharger, own_id: str | None
) -> Problems:
    """Return what is wrong with how a charger is wired."""
    problems = Problems()
    check_ranges(values, problems)
    if not problems:
        _check_currents(values, charger, problems)
    if problems:
        return problems
    alone = replace(wiring, chargers={"": charger})
    together = replace(wiring, chargers={**wiring.chargers, own_id or "": charger})
    if conflict := minimum_conflict(alone):
        problems.add(_shown(CONF_MIN_CURRENT, values), conflict.error, conflict.words)
    if conflict := fallback_conflict(together, wiring):
        problems.add(_shown(CONF_FALLBACK_CURRENT, values), conflict.error, conflict.words)
    return problems


def wired(name: str, values: Mapping[str, Any], own: WiredCharger | None) -> WiredCharger:
    """Return a charger as answered; what is in force of one that exists stays in force."""
    return WiredCharger(
        name=name,
        phases=values[CONF_PHASE_ROTATION],
        circuit=values.get(CONF_CIRCUIT),
        min_current=values[CONF_MIN_CURRENT] if own is None else own.min_current,
        fallback_current=values[CONF_FALLBACK_CURRENT] if own is None else own.fallback_current,
    )


def fitting(known: Mapping[str, Any], phases: int, circuits: Container[str]) -> dict[str, Any]:
    """Return what is known of a charger, less what no longer fits its form."""
    values = dict(known)
    if len(values.get(CONF_PHASE_ROTATION, "")) != phases:
        values.pop(CONF_PHASE_ROTATION, None)
    if values.get(CONF_CIRCUIT) not in circuits:
        values.pop(CONF_CIRCUIT, None)
    if phases == 1:
        values.pop(CONF_CAR_PHASES, None)
    return values


def site_of_station(hass: HomeAssistant, station_id: str) -> ConfigEntry | None:
    """Return the site that has a charger with this id."""
    for site in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if any(charger.data[CONF_STATION_ID] == station_id for charger in _chargers(site)):
            return site
    return None


def _chargers(site: ConfigEntry) -> list[ConfigSubentry]:
    return [sub for sub in site.subentries.values() if sub.subentry_type == SUBENTRY_CHARGER]


def _same_station(charger: ConfigSubentry, values: Mapping[str, Any]) -> bool:
    same: bool = charger.data[CONF_STATION_ID] == values[CONF_STATION_ID]
    return same


def _check_sibling(charger: ConfigSubentry, values: Mapping[str, Any], problems: Problems) -> None:
    """Two connectors of a station share its connection, and so its security."""
    words = {"charger": charger.title}
    if charger.data[CONF_CONNECTOR_ID] == values[CONF_CONNECTOR_ID]:
        problems.add(CONF_CONNECTOR_ID, "connector_used", words)
    elif charger.data[CONF_SECURITY] != values[CONF_SECURITY]:
        problems.add(CONF_SECURITY, "station_security", words)
    elif charger.data.get(CONF_PASSWORD) != without_idle_key(values).get(CONF_PASSWORD):
        problems.add(CONF_PASSWORD, "station_key", words)


def _check_currents(values: Mapping[str, Any], charger: WiredCharger, problems: Problems) -> None:
    """Refuse a minimum or fallback that the charger itself cannot hold."""
    rated = values[CONF_RATED_CURRENT]
    lowest = RANGES[CONF_MIN_CURRENT].minimum
    words = {"rated": f"{rated:g}", "min": f"{charger.min_current:g}"}
    words |= {"fallback": f"{charger.fallback_current:g}", "lowest": f"{lowest:g}"}
    if charger.min_current > rated:
        problems.add(_shown(CONF_MIN_CURRENT, values), "min_above_rated", words)
    if charger.fallback_current > rated:
        problems.add(_shown(CONF_FALLBACK_CURRENT, values), "fallback_above_rated", words)
    elif 0 < charger.fallback_current < lowest:
        problems.add(_shown(CONF_FALLBACK_CURRENT, values), "fallback_too_low", words)


def _shown(name: str, values: Mapping[str, Any]) -> str:
    """Return the field to which a problem belongs: the form itself where it is not asked for."""
    return name if name in values else "base"
