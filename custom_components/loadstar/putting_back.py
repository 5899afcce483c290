"""Chargers that leave Loadstar are put back into service: nobody else would know how."""

import asyncio
from collections.abc import Iterable
from typing import Final

from homeassistant.core import HomeAssistant

from .central import CENTRAL_SYSTEMS
from .const import LOGGER
from .ocpp.types import Connector
from .out_of_service import OutOfService, Place

# A charger that does not answer must not keep others waiting.
PATIENCE_S: Final = 5.0


async def async_put_leaving_back(
    hass: HomeAssistant, memory: OutOfService, staying: Iterable[Place]
) -> None:
    """Put back and forget every charger that was taken out of service and is not staying."""
    kept = set(staying)
    leaving = {key: place for key, place in memory.places.items() if place not in kept}
    if not leaving:
        return
    await asyncio.gather(*(_async_put_back(hass, place) for place in leaving.values()))
    for key in leaving:
        memory.discard(key)
    await memory.async_save()


async def _async_put_back(hass: HomeAssistant, place: Place) -> None:
    connector = _connector(hass, place)
    taken = False
    try:
        if connector is not None and connector.state.connected:
            async with asyncio.timeout(PATIENCE_S):
                taken = await connector.async_set_available(available=True)
    except TimeoutError:
        pass
    if not taken:
        LOGGER.warning(
            "%s was taken out of service and could not be put back; set its connector %s to"
            " operative in its own settings",
            place.station_id,
            place.connector_id,
        )


def _connector(hass: HomeAssistant, place: Place) -> Connector | None:
    systems = hass.data[CENTRAL_SYSTEMS]
    for port in systems.ports:
        system = systems.system(port)
        if system is not None and place.station_id in system.stations:
            try:
                return system.connector(place.station_id, place.connector_id)
            except KeyError:
                return None
    return None
