"""The thread that plans: one for all sites, and for nothing else.

HiGHS keeps its scheduler per thread; in the shared executor another integration's
use of it has made a solve of one thread return without a solution.
"""

from collections.abc import Callable
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util.executor import InterruptibleThreadPoolExecutor
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_EXECUTOR: Final[HassKey[InterruptibleThreadPoolExecutor]] = HassKey(f"{DOMAIN}_planner")


async def async_compute[ResultT](hass: HomeAssistant, job: Callable[[], ResultT]) -> ResultT:
    """Run ``job`` in the planner's thread and return what it returns."""
    return await hass.loop.run_in_executor(_async_executor(hass), job)


@callback
def _async_executor(hass: HomeAssistant) -> InterruptibleThreadPoolExecutor:
    if _EXECUTOR not in hass.data:
        executor = InterruptibleThreadPoolExecutor(
            max_workers=1, thread_name_prefix=f"{DOMAIN}_planner"
        )
        hass.data[_EXECUTOR] = executor

        @callback
        def stop(_event: Event) -> None:
            executor.shutdown()  # waits for a solve that runs, but not for long

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, stop)
    return hass.data[_EXECUTOR]
