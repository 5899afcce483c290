"""What sources have in common that show their prices as attributes of entities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import Candidate, Prices, SourceError
from .scaling import scaled
from .units import Unit

type Attributes = Mapping[str, Any]


def _alone(_hass: HomeAssistant, entity_id: str) -> Sequence[str]:
    return (entity_id,)


def _any(_hass: HomeAssistant, _entity_id: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSource:
    """Prices of an entity, and of others that have what belongs to them.

    ``fits`` tells the shape; ``extract`` returns prices as they stand, with the zone in
    which times without one are meant; ``unit`` says in what, and refuses foreign units.
    ``entities`` are all that hold prices, in the order of their days; ``is_offered``
    keeps those of them apart that are no source by themselves.
    """

    kind: str
    fits: Callable[[Attributes], bool]
    extract: Callable[[Attributes, tzinfo], tuple[RawPrice, ...]]
    unit: Callable[[Attributes, str], Unit]
    domain: str = "sensor"
    entities: Callable[[HomeAssistant, str], Sequence[str]] = _alone
    is_offered: Callable[[HomeAssistant, str], bool] = _any

    def detect(self, hass: HomeAssistant) -> Sequence[Candidate]:
        """Return the entities of this shape, in a unit that we know."""
        return [
            Candidate(ref=SourceRef(kind=self.kind, entity_id=state.entity_id), name=state.name)
            for state in hass.states.async_all(self.domain)
            if self.fits(state.attributes)
            and self._is_price(state)
            and self.is_offered(hass, state.entity_id)
        ]

    def watched(self, hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
        """Return the entity and those that belong to it."""
        return self.entities(hass, ref.entity_id) if ref.entity_id else ()

    async def async_fetch(
        self,
        hass: HomeAssistant,
        ref: SourceRef,
        start: datetime,  # noqa: ARG002 - attributes hold what they hold
        end: datetime,  # noqa: ARG002
    ) -> Prices:
        """Return all that the attributes hold."""
        state = readable(hass.states.get(ref.entity_id or ""), ref.entity_id)
        if not self.fits(state.attributes):
            raise SourceError("price_no_list", source=state.entity_id)
        unit = self.unit(state.attributes, state.entity_id)
        zone = dt_util.get_default_time_zone()
        prices = [
            price
            for entity_id in self.watched(hass, ref)
            if (one := hass.states.get(entity_id)) is not None
            for price in self.extract(one.attributes, zone)
        ]
        return Prices(prices=scaled(prices, unit), currency=unit.currency)

    def _is_price(self, state: State) -> bool:
        try:
            self.unit(state.attributes, state.entity_id)
        except SourceError:
            return False
        return True


def readable(state: State | None, entity_id: str | None) -> State:
    """Return a state that has something to say, or say why there is none."""
    if state is None:
        raise SourceError("price_source_missing", source=entity_id or "")
    if state.state == STATE_UNAVAILABLE:
        raise SourceError("price_source_unavailable", source=state.entity_id)
    return state
