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
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...engine.planner.inputs.types import PlanWarning
from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import Candidate, Prices, SourceError
from .scaling import scaled
from .units import Unit

type Options = Mapping[str, Any]

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


def _plain(_entry: ConfigEntry) -> Sequence[tuple[str, Options]]:
    return (("", {}),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSource:
    """Prices that an integration answers with.

    ``requests`` says what to ask, ``extract`` reads an answer as it stands, times without
    zone being in the zone given; ``unit`` says in what. ``choices`` are what one entry
    offers, each with what to add to its name, and with its options.
    """

    kind: str
    domain: str
    service: str
    requests: Callable[[SourceRef, Span], Sequence[Request]]
    extract: Callable[[Mapping[str, Any], Options, tzinfo], tuple[RawPrice, ...]]
    unit: Callable[[ConfigEntry | None], Unit]
    fits: Callable[[ConfigEntry], bool] = _always
    choices: Callable[[ConfigEntry], Sequence[tuple[str, Options]]] = _plain

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

    def watched(self, hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:  # noqa: ARG002
        """Return nothing: an action does not say when its answer has changed."""
        return ()

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
        unit = self.unit(entry)
        return Prices(prices=scaled(prices, unit), currency=unit.currency, warnings=tuple(warnings))


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


def rows_of(answer: Mapping[str, Any], key: str, source: str) -> object:
    """Return a list of an answer, or refuse an answer without it."""
    rows = answer.get(key)
    if not isinstance(rows, list):
        raise SourceError("price_no_list", source=source)
    return rows


def only(answer: Mapping[str, Any], chosen: object, source: str) -> object:
    """Return the part of an answer that was chosen, or the only one that there is."""
    if chosen is None and len(answer) == 1:
        chosen = next(iter(answer))
    if chosen not in answer:
        raise SourceError(
            "price_part_unknown", source=source, parts=", ".join(sorted(map(str, answer)))
        )
    return answer[str(chosen)]
