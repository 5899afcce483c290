"""Repair issues: what is wrong, and what to do about it."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .wiring import ChargerConfig, SiteConfig


@callback
def async_report_port_taken(hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
    """Say that another program holds the OCPP port."""
    _report(
        hass, f"port_taken_{entry_id}", "port_taken", site=config.name, port=str(config.ocpp_port)
    )


@callback
def async_report_address_missing(hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
    """Say that this machine does not have the address that chargers connect to."""
    _report(
        hass,
        f"address_missing_{entry_id}",
        "address_missing",
        site=config.name,
        host=config.ocpp_host,
        port=str(config.ocpp_port),
    )


@callback
def async_clear_server(hass: HomeAssistant, entry_id: str) -> None:
    """Take back that the OCPP server cannot listen."""
    for issue in ("port_taken", "address_missing"):
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry_id}")


@callback
def async_report_meter_stale(hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
    """Say that the grid meter gives nothing to go by."""
    _report(
        hass,
        f"meter_stale_{entry_id}",
        "meter_stale",
        site=config.name,
        entities=", ".join(config.meter.entities),
    )


@callback
def async_clear_meter_stale(hass: HomeAssistant, entry_id: str) -> None:
    """Take back that the meter is stale."""
    ir.async_delete_issue(hass, DOMAIN, f"meter_stale_{entry_id}")


@callback
def async_report_uncontrolled(hass: HomeAssistant, charger: ChargerConfig, problem: str) -> None:
    """Say that a charger does not take what it is told."""
    _report(
        hass,
        _uncontrolled(charger.subentry_id),
        problem,
        charger=charger.name,
        station=charger.station_id,
    )


@callback
def async_clear_uncontrolled(hass: HomeAssistant, subentry_id: str) -> None:
    """Take back that a charger is out of control."""
    ir.async_delete_issue(hass, DOMAIN, _uncontrolled(subentry_id))


@callback
def async_clear_removed(hass: HomeAssistant) -> None:
    """Take back what was said of chargers that are no more."""
    entries = hass.config_entries.async_entries(DOMAIN)
    known = {_uncontrolled(key) for entry in entries for key in entry.subentries}
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(_uncontrolled("")) and issue_id not in known:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_clear_all(hass: HomeAssistant, entry_id: str, subentry_ids: Iterable[str]) -> None:
    """Take back everything that was said of a site and its chargers."""
    async_clear_server(hass, entry_id)
    async_clear_meter_stale(hass, entry_id)
    for subentry_id in subentry_ids:
        async_clear_uncontrolled(hass, subentry_id)


def _uncontrolled(subentry_id: str) -> str:
    return f"charger_uncontrolled_{subentry_id}"


def _report(hass: HomeAssistant, issue_id: str, key: str, **placeholders: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders=placeholders,
    )
