"""What is wrong with the encrypted port of the OCPP server."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_HOST,
    CONF_OCPP_PORT,
    CONF_OCPP_PRIVATE_KEY,
    CONF_OCPP_TLS_PORT,
    SECURITY_TLS,
)
from ..ocpp import TlsConfig
from ..wiring import SiteConfig
from .certificate import find_problem
from .problems import Problems
from .server import bind_error, is_served

_FIELDS: Final = (CONF_OCPP_TLS_PORT, CONF_OCPP_CERTIFICATE, CONF_OCPP_PRIVATE_KEY)


async def async_check_encryption(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    own: ConfigEntry | None,
    others: Iterable[ConfigEntry],
    problems: Problems,
) -> None:
    """Refuse a port that cannot be had, and files that are no certificate and its key."""
    missing = [name for name in _FIELDS if not values.get(name)]
    if len(missing) == len(_FIELDS):
        _check_chargers(own, problems)
        return
    for name in missing:
        problems.add(name, "encryption_incomplete")
    if problems:
        return
    _check_port(hass, values, others, problems)
    tls = TlsConfig(
        port=values[CONF_OCPP_TLS_PORT],
        certificate=values[CONF_OCPP_CERTIFICATE],
        private_key=values[CONF_OCPP_PRIVATE_KEY],
    )
    if found := await hass.async_add_executor_job(find_problem, tls, dt_util.utcnow()):
        problems.add(found.name, found.error, found.words)


def _check_chargers(own: ConfigEntry | None, problems: Problems) -> None:
    """Refuse to give up what chargers need."""
    chargers = [] if own is None else SiteConfig.from_entry(own).chargers.values()
    needing = [charger.name for charger in chargers if charger.security == SECURITY_TLS]
    if needing:
        words = {"chargers": ", ".join(needing)}
        problems.add(CONF_OCPP_TLS_PORT, "chargers_need_encryption", words)


def _check_port(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    others: Iterable[ConfigEntry],
    problems: Problems,
) -> None:
    port = values[CONF_OCPP_TLS_PORT]
    if port == values[CONF_OCPP_PORT]:
        problems.add(CONF_OCPP_TLS_PORT, "encrypted_port_plain")
        return
    for site in others:
        theirs = site.data.get(CONF_OCPP_TLS_PORT)
        if site.data[CONF_OCPP_PORT] == values[CONF_OCPP_PORT]:
            # they share one server
            if theirs and any(site.data[name] != values[name] for name in _FIELDS):
                problems.add(CONF_OCPP_TLS_PORT, "encryption_differs", {"tls_site": site.title})
        elif port in (theirs, site.data[CONF_OCPP_PORT]):
            problems.add(CONF_OCPP_TLS_PORT, "encrypted_port_used", {"tls_site": site.title})
    if not is_served(hass, port) and bind_error(values[CONF_OCPP_HOST], port):
        problems.add(CONF_OCPP_TLS_PORT, "encrypted_port_taken", {"tls_port": str(port)})
