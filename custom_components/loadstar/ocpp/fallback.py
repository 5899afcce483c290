"""What a connector falls to when it hears nothing any more."""

import asyncio
from collections.abc import Callable
import logging

from .charge_point import ChargePoint
from .context import Context
from .errors import CallFailedError, NotConnectedError
from .silence import Silence
from .types import ConnectorConfig

_LOGGER = logging.getLogger(__name__)


class FallbackKeeper:
    """Installs a connector's fallback and tries again where it got no answer."""

    def __init__(self, name: str, context: Context, changed: Callable[[], None]) -> None:
        """Call ``changed`` when an answer came."""
        self._name = name
        self._clock = context.clock
        self._retry_s = context.timing.retry_s
        self._changed = changed
        self._sending = asyncio.Lock()
        self.silence = Silence()
        self._retry_at: float | None = None
        self.installed = False
        self.rejected = False

    async def install(self, charge_point: ChargePoint, connector: ConnectorConfig) -> None:
        """Have the charger keep the connector's fallback current."""
        async with self._sending:
            self._retry_at = None
            try:
                taken = await charge_point.set_fallback(connector)
            except NotConnectedError:
                return  # the next connection begins with it
            except CallFailedError as error:
                self._retry_at = self._clock() + self._retry_s
                _LOGGER.log(
                    self.silence.goes_on(),
                    "%s: %s; the fallback of %.1f A is sent again in %.0f s",
                    self._name,
                    error,
                    connector.fallback_current,
                    self._retry_s,
                )
                self._changed()
                return
        self.silence.ends()
        if not taken and not self.rejected:
            _LOGGER.warning(
                "%s refused the fallback of %.1f A; without it nothing limits the charger "
                "while the connection is down",
                self._name,
                connector.fallback_current,
            )
        self.installed, self.rejected = taken, not taken
        self._changed()

    def is_due(self) -> bool:
        """Return whether it should be tried again."""
        return self._retry_at is not None and self._clock() >= self._retry_at

    def pause(self) -> None:
        """Wait for the next connection, which installs it anyway."""
        self._retry_at = None
