"""easyEnergy, as Home Assistant's own integration answers: used and returned energy apart."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, TypedDict, TypeGuard

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, are_rows, read_rows
from .responses import ActionSource, Options, Request, Span
from .units import Unit

DOMAIN: Final = "easyenergy"
USAGE: Final = "get_energy_usage_prices"
RETURN: Final = "get_energy_return_prices"
OPTION_SERVICE: Final = "service"
OPTION_PRICE: Final = "price_type"
OPTION_VAT: Final = "incl_vat"
OPTION_GRANULARITY: Final = "granularity"
_KEYS: Final = Keys(start="timestamp", price="price")
_EUROS: Final = Unit(1.0, "EUR")


class Row(TypedDict):
    """A price without an end, its time with a space."""

    timestamp: str
    price: float


class Shape(TypedDict):
    """The answer."""

    prices: list[Row]


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is easyEnergy's."""
    return are_rows(data.get("prices"), _KEYS)


def extract(
    data: Mapping[str, Any],
    options: Options,  # noqa: ARG001 - they were said in asking
    zone: tzinfo,
) -> tuple[RawPrice, ...]:
    """Return a day's prices."""
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(data["prices"], _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:
    """Ask day by day for what was chosen."""
    service = ref.options.get(OPTION_SERVICE, USAGE)
    details: dict[str, Any] = {
        "config_entry": ref.entry_id,
        "granularity": ref.options.get(OPTION_GRANULARITY, "hour"),
    }
    if service == USAGE:
        details |= {
            "incl_vat": ref.options.get(OPTION_VAT, False),
            "price_type": ref.options.get(OPTION_PRICE, "market"),
        }
    return [
        Request(
            service=service,
            data=details | {"start": day.isoformat(), "end": day.isoformat()},
            is_ahead=is_ahead,
        )
        for day, is_ahead in span.days(dt_util.get_default_time_zone())
    ]


def choices(entry: ConfigEntry) -> Sequence[tuple[str, Options]]:  # noqa: ARG001
    """Return the bare market price, what is on the invoice, and what returned energy earns."""
    return [
        ("market", {OPTION_SERVICE: USAGE, OPTION_PRICE: "market", OPTION_VAT: False}),
        ("invoice", {OPTION_SERVICE: USAGE, OPTION_PRICE: "invoice", OPTION_VAT: True}),
        ("return", {OPTION_SERVICE: RETURN}),
    ]


SOURCE: Final = ActionSource(
    kind="easyenergy",
    domain=DOMAIN,
    service=USAGE,
    requests=requests,
    extract=extract,
    unit=_EUROS,
    choices=choices,
)
