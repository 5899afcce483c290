"""All sources of prices by kind."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant

from ..types import Candidate, PriceSource, SourceError
from . import (
    amber,
    easyenergy,
    energi_data_service,
    energyzero,
    entsoe,
    epex_spot,
    frank_energie,
    green_planet,
    list_attribute,
    nordpool_core,
    nordpool_hacs,
    octopus,
    omie,
    stromligning,
    template,
    tibber,
)

SOURCES: Final[Mapping[str, PriceSource]] = {
    "nordpool_core": nordpool_core.SOURCE,
    "nordpool_hacs": nordpool_hacs.SOURCE,
    "tibber": tibber.SOURCE,
    "entsoe": entsoe.SOURCE,
    "octopus": octopus.SOURCE,
    "amber": amber.SOURCE,
    "epex_spot": epex_spot.SOURCE,
    "energi_data_service": energi_data_service.SOURCE,
    "frank_energie": frank_energie.SOURCE,
    "stromligning": stromligning.SOURCE,
    "energyzero": energyzero.SOURCE,
    "easyenergy": easyenergy.SOURCE,
    "omie": omie.SOURCE,
    "green_planet": green_planet.SOURCE,
    "list_attribute": list_attribute,
    "template": template,
}


def price_source(kind: str) -> PriceSource:
    """Return the source of a kind; raise SourceError for a kind of a later version."""
    source = SOURCES.get(kind)
    if source is None:
        raise SourceError("price_source_unknown", source=kind)
    return source


def detect_all(hass: HomeAssistant) -> list[Candidate]:
    """Return all that prices could be read from, each entity as what fits it best."""
    found: list[Candidate] = []
    claimed: set[str] = set()
    for source in SOURCES.values():
        fresh = [one for one in source.detect(hass) if one.ref.entity_id not in claimed]
        claimed |= {one.ref.entity_id for one in fresh if one.ref.entity_id}
        found += fresh
    return found
