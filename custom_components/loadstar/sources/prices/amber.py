"""Amber Electric, as Home Assistant's own integration answers."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, NotRequired, TypedDict, TypeGuard

from homeassistant.config_entries import ConfigEntry

from ...engine.prices.types import RawPrice
from ...planning_wiring import SourceRef
from ..types import SourceError
from .reading import Keys, are_rows, read_rows
from .responses import ActionSource, Options, Request, Span
from .units import Unit

DOMAIN: Final = "amberelectric"
SERVICE: Final = "get_forecasts"
OPTION_CHANNEL: Final = "channel_type"
GENERAL: Final = "general"
FEED_IN: Final = "feed_in"
_KEYS: Final = Keys(start="start_time", end="end_time", price="per_kwh")
_DOLLARS: Final = Unit(1.0, "AUD")


class Row(TypedDict):
    """A price per kWh; the start may be a second late."""

    duration: int
    start_time: str
    end_time: str
    per_kwh: float
    spot_per_kwh: float
    spike_status: str
    descriptor: str
    advanced_price_predicted: NotRequired[float]


class Shape(TypedDict):
    """The answer for one channel."""

    forecasts: list[Row]


def is_valid(data: Mapping[str, Any]) -> TypeGuard[Shape]:
    """Say whether an answer is Amber's."""
    return are_rows(data.get("forecasts"), _KEYS)


def extract(
    data: Mapping[str, Any],
    options: Options,  # noqa: ARG001 - the channel was chosen by asking
    zone: tzinfo,
) -> tuple[RawPrice, ...]:
    """Return the channel's prices.

    Amber counts what feeding in earns as negative; the action has turned that
    round already, so that its prices are what exported energy earns.
    """
    if not is_valid(data):
        raise SourceError("price_no_list", source=DOMAIN)
    return read_rows(data["forecasts"], _KEYS, zone)


def requests(ref: SourceRef, span: Span) -> list[Request]:  # noqa: ARG001 - it has but one answer
    """Ask for the channel chosen."""
    channel = ref.options.get(OPTION_CHANNEL, GENERAL)
    return [
        Request(service=SERVICE, data={"config_entry_id": ref.entry_id, OPTION_CHANNEL: channel})
    ]


def choices(entry: ConfigEntry) -> Sequence[tuple[str, Options]]:  # noqa: ARG001
    """Return both directions."""
    return [(name, {OPTION_CHANNEL: name}) for name in (GENERAL, FEED_IN)]


SOURCE: Final = ActionSource(
    kind="amber",
    domain=DOMAIN,
    service=SERVICE,
    requests=requests,
    extract=extract,
    unit=_DOLLARS,
    choices=choices,
    follows_sensors=True,
)
