"""EnergyZero, as Home Assistant's own integration answers: a local day at a time."""

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

DOMAIN: Final = "energyzero"
SERVICE: Final = "get_energy_prices"
OPTION_PRICE: Final = "price_type"
OPTION_VAT: Final = "incl_vat"
OPTION_INTERVAL: Final = "interval"
_KEYS: Final = Keys(start="start", end="end", price="price")
_EUROS: Final = Unit(1.0, "EUR")


class Row(TypedDict):
    """A price with times that have a space in them; ``timestamp`` is the start."""

    price: float
    timestamp: str
    start: str
    end: str


class Shape(TypedDict):
    """The answer."""

    prices: list[Row]


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is EnergyZero's."""
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
    """Ask day by day: a day that is not known yet refuses all that was asked with it."""
    return [
        Request(
            service=SERVICE,
            data={
                "config_entry": ref.entry_id,
                "start": day.isoformat(),
                "end": day.isoformat(),
                "incl_vat": ref.options.get(OPTION_VAT, False),
                "price_type": ref.options.get(OPTION_PRICE, "market"),
                "interval": ref.options.get(OPTION_INTERVAL, "hour"),
            },
            is_ahead=is_ahead,
        )
        for day, is_ahead in span.days(dt_util.get_default_time_zone())
    ]


def choices(entry: ConfigEntry) -> Sequence[tuple[str, Options]]:  # noqa: ARG001
    """Return the bare market price, and all that a customer pays."""
    return [
        ("market", {OPTION_PRICE: "market", OPTION_VAT: False}),
        ("all in", {OPTION_PRICE: "all_in", OPTION_VAT: True}),
    ]


SOURCE: Final = ActionSource(
    kind="energyzero",
    domain=DOMAIN,
    service=SERVICE,
    requests=requests,
    extract=extract,
    unit=_EUROS,
    choices=choices,
)
