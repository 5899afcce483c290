"""Chargers that knock without being set up are offered to the user, each once."""

from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Final

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.discovery_flow import async_create_flow

from .const import CONF_OCPP_PORT, CONF_STATION_ID, DOMAIN
from .ocpp import Stranger

MAX_OFFERED: Final = 20
PAUSE_S: Final = 5.0
# after it a charger that knocks no more is no longer offered
SILENCE_S: Final = 3600.0


@dataclass(slots=True)
class _Offer:
    port: int
    heard_at: float


class Discovery:
    """Starts a flow for a charger; slowly, and never more than twenty are open.

    Whoever is in the home's network can knock with as many ids as they like.
    """

    def __init__(self, hass: HomeAssistant, clock: Callable[[], float] = time.monotonic) -> None:
        """Offer nothing yet."""
        self._hass = hass
        self._clock = clock
        self._offers: dict[str, _Offer] = {}
        self._pause_ends = clock()

    @callback
    def knocked(self, port: int, stranger: Stranger) -> None:
        """Offer a charger, unless that has been done or the user does not want it."""
        now, station_id = self._clock(), stranger.station_id
        if offer := self._offers.get(station_id):
            offer.heard_at = now
            return
        if self._is_ignored(station_id):
            return
        for silent in [one for one, offer in self._offers.items() if _is_silent(offer, now)]:
            self.settled(silent)
        if len(self._offers) >= MAX_OFFERED or now < self._pause_ends:
            return  # it will knock again
        self._pause_ends = now + PAUSE_S
        self._offers[station_id] = _Offer(port, now)
        async_create_flow(
            self._hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={
                CONF_STATION_ID: station_id,
                CONF_OCPP_PORT: port,
                "address": stranger.address,
            },
        )

    @callback
    def settled(self, station_id: str) -> None:
        """Offer a charger no more."""
        if self._offers.pop(station_id, None) is None:
            return
        flows = self._hass.config_entries.flow
        context = {"source": SOURCE_INTEGRATION_DISCOVERY, "unique_id": station_id}
        for flow in flows.async_progress_by_handler(DOMAIN, match_context=context):
            flows.async_abort(flow["flow_id"])

    @callback
    def closed(self, port: int) -> None:
        """Offer those no more who have knocked at a port that is not served any longer."""
        for station_id in [one for one, offer in self._offers.items() if offer.port == port]:
            self.settled(station_id)

    def _is_ignored(self, station_id: str) -> bool:
        entries = self._hass.config_entries
        return entries.async_entry_for_domain_unique_id(DOMAIN, station_id) is not None


def _is_silent(offer: _Offer, now: float) -> bool:
    return now - offer.heard_at > SILENCE_S
