"""Actions about the dynamic buffer: let it loose, watch it for longer, read its log."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from probatio import All, Coerce, Optional, Range, Schema

from .addressing import ATTR_ENTRY, addressing_error, find_entry
from .buffering import Buffering
from .const import DOMAIN
from .engine.buffer import BufferEvent
from .engine.planner.inputs.types import PlanWarning
from .engine.planner.output.plain import to_plain
from .planning.words import PlanWords, async_load_words

EXTENSION_DAYS: Final = 7
_MOST_DAYS: Final = 365
_ATTR_DAYS: Final = "days"

_SITE: Final = {Optional(ATTR_ENTRY): cv.string}
_SITE_SCHEMA: Final = Schema(_SITE)
_EXTEND_SCHEMA: Final = Schema(
    {
        **_SITE,
        Optional(_ATTR_DAYS, default=EXTENSION_DAYS): All(
            Coerce(int), Range(min=1, max=_MOST_DAYS)
        ),
    }
)


@callback
def async_setup_buffer_actions(hass: HomeAssistant) -> None:
    """Register the actions about the buffer."""
    for name, action, schema, response in (
        ("activate_buffer", _async_activate, _SITE_SCHEMA, SupportsResponse.NONE),
        ("extend_observation", _async_extend, _EXTEND_SCHEMA, SupportsResponse.NONE),
        ("get_buffer_log", _async_get_log, _SITE_SCHEMA, SupportsResponse.ONLY),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema=schema, supports_response=response
        )


async def _async_activate(call: ServiceCall) -> None:
    """Apply the buffer of a site from now on."""
    await _buffering(call).async_activate()


async def _async_extend(call: ServiceCall) -> None:
    """Observe the buffer of a site for longer."""
    await _buffering(call).async_extend(call.data[_ATTR_DAYS])


async def _async_get_log(call: ServiceCall) -> dict[str, Any]:
    """Return how the buffer stands, and its steps with a sentence each."""
    buffering = _buffering(call)
    words = await async_load_words(call.hass)
    snapshot, log = buffering.snapshot, buffering.log

    def answer() -> dict[str, Any]:
        plain: dict[str, Any] = to_plain(snapshot)
        return plain | {"log": [_event(event, words) for event in log]}

    return await call.hass.async_add_executor_job(answer)  # a week of steps takes a while


def _event(event: BufferEvent, words: PlanWords) -> Mapping[str, Any]:
    plain: dict[str, Any] = to_plain(event)
    said = PlanWarning(code=event.reason, data=event.data)
    return plain | {"message": words.sentence(said)}


def _buffering(call: ServiceCall) -> Buffering:
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    if not coordinator.buffering.is_wanted:
        raise addressing_error("no_buffer", site=coordinator.config.name)
    return coordinator.buffering
