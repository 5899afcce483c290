"""When the control cycle runs: soon after something was reported, and never too seldom."""

from asyncio import Handle
from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

MIN_INTERVAL_S: Final = 2.0
MAX_INTERVAL_S: Final = 10.0


class ControlClock:
    """Run at most every ``MIN_INTERVAL_S`` on request, and at least every ``MAX_INTERVAL_S``."""

    def __init__(
        self, hass: HomeAssistant, run: Callable[[], None], now: Callable[[], float]
    ) -> None:
        """``now`` gives monotonic seconds."""
        self._hass = hass
        self._run = run
        self._now = now
        self._last = now()
        self._due = 0.0
        self._cancel: CALLBACK_TYPE | None = None
        self._soon: Handle | None = None

    @callback
    def start(self) -> None:
        """Begin to run."""
        self._schedule(MAX_INTERVAL_S)

    @callback
    def stop(self) -> None:
        """Run no more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        self._forget_soon()

    @callback
    def request(self) -> None:
        """Run as soon as the interval allows."""
        if self._cancel is None:
            return
        wait = self._last + MIN_INTERVAL_S - self._now()
        if wait <= 0:
            self.run_soon()
        elif self._now() + wait < self._due:
            self._schedule(wait)

    @callback
    def run_soon(self) -> None:
        """Run as soon as all that is being reported has arrived: an overload.

        The phases of a meter, or a charger's status and its transaction, come one after the
        other; between them the site looks like none that ever was.
        """
        if self._cancel is not None and self._soon is None:
            self._soon = self._hass.loop.call_soon(self.run_now)

    @callback
    def run_now(self) -> None:
        """Run at once: a user has changed something."""
        self._forget_soon()
        if self._cancel is None:
            return
        self._last = self._now()
        self._schedule(MAX_INTERVAL_S)
        self._run()

    def _forget_soon(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    def _schedule(self, wait: float) -> None:
        if self._cancel is not None:
            self._cancel()
        self._due = self._now() + wait
        self._cancel = async_call_later(self._hass, wait, self._on_due)

    @callback
    def _on_due(self, _now: datetime) -> None:
        self.run_now()
