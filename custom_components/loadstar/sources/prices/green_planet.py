"""Green Planet Energy, as Home Assistant's own integration answers: from now on, for a day."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final, TypedDict, TypeGuard

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, are_rows, read_rows
from .responses import ActionSource, Options, Request, Span
from .units import Unit

DOMAIN: Final = "green_planet_energy"
SERVICE: Final = "get_prices"
_MOST_HOURS: Final = 24
_KEYS: Final = Keys(start="start", end="end", price="price")
_EUROS: Final = Unit(1.0, "EUR")


class Row(TypedDict):
    """A price per kWh with ISO times."""

    start: str
    end: str
    price: float


class Shape(TypedDict):
    """The answer."""

    prices: list[Row]
    hours_requested: float


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is Green Planet's."""
    return are_rows(data.get("prices"), _KEYS)


def extract(
    data: Mapping[str, Any],
    options: Options,  # noqa: ARG001 - it has none
    zone: tzinfo,
) -> tuple[RawPrice, ...]:
    """Return the prices from now on."""
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(data["prices"], _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:  # noqa: ARG001 - it begins now
    """Ask for as much as it gives."""
    return [Request(service=SERVICE, data={"config_entry_id": ref.entry_id, "hours": _MOST_HOURS})]


SOURCE: Final = ActionSource(
    kind="green_planet",
    domain=DOMAIN,
    service=SERVICE,
    requests=requests,
    extract=extract,
    unit=_EUROS,
    follows_sensors=True,
)
