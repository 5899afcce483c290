"""What a connector falls to when it hears nothing any more."""

import asyncio
from collections.abc import Callable
from functools import partial
import logging

from .charge_point import ChargePoint
from .context import Context
from .errors import CallFailedError, NotConnectedError
from .memory import ConnectorMemory
from .rung import FallbackForm
from .silence import Silence
from .types import ConnectorConfig

_LOGGER = logging.getLogger(__name__)

_FOUND = "fallback"


def found_fallback(memory: ConnectorMemory) -> FallbackForm | None:
    """Return the form of fallback that a connector took last, as far as that is known."""
    found = memory.get(_FOUND)
    return next((form for form in FallbackForm if form == found), None)


class FallbackKeeper:
    """Installs a connector's fallback in a form that is taken, and tries again where none is."""

    def __init__(
        self, name: str, context: Context, memory: ConnectorMemory, changed: Callable[[], None]
    ) -> None:
        """Begin with the form in ``memory``; call ``changed`` when an answer came."""
        self._name = name
        self._clock = context.clock
        self._timing = context.timing
        self._memory = memory
        self._changed = changed
        self._sending = asyncio.Lock()
        self.silence = Silence(partial(context.seldom.level, name, "fallback"))
        self._retry_at: float | None = None
        self.installed = False
        self.rejected = False

    async def install(self, charge_point: ChargePoint, connector: ConnectorConfig) -> None:
        """Have the charger keep the connector's fallback current, and that alone."""
        async with self._sending:
            self._retry_at = None
            try:
                taken = await self._offer(charge_point, connector)
            except NotConnectedError:
                return  # the next connection begins with it
            except CallFailedError as error:
                self._report_silence(error, connector)
                return
        self.silence.ends()
        if not taken:
            self._retry_at = self._clock() + self._timing.ladder_retry_s
            self._report_refusal(connector)
        self.installed, self.rejected = taken, not taken
        self._changed()

    def is_due(self) -> bool:
        """Return whether it should be tried again."""
        return self._retry_at is not None and self._clock() >= self._retry_at

    def request(self) -> None:
        """Install it again soon: something else stands in its place."""
        self._retry_at = self._clock()

    def pause(self) -> None:
        """Wait for the next connection, which installs it anyway."""
        self._retry_at = None

    async def _offer(self, charge_point: ChargePoint, connector: ConnectorConfig) -> bool:
        """Offer every form until one is taken, what was taken before first."""
        found = found_fallback(self._memory)
        forms = charge_point.fallback_forms(connector.connector_id)
        for form in sorted(forms, key=lambda form: form is not found):
            if await charge_point.set_fallback(connector, form):
                self._memory.put(_FOUND, form)
                return True
        return False

    def _report_refusal(self, connector: ConnectorConfig) -> None:
        if not self.rejected:
            _LOGGER.warning(
                "%s refused the fallback of %.1f A; without it nothing limits the charger "
                "while the connection is down",
                self._name,
                connector.fallback_current,
            )

    def _report_silence(self, error: CallFailedError, connector: ConnectorConfig) -> None:
        self._retry_at = self._clock() + self._timing.retry_s
        _LOGGER.log(
            self.silence.goes_on(),
            "%s: %s; the fallback of %.1f A is sent again in %.0f s",
            self._name,
            error,
            connector.fallback_current,
            self._timing.retry_s,
        )
        self._changed()
