"""OMIE, as Home Assistant's own integration answers: Spain's and Portugal's days."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, TypedDict, TypeGuard
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, are_rows, read_rows
from .responses import ActionSource, Options, Request, Span, only
from .units import Unit

DOMAIN: Final = "omie"
SERVICE: Final = "get_prices_for_date"
OPTION_COUNTRY: Final = "country"
# A market day begins at midnight there, also for Portugal.
MARKET_ZONE: Final = ZoneInfo("Europe/Madrid")
_COUNTRIES: Final = ("es", "pt")
_KEYS: Final = Keys(start="start", end="end", price="price")
_EUROS: Final = Unit(1.0, "EUR")


class Row(TypedDict):
    """A price per kWh with ISO times."""

    start: str
    end: str
    price: float


type Shape = Mapping[str, list[Row]]  # by country


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is OMIE's."""
    return bool(data) and all(rows == [] or are_rows(rows, _KEYS) for rows in data.values())


def extract(data: Mapping[str, Any], options: Options, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return a day's prices in the country chosen."""
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(only(data, options.get(OPTION_COUNTRY), DOMAIN), _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:
    """Ask for each market day."""
    country = ref.options.get(OPTION_COUNTRY)
    return [
        Request(
            service=SERVICE,
            data={"date": day.isoformat()} | ({"countries": [country]} if country else {}),
            is_ahead=is_ahead,
        )
        for day, is_ahead in span.days(MARKET_ZONE)
    ]


def choices(entry: ConfigEntry) -> Sequence[tuple[str, Options]]:  # noqa: ARG001
    """Return both countries."""
    return [(country.upper(), {OPTION_COUNTRY: country}) for country in _COUNTRIES]


SOURCE: Final = ActionSource(
    kind="omie",
    domain=DOMAIN,
    service=SERVICE,
    requests=requests,
    extract=extract,
    unit=_EUROS,
    choices=choices,
)
