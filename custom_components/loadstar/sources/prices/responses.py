"""What sources have in common that answer an action with their prices."""

from asyncio import timeout
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...engine.planner.inputs.types import PlanWarning
from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import Candidate, Prices, SourceError
from .scaling import scaled
from .units import Unit

type Options = Mapping[str, Any]

_PER_KWH: Final = Unit()
_TIMEOUT_S: Final = 60.0
# What a foreign action may raise: no fault of another integration may stop our planning.
_FAULTS: Final = (
    HomeAssistantError,
    vol.Invalid,
    aiohttp.ClientError,
    OSError,  # which TimeoutError is too
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of an action; what lies ahead may well not be known yet."""

    service: str
    data: Mapping[str, Any] = field(default_factory=dict)
    is_ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is asked for: ``start`` to ``end``, on local days of ``zone``."""

    start: datetime
    end: datetime
    now: datetime

    def days(self, zone: tzinfo) -> list[tuple[date, bool]]:
        """Return the days up to tomorrow, and whether each is still to come."""
        today = self.now.astimezone(zone).date()
        day = self.start.astimezone(zone).date()
        last = min(
            (self.end - timedelta(microseconds=1)).astimezone(zone).date(),
            today + timedelta(days=1),
        )
        return [
            (day + timedelta(days=index), day + timedelta(days=index) > today)
            for index in range((last - day).days + 1)
        ]


def _always(_entry: ConfigEntry) -> bool:
    return True


def _unsaid(_entry: ConfigEntry) -> str | None:
    return None


def _plain(_entry: ConfigEntry) -> Sequence[tuple[str, Options]]:
    return (("", {}),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSource:
    """Prices that an integration answers with.

    ``requests`` says what to ask, ``extract`` reads an answer as it stands, times without
    zone being in the zone given; ``unit`` says in what, ``currency`` what an entry has
    chosen. ``choices`` are what one entry offers, each with what to add to its name, and
    with its options. ``follows_sensors`` is for an action that answers from memory, and
    may be asked whenever the integration's sensors change.
    """

    kind: str
    domain: str
    service: str
    requests: Callable[[SourceRef, Span], Sequence[Request]]
    extract: Callable[[Mapping[str, Any], Options, tzinfo], tuple[RawPrice, ...]]
    unit: Unit = _PER_KWH
    currency: Callable[[ConfigEntry], str | None] = _unsaid
    fits: Callable[[ConfigEntry], bool] = _always
    choices: Callable[[ConfigEntry], Sequence[tuple[str, Options]]] = _plain
    follows_sensors: bool = False

    def detect(self, hass: HomeAssistant) -> Sequence[Candidate]:
        """Return what the integration's entries offer."""
        if not hass.services.has_service(self.domain, self.service):
            return ()
        return [
            Candidate(
                ref=SourceRef(kind=self.kind, entry_id=entry.entry_id, options=options),
                name=f"{entry.title} {name}".strip(),
            )
            for entry in hass.config_entries.async_loaded_entries(self.domain)
            if self.fits(entry)
            for name, options in self.choices(entry)
        ]

    def watched(self, hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
        """Return the entry's sensors if they say when the answer has changed."""
        if not self.follows_sensors or not ref.entry_id:
            return ()
        entries = er.async_entries_for_config_entry(er.async_get(hass), ref.entry_id)
        return sorted(one.entity_id for one in entries if one.domain == "sensor")

    async def async_fetch(
        self, hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
    ) -> Prices:
        """Return what the action answers; a day that is still to come may be missing."""
        entry = hass.config_entries.async_get_entry(ref.entry_id) if ref.entry_id else None
        if ref.entry_id and entry is None:
            raise SourceError("price_source_missing", source=self.domain)
        zone = dt_util.get_default_time_zone()
        prices: list[RawPrice] = []
        errors: list[SourceError] = []
        warnings: list[PlanWarning] = []
        asked = self.requests(ref, Span(start=start, end=end, now=dt_util.utcnow()))
        for request in asked:
            try:
                answer = await async_ask(hass, self.domain, request)
                prices += self.extract(answer, ref.options, zone)
            except SourceError as error:
                errors.append(error)
                if not request.is_ahead:
                    warnings.append(error.warning)
        if errors and len(errors) == len(asked):
            raise errors[0]
        return Prices(
            prices=scaled(prices, self.unit),
            currency=self.unit.currency or (self.currency(entry) if entry else None),
            warnings=tuple(warnings),
        )


async def async_ask(hass: HomeAssistant, domain: str, request: Request) -> Mapping[str, Any]:
    """Return what an action answers; raise SourceError."""
    if not hass.services.has_service(domain, request.service):
        raise SourceError("price_source_missing", source=domain)
    try:
        async with timeout(_TIMEOUT_S):
            answer = await hass.services.async_call(
                domain,
                request.service,
                dict(request.data),
                blocking=True,
                return_response=True,
            )
    except _FAULTS as error:
        raise SourceError(
            "price_source_failed", source=domain, error=str(error) or type(error).__name__
        ) from error
    return answer or {}


def only(answer: Mapping[str, Any], chosen: object, source: str) -> object:
    """Return the part of an answer that was chosen, or the only one that there is."""
    if chosen is None and len(answer) == 1:
        chosen = next(iter(answer))
    if chosen not in answer:
        raise SourceError(
            "price_part_unknown", source=source, parts=", ".join(sorted(map(str, answer)))
        )
    return answer[str(chosen)]
