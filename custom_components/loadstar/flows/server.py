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
from ..const import CONF_OCPP_HOST, CONF_OCPP_PORT, DEFAULT_OCPP_HOST
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
        address = ip_address(host)
    except ValueError:
        problems.add(CONF_OCPP_HOST, "host_invalid")
        return
    for site in others:
        if site.data[CONF_OCPP_PORT] == port and site.data[CONF_OCPP_HOST] != host:
            words = {"server_site": site.title, "server_host": site.data[CONF_OCPP_HOST]}
            problems.add(CONF_OCPP_HOST, "host_differs", words)
    if problems.errors.keys() & {CONF_OCPP_HOST, CONF_OCPP_PORT}:
        return
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as a server does: a connection that lingers from before is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # of a port that is ours, the address alone is in question
            probe.bind((host, 0 if _is_ours(hass, port) else port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                problems.add(CONF_OCPP_HOST, "host_not_here")
            else:
                problems.add(CONF_OCPP_PORT, "port_taken", {"port": str(port)})


def station_url(hass: HomeAssistant, site: Mapping[str, Any], station_id: str) -> str:
    """Return the address to type into a charger."""
    url = URL.build(scheme="ws", host=_host(hass, site), port=site[CONF_OCPP_PORT])
    return f"{url}/{quote(station_id)}"


def _is_ours(hass: HomeAssistant, port: int) -> bool:
    systems = hass.data.get(CENTRAL_SYSTEMS)
    return systems is not None and port in systems.ports


def _host(hass: HomeAssistant, site: Mapping[str, Any]) -> str:
    configured: str = site.get(CONF_OCPP_HOST, DEFAULT_OCPP_HOST)
    if not ip_address(configured).is_unspecified:
        return configured
    try:
        url = get_url(hass, allow_external=False, allow_cloud=False)
    except NoURLAvailableError:
        return _DEFAULT_NAME
    return URL(url).host or _DEFAULT_NAME
