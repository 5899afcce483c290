"""Holding one connector's transaction to a current."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging

from .charge_point import LEAD_S, ChargePoint, SetPoint
from .context import Context
from .errors import CallFailedError, NotConnectedError, OvertakenError
from .proof import ProofOfFallback
from .silence import Silence
from .types import ConnectorConfig

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """A connector that a set-point can be sent to now."""

    charge_point: ChargePoint
    connector: ConnectorConfig
    transaction_id: int


class SetPointKeeper:
    """Sends the newest current and renews it at half its life.

    A set-point dies by itself at the charger, so that a charger which hears
    nothing any more finds its fallback.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        reach: Callable[[], Reach | None],
        changed: Callable[[], None],
        proof: ProofOfFallback,
    ) -> None:
        """Send to what ``reach`` returns, when ``proof`` lets it; tell ``changed`` of answers."""
        self._name = name
        self._clock = context.clock
        self._timing = context.timing
        self._reach = reach
        self._changed = changed
        self._proof = proof
        self._sending = asyncio.Lock()
        self._wanted: float | None = None
        self._version = 0  # of what is wanted
        self._answered = 0  # the version that the charger has last answered
        self._taken = False
        self._renew_at = 0.0
        self._refused_once = False
        self.silence = Silence()
        self.accepted: float | None = None
        self.expires_at: float | None = None
        self.rejected = False

    async def hold(self, current: float) -> bool:
        """Hold to ``current``; False where it was refused, lost or overtaken."""
        if self._reach() is None:
            return False
        if current == self._wanted == self.accepted and not self._is_old():
            return True  # some chargers write every profile to flash
        if self._proof.defers(current):
            return False
        self._wanted = current
        self._version += 1
        version = self._version
        async with self._sending:
            if version > self._answered:
                await self._send()
            return version == self._answered and self._taken

    async def renew(self) -> None:
        """Send the wanted current again if its time has come."""
        async with self._sending:
            if self._is_old() and not self._proof.withholds:
                await self._send()

    def is_due(self) -> bool:
        """Return whether the wanted current should be sent again, and is not on its way."""
        return self._is_old() and not self._proof.withholds and not self._sending.locked()

    def resume(self) -> None:
        """Send again soon, if what was last sent is still in force: the charger was away."""
        if self.accepted is None and not self._sending.locked():
            self._wanted = None
        self._renew_at = self._clock()

    def refresh(self) -> None:
        """Send again soon: what it is made of has changed."""
        self._renew_at = self._clock()

    def expire(self) -> None:
        """Note it when the set-point has run out at the charger."""
        if self.expires_at is not None and self._clock() >= self.expires_at:
            _LOGGER.info("%s: the set-point ran out; now at its fallback", self._name)
            self._forget()
            self._changed()

    def end(self) -> None:
        """Stop: the transaction is over."""
        self._wanted = None
        self.silence.ends()
        self._forget()

    def _is_old(self) -> bool:
        return self._wanted is not None and self._clock() >= self._renew_at

    def _forget(self) -> None:
        self.accepted = None
        self.expires_at = None

    async def _send(self) -> None:
        sent: SetPoint | None = None
        sent_at = 0.0

        def build() -> SetPoint:
            nonlocal sent, sent_at
            sent, sent_at = self._build(), self._clock()
            self._answered = self._version
            return sent

        self._taken = False
        reach = self._reach()
        if reach is None:
            self._answered = self._version
            return
        try:
            taken = await reach.charge_point.hold(build)
        except CallFailedError as error:
            self._answered = self._version if sent is None else self._answered
            self._renew_at = self._clock() + self._timing.retry_s
            self._report_silence(error)
            return
        self.silence.ends()
        if sent is not None:
            self._settle(sent, sent_at, taken=taken)

    def _build(self) -> SetPoint:
        reach = self._reach()
        if reach is None or self._wanted is None:
            action = "a set-point"
            raise OvertakenError(action)
        return SetPoint(
            connector=reach.connector,
            transaction_id=reach.transaction_id,
            current=self._wanted,
            life_s=self._timing.setpoint_life_s,
        )

    def _settle(self, sent: SetPoint, sent_at: float, *, taken: bool) -> None:
        reach = self._reach()
        if reach is None or reach.transaction_id != sent.transaction_id:
            return  # it ended meanwhile
        life_s = self._timing.setpoint_life_s
        self._renew_at = sent_at + life_s / 2
        self._taken = taken
        if taken:
            self.accepted = sent.current
            self.expires_at = sent_at + life_s - LEAD_S
            if self.rejected:
                _LOGGER.info("%s takes set-points again", self._name)
            self._refused_once = self.rejected = False
        elif self._refused_once or self.rejected:
            self._report_refusal(sent.current)
        else:
            # some chargers do not know their transaction yet when they have just begun it
            self._refused_once = True
            self._renew_at = self._clock() + self._timing.second_try_s
        self._changed()

    def _report_refusal(self, current: float) -> None:
        if not self.rejected:
            _LOGGER.warning(
                "%s refused a set-point of %.1f A; it is not controlled until it takes one",
                self._name,
                current,
            )
        self.rejected = True

    def _report_silence(self, error: CallFailedError) -> None:
        if isinstance(error, OvertakenError | NotConnectedError):
            return  # the end of the transaction or connection is told elsewhere
        _LOGGER.log(
            self.silence.goes_on(),
            "%s: %s; the set-point is sent again while the car charges",
            self._name,
            error,
        )
        self._changed()
