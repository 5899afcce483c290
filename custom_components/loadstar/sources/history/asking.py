"""Ask the recorder in its own thread, and do not wait for ever."""

import asyncio
from collections.abc import Callable
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from sqlalchemy.exc import SQLAlchemyError

# A database that hangs must not take plans with it; two years are read in about a second.
PATIENCE_S: Final = 30.0


class HistoryError(Exception):
    """The recorder failed, or gave no answer."""


async def async_ask[*ArgumentsT, AnswerT](
    hass: HomeAssistant, job: Callable[[*ArgumentsT], AnswerT], *arguments: *ArgumentsT
) -> AnswerT:
    """Return what ``job`` finds; raise HistoryError."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await get_instance(hass).async_add_executor_job(job, *arguments)
    except (TimeoutError, RuntimeError, SQLAlchemyError) as error:
        raise HistoryError(repr(error)) from error
