"""Bring an OCPP connector to its target: one command on its way at a time, the newest wins."""

from collections.abc import Callable, Coroutine
from functools import partial
import time
from typing import Any, Final

from ..engine.models import ChargerTarget, ConnectorStatus, Remedy
from ..ocpp.types import Connector
from ..sources.ocpp_charger import connector_status

START_RETRY_S: Final = 60.0
SETPOINT_RETRY_S: Final = 15.0
REMEDY_RETRY_S: Final = 60.0
ID_TAG: Final = "loadstar"

_STOPPING: Final = (Remedy.END_SESSION, Remedy.OUT_OF_SERVICE)

type Step = Callable[[], Coroutine[Any, Any, None]]
type Spawn = Callable[[Coroutine[Any, Any, None]], object]


class OcppActuator:
    """Bring one connector to its target and keep it there."""

    def __init__(
        self, connector: Connector, spawn: Spawn, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``spawn`` runs a coroutine beside the caller."""
        self._connector = connector
        self._spawn = spawn
        self._clock = clock
        self._target: ChargerTarget | None = None
        self._busy = False
        self._start_after = 0.0
        self._stop_after = 0.0
        self._out_after = 0.0
        self._asked: tuple[int, float] | None = None  # session and current, taken or not
        self._refused: tuple[int, float, float] | None = None  # session, current and when

    def apply(self, target: ChargerTarget) -> None:
        """Make ``target`` the one to reach; what was waiting before it is dropped."""
        self._target = target
        if not self._busy and self._step() is not None:
            self._busy = True
            self._spawn(self._async_reach())

    async def _async_reach(self) -> None:
        try:
            while (step := self._step()) is not None:
                await step()
        finally:
            self._busy = False

    def _step(self) -> Step | None:
        """Return what is to be done next, or None."""
        target, state = self._target, self._connector.state
        if target is None or not state.connected:
            return None
        if target.remedy is not Remedy.NONE:
            return self._remedy(target.remedy) or self._set_point(0.0)
        if state.transaction_id is None:
            waiting = connector_status(state) is ConnectorStatus.PREPARING
            due = self._clock() >= self._start_after
            return self._async_start if waiting and target.start_wanted and due else None
        return self._set_point(target.current)

    def _set_point(self, current: float) -> Step | None:
        state = self._connector.state
        if state.transaction_id is None:
            return None
        # an earlier wish that was not answered would be sent again, and may have been taken
        is_last_asked = self._asked in (None, (state.transaction_id, current))
        if state.accepted_current == current and is_last_asked:
            return None
        if self._refused_lately(current):
            return None
        return partial(self._async_set, state.transaction_id, current)

    def _remedy(self, remedy: Remedy) -> Step | None:
        """Return what goes beyond a set-point of 0 A, again each minute until it has shown."""
        now, state = self._clock(), self._connector.state
        in_service = connector_status(state) is not ConnectorStatus.UNAVAILABLE
        # first, so that no session begins after the one that is ended
        if remedy is Remedy.OUT_OF_SERVICE and in_service and now >= self._out_after:
            return self._async_take_out
        if remedy in _STOPPING and state.transaction_id is not None and now >= self._stop_after:
            return self._async_stop
        return None

    def _refused_lately(self, current: float) -> bool:
        if self._refused is None:
            return False
        session, refused, at = self._refused
        same = (session, refused) == (self._connector.state.transaction_id, current)
        return same and self._clock() - at < SETPOINT_RETRY_S

    async def _async_start(self) -> None:
        self._start_after = self._clock() + START_RETRY_S
        await self._connector.async_start(ID_TAG)

    async def _async_stop(self) -> None:
        self._stop_after = self._clock() + REMEDY_RETRY_S
        await self._connector.async_stop()

    async def _async_take_out(self) -> None:
        self._out_after = self._clock() + REMEDY_RETRY_S
        await self._connector.async_set_available(available=False)

    async def _async_set(self, session: int, current: float) -> None:
        self._asked = session, current
        taken = await self._connector.async_set_current(current)
        self._refused = None if taken else (session, current, self._clock())
