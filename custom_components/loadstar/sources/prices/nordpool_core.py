"""Nord Pool as Home Assistant's own integration answers: per MWh, an area's day at a time."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, TypedDict, TypeGuard
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, read_rows
from .responses import ActionSource, Options, Request, Span, only
from .units import Unit

DOMAIN: Final = "nordpool"
SERVICE: Final = "get_prices_for_date"
OPTION_AREA: Final = "area"
# A day of delivery begins at midnight there, whatever the zone of the area.
MARKET_ZONE: Final = ZoneInfo("Europe/Brussels")
_KEYS: Final = Keys(start="start", end="end", price="price")
_PER_MWH: Final = Unit(0.001)


class Row(TypedDict):
    """A price per MWh with ISO times."""

    start: str
    end: str
    price: float | None


type Shape = Mapping[str, list[Row]]  # by area; an empty list where nothing is known


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is Nord Pool's."""
    return bool(data) and all(isinstance(rows, list) for rows in data.values())


def extract(data: Mapping[str, Any], options: Options, zone: tzinfo) -> tuple[RawPrice, ...]:
    """Return the prices of the area chosen, per MWh."""
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(only(data, options.get(OPTION_AREA), DOMAIN), _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:
    """Ask for each day of delivery."""
    area = ref.options.get(OPTION_AREA)
    return [
        Request(
            service=SERVICE,
            data={"config_entry": ref.entry_id, "date": day.isoformat()}
            | ({"areas": [area]} if area else {}),
            is_ahead=is_ahead,
        )
        for day, is_ahead in span.days(MARKET_ZONE)
    ]


def currency(entry: ConfigEntry) -> str | None:
    """Return the currency that an entry has chosen."""
    return entry.data.get("currency")


def choices(entry: ConfigEntry) -> Sequence[tuple[str, Options]]:
    """Return the areas of an entry."""
    return [(area, {OPTION_AREA: area}) for area in entry.data["areas"]]


def fits(entry: ConfigEntry) -> bool:
    """Tell an entry from one of the community's integration, which has the same domain."""
    return isinstance(entry.data.get("areas"), list)


SOURCE: Final = ActionSource(
    kind="nordpool_core",
    domain=DOMAIN,
    service=SERVICE,
    requests=requests,
    extract=extract,
    unit=_PER_MWH,
    currency=currency,
    fits=fits,
    choices=choices,
)
