"""Ask code that is not ours: neither its faults nor its silence may end a plan."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from probatio import Invalid

from ...const import LOGGER
from ..types import SourceError

PATIENCE_S: Final = 30.0
_FAULTS: Final = (
    HomeAssistantError,
    Invalid,  # an action of another version, which takes other data
    OSError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)


async def async_ask[AnswerT](source: str, question: Awaitable[AnswerT]) -> AnswerT:
    """Return an answer; raise SourceError where there is none."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await question
    except _FAULTS as error:
        LOGGER.debug("%s: no solar forecast", source, exc_info=True)
        said = str(error) or type(error).__name__
        raise SourceError("pv_refused", source=source, error=said) from error


async def async_ask_action(
    hass: HomeAssistant, action: tuple[str, str], data: Mapping[str, Any], source: str
) -> Mapping[str, Any]:
    """Return what an action answers; raise SourceError."""
    domain, name = action
    call = hass.services.async_call(domain, name, dict(data), blocking=True, return_response=True)
    return await async_ask(source, call) or {}
