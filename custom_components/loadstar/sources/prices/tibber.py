"""Tibber, as Home Assistant's own integration answers: every home's prices."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final, TypedDict, TypeGuard

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, read_rows
from .responses import ActionSource, Options, Request, Span, only

DOMAIN: Final = "tibber"
SERVICE: Final = "get_prices"
OPTION_HOME: Final = "home"
_KEYS: Final = Keys(start="start_time", price="price")


class Row(TypedDict):
    """A price per kWh without an end."""

    start_time: str
    price: float | None


class Shape(TypedDict):
    """The answer, by name of the home."""

    prices: dict[str, list[Row]]


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is Tibber's."""
    homes = data.get("prices")
    return isinstance(homes, Mapping) and all(isinstance(rows, list) for rows in homes.values())


def extract(data: Mapping[str, Any], options: Options, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return the prices of the home chosen, or of the only one."""
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(only(data["prices"], options.get(OPTION_HOME), DOMAIN), _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:  # noqa: ARG001 - it knows one account
    """Ask for all at once; without an end it would stop tonight."""
    return [
        Request(
            service=SERVICE, data={"start": span.start.isoformat(), "end": span.end.isoformat()}
        )
    ]


SOURCE: Final = ActionSource(
    kind="tibber", domain=DOMAIN, service=SERVICE, requests=requests, extract=extract
)
