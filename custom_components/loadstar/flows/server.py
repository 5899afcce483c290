"""Where chargers connect to: is the port free, and which address is typed into them."""

from collections.abc import Iterable, Mapping
import errno
from ipaddress import IPv4Address, ip_address
import socket
from typing import Any
from urllib.parse import quote

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url
from yarl import URL

from ..central import CENTRAL_SYSTEMS
from ..const import (
    CONF_OCPP_CERTIFICATE,
    CONF_OCPP_HOST,
    CONF_OCPP_PORT,
    CONF_OCPP_TLS_PORT,
    DEFAULT_OCPP_HOST,
)
from .certificate import name_in_certificate
from .problems import Problems

_DEFAULT_NAME = "homeassistant.local"


def check_server(
    hass: HomeAssistant,
    values: Mapping[str, Any],
    others: Iterable[ConfigEntry],
    problems: Problems,
) -> None:
    """Refuse an address that this machine does not have and a port that another program holds.

    Of ``others``, the other sites, those with the same port share one server.
    """
    host, port = values[CONF_OCPP_HOST], values[CONF_OCPP_PORT]
    try:
        ip_address(host)
    except ValueError:
        problems.add(CONF_OCPP_HOST, "host_invalid")
        return
    for site in others:
        if site.data[CONF_OCPP_PORT] == port and site.data[CONF_OCPP_HOST] != host:
            words = {"server_site": site.title, "server_host": site.data[CONF_OCPP_HOST]}
            problems.add(CONF_OCPP_HOST, "host_differs", words)
        if site.data.get(CONF_OCPP_TLS_PORT) == port:
            problems.add(CONF_OCPP_PORT, "port_taken", {"port": str(port)})
    if problems.errors.keys() & {CONF_OCPP_HOST, CONF_OCPP_PORT}:
        return
    # of a port that is ours, the address alone is in question
    match bind_error(host, 0 if is_served(hass, port) else port):
        case None:
            return
        case errno.EADDRNOTAVAIL:
            problems.add(CONF_OCPP_HOST, "host_not_here")
        case _:
            problems.add(CONF_OCPP_PORT, "port_taken", {"port": str(port)})


def bind_error(host: str, port: int) -> int | None:
    """Return the number of the error that keeps a server from listening there, if any."""
    family = socket.AF_INET if isinstance(ip_address(host), IPv4Address) else socket.AF_INET6
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as a server does: a connection that lingers from before is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno
    return None


def is_served(hass: HomeAssistant, port: int) -> bool:
    """Return whether Loadstar itself listens on a port."""
    systems = hass.data.get(CENTRAL_SYSTEMS)
    return systems is not None and port in systems.ports


async def async_station_url(
    hass: HomeAssistant, site: Mapping[str, Any], station_id: str, *, encrypted: bool
) -> str:
    """Return the address to type into a charger."""
    if encrypted:
        certificate = site[CONF_OCPP_CERTIFICATE]
        # a charger compares the name that it dials with the certificate's
        named = await hass.async_add_executor_job(name_in_certificate, certificate)
        host, port, scheme = named or _host(hass, site), site[CONF_OCPP_TLS_PORT], "wss"
    else:
        host, port, scheme = _host(hass, site), site[CONF_OCPP_PORT], "ws"
    return f"{URL.build(scheme=scheme, host=host, port=port)}/{quote(station_id)}"


def _host(hass: HomeAssistant, site: Mapping[str, Any]) -> str:
    configured: str = site.get(CONF_OCPP_HOST, DEFAULT_OCPP_HOST)
    if not ip_address(configured).is_unspecified:
        return configured
    try:
        url = get_url(hass, allow_external=False, allow_cloud=False)
    except NoURLAvailableError:
        return _DEFAULT_NAME
    return URL(url).host or _DEFAULT_NAME
