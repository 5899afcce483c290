"""Any sensor with a list of prices, under attributes that the user names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import Candidate, Prices, SourceError
from .attributes import readable
from .detecting import as_rows, detect_keys
from .reading import Keys, read_rows
from .scaling import scaled
from .units import Unit, read_unit

KIND: Final = "list_attribute"
OPTION_TOMORROW: Final = "attribute_tomorrow"
OPTION_START: Final = "start_key"
OPTION_END: Final = "end_key"
OPTION_PRICE: Final = "price_key"
OPTION_UNIT: Final = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a list was taken for, for the user to confirm; prices per kWh."""

    keys: Keys
    unit: Unit
    prices: tuple[RawPrice, ...]

    @property
    def options(self) -> dict[str, Any]:
        """What to keep as options of the reference, so that it is read so ever after."""
        return {
            OPTION_START: self.keys.start,
            OPTION_END: self.keys.end,
            OPTION_PRICE: self.keys.price,
        }


def preview(hass: HomeAssistant, ref: SourceRef) -> Preview:
    """Return how ``ref`` would be read; raise SourceError where it cannot be."""
    state = readable(hass.states.get(ref.entity_id or ""), ref.entity_id)
    today = as_rows(state.attributes.get(ref.attribute or ""))
    tomorrow = as_rows(state.attributes.get(ref.options.get(OPTION_TOMORROW, ""))) or ()
    source = f"{state.entity_id}.{ref.attribute}"
    unit = read_unit(
        ref.options.get(OPTION_UNIT) or state.attributes.get(ATTR_UNIT_OF_MEASUREMENT), source
    )
    return read_list([*(today or ()), *tomorrow], ref.options, unit, source)


def read_list(
    rows: Sequence[Mapping[str, Any]], options: Mapping[str, Any], unit: Unit, source: str
) -> Preview:
    """Return how rows are read under the keys chosen, else under those detected."""
    zone = dt_util.get_default_time_zone()
    keys = chosen_keys(options) or detect_keys(rows, zone)
    if keys is None or not rows:
        raise SourceError("price_no_list", source=source)
    return Preview(keys=keys, unit=unit, prices=scaled(extract(rows, keys, zone), unit))


def extract(rows: Sequence[Mapping[str, Any]], keys: Keys, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return the prices of rows, in the unit in which they stand."""
    return read_rows(rows, keys, zone)


def chosen_keys(options: Mapping[str, Any]) -> Keys | None:
    """Return the keys that the user has confirmed."""
    start, price = options.get(OPTION_START), options.get(OPTION_PRICE)
    return Keys(start=start, price=price, end=options.get(OPTION_END)) if start and price else None


def list_attributes(hass: HomeAssistant, entity_id: str) -> list[str]:
    """Return the attributes of an entity that could be lists of prices."""
    state = hass.states.get(entity_id)
    zone = dt_util.get_default_time_zone()
    return [
        name
        for name, value in (state.attributes.items() if state else ())
        if detect_keys(as_rows(value) or (), zone) is not None
    ]


def detect(hass: HomeAssistant) -> Sequence[Candidate]:
    """Return sensors in a unit of price that have a list which could be prices."""
    found = []
    for state in hass.states.async_all("sensor"):
        names = list_attributes(hass, state.entity_id) if _is_price(state.attributes) else []
        if names:
            ref = SourceRef(kind=KIND, entity_id=state.entity_id, attribute=names[0])
            found.append(Candidate(ref=ref, name=f"{state.name} ({names[0]})"))
    return found


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:  # noqa: ARG001
    """Return the entity."""
    return (ref.entity_id,) if ref.entity_id else ()


async def async_fetch(
    hass: HomeAssistant,
    ref: SourceRef,
    start: datetime,  # noqa: ARG001 - an attribute holds what it holds
    end: datetime,  # noqa: ARG001
) -> Prices:
    """Return all that the attributes hold."""
    read = preview(hass, ref)
    return Prices(prices=read.prices, currency=read.unit.currency)


def _is_price(attributes: Mapping[str, Any]) -> bool:
    try:
        read_unit(attributes.get(ATTR_UNIT_OF_MEASUREMENT), KIND)
    except SourceError:
        return False
    return True
