"""Send set-points to an OCPP connector: one on its way at a time, the newest wins."""

from collections.abc import Callable, Coroutine
import time
from typing import Any, Final

from ..engine.models import ChargerTarget, ConnectorStatus
from ..ocpp.types import Connector
from ..sources.ocpp_charger import connector_status

START_RETRY_S: Final = 60.0
SETPOINT_RETRY_S: Final = 15.0
ID_TAG: Final = "loadstar"

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

    def _step(self) -> Callable[[], Coroutine[Any, Any, None]] | None:
        """Return what is to be done next, or None."""
        target, state = self._target, self._connector.state
        if target is None or not state.connected:
            return None
        if state.transaction_id is None:
            waiting = connector_status(state) is ConnectorStatus.PREPARING
            due = self._clock() >= self._start_after
            return self._async_start if waiting and target.start_wanted and due else None
        if state.accepted_current == target.current or self._refused_lately(target):
            return None
        return self._async_set

    def _refused_lately(self, target: ChargerTarget) -> bool:
        if self._refused is None:
            return False
        session, current, at = self._refused
        same = (session, current) == (self._connector.state.transaction_id, target.current)
        return same and self._clock() - at < SETPOINT_RETRY_S

    async def _async_start(self) -> None:
        self._start_after = self._clock() + START_RETRY_S
        await self._connector.async_start(ID_TAG)

    async def _async_set(self) -> None:
        session, target = self._connector.state.transaction_id, self._target
        assert session is not None  # noqa: S101  _step has looked
        assert target is not None  # noqa: S101
        taken = await self._connector.async_set_current(target.current)
        self._refused = None if taken else (session, target.current, self._clock())
