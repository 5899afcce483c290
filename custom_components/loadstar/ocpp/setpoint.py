"""Holding one connector's transaction to a current."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
import logging

from .charge_point import LEAD_S, ChargePoint, SetPoint
from .context import Context
from .errors import CallFailedError, NotConnectedError, OvertakenError
from .ladder import Ladder
from .memory import ConnectorMemory
from .pause import PauseByStop
from .proof import ProofOfFallback
from .quirks import Pause
from .rung import LASTING, Rung
from .silence import Silence
from .types import ConnectorConfig

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """A connector that a set-point can be sent to now."""

    charge_point: ChargePoint
    connector: ConnectorConfig
    transaction_id: int
    started: datetime
    id_tag: str | None


class SetPointKeeper:
    """Sends the newest current and renews it at half its life.

    A set-point dies by itself at the charger, so that a charger which hears
    nothing any more finds its fallback. It is offered in the form that the charger
    is known to take, and climbs a ladder of forms where it is refused.
    """

    def __init__(  # noqa: PLR0913  its neighbours at the connector
        self,
        name: str,
        context: Context,
        *,
        reach: Callable[[], Reach | None],
        changed: Callable[[], None],
        proof: ProofOfFallback,
        memory: ConnectorMemory,
        displaced: Callable[[], None],
    ) -> None:
        """Send to what ``reach`` returns, when ``proof`` lets it; tell ``changed`` of answers.

        ``displaced`` is told where the plain fallback has to be put back.
        """
        self._name = name
        self._clock = context.clock
        self._utcnow = context.utcnow
        self._timing = context.timing
        self._reach = reach
        self._changed = changed
        self._proof = proof
        self._ladder = Ladder(memory, context.clock, context.timing)
        self._displaced = displaced
        self._sending = asyncio.Lock()
        self._wanted: float | None = None
        self._version = 0  # of what is wanted
        self._answered = 0  # the version that the charger has last answered
        self._taken = False
        self._renew_at = 0.0
        self._lasting: Rung | None = None  # what outlives the transaction
        self._has_held = False  # in this transaction; some chargers keep the newest profile alone
        self.pause = PauseByStop(memory)
        self.silence = Silence(partial(context.seldom.level, name, "set-point"))
        self.accepted: float | None = None
        self.accepted_at: float | None = None
        self.expires_at: float | None = None
        self.rejected = False

    @property
    def method(self) -> str | None:
        """The form that set-points are sent in; None before one was taken."""
        return self._ladder.found

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
        self._ladder.restart()
        self._renew_at = self._clock()

    def refresh(self) -> None:
        """Send again soon: what it is made of has changed."""
        self._renew_at = self._clock()

    def expire(self) -> None:
        """Note it when the set-point has run out at the charger."""
        if self.expires_at is not None and self._clock() >= self.expires_at:
            if not self._proof.withholds:
                _LOGGER.info("%s: the set-point ran out; now at its fallback", self._name)
            self._forget()
            self._changed()

    def end(self) -> None:
        """Stop: the transaction is over."""
        self._wanted = None
        self.silence.ends()
        self._forget()
        self._ladder.restart()
        self._lasting = None
        if self._has_held:
            self._has_held = False
            self._displaced()

    def _is_old(self) -> bool:
        return self._wanted is not None and self._clock() >= self._renew_at

    def _forget(self) -> None:
        self.accepted = None
        self.accepted_at = None
        self.expires_at = None

    def _take_back(self) -> None:
        if self._lasting is not None:
            self._lasting = None
            self._displaced()

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
            stopped = await self._stop(reach, build)
            taken = stopped or await reach.charge_point.hold(build)
        except CallFailedError as error:
            self._answered = self._version if sent is None else self._answered
            self._renew_at = self._clock() + self._timing.retry_s
            if sent is not None:
                self._note_unanswered(sent)
            self._report_silence(error)
            return
        self.silence.ends()
        if sent is not None:
            self._settle(sent, sent_at, taken=taken, stopped=stopped)

    async def _stop(self, reach: Reach, build: Callable[[], SetPoint]) -> bool:
        """End the transaction of a charger that cannot be paused otherwise."""
        if self._wanted != 0 or reach.charge_point.quirks.pause is not Pause.STOP:
            return False
        # first, since the end of the session may be told before the answer
        self.pause.begin(reach.id_tag)
        stopped = await reach.charge_point.stop_transaction(build().transaction_id)
        if not stopped:
            self.pause.end()
        return stopped

    def _build(self) -> SetPoint:
        reach = self._reach()
        if reach is None or self._wanted is None:
            action = "a set-point"
            raise OvertakenError(action)
        charge_point, connector = reach.charge_point, reach.connector
        life_s = charge_point.quirks.profile_life_s or self._timing.setpoint_life_s
        # what the proof lowers stays so after it, until somebody wants more
        self._wanted, life_s = self._proof.shape(self._wanted, life_s)
        age = self._utcnow() - reach.started
        return SetPoint(
            connector=connector,
            transaction_id=reach.transaction_id,
            age_s=max(0, int(age.total_seconds())),
            current=self._wanted,
            life_s=life_s,
            rung=self._ladder.choose(charge_point.rungs(connector.connector_id)),
        )

    def _settle(self, sent: SetPoint, sent_at: float, *, taken: bool, stopped: bool) -> None:
        reach = self._reach()
        if reach is None or reach.transaction_id != sent.transaction_id:
            if taken and not stopped:
                self._displaced()
            return  # it ended meanwhile
        self._taken = taken
        self._renew_at = sent_at + (sent.life_s if taken else self._timing.setpoint_life_s) / 2
        if taken:
            self.accepted, self.accepted_at = sent.current, sent_at
            self.expires_at = sent_at + sent.life_s - LEAD_S
        if not taken:
            self._note_refused(sent, reach)
        elif not stopped:
            self._note_form(sent)
            self._proof.taken(sent.current, sent_at, sent_at + sent.life_s - LEAD_S)
        self._changed()

    def _note_form(self, sent: SetPoint) -> None:
        if self.rejected:
            _LOGGER.info("%s takes set-points again", self._name)
        self.rejected = False
        if sent.rung is not self._ladder.found:
            _LOGGER.info("%s takes set-points in the form %s", self._name, sent.rung)
        self._ladder.taken(sent.rung)
        self._has_held = True
        if self._lasting is not sent.rung:
            self._take_back()
        self._lasting = sent.rung if sent.rung in LASTING else None

    def _note_unanswered(self, sent: SetPoint) -> None:
        """Reckon with a set-point that was taken and whose answer was lost."""
        reach = self._reach()
        if reach is None or reach.transaction_id != sent.transaction_id:
            self._displaced()
            return
        self._has_held = True
        if sent.rung in LASTING:
            self._lasting = sent.rung

    def _note_refused(self, sent: SetPoint, reach: Reach) -> None:
        self._ladder.refused(sent.rung, reach.charge_point.rungs(reach.connector.connector_id))
        if not self._ladder.is_exhausted:
            self._renew_at = self._clock() + self._timing.second_try_s
            return
        if not self.rejected:
            _LOGGER.warning(
                "%s refused a set-point of %.1f A in every form; it is not controlled until "
                "it takes one",
                self._name,
                sent.current,
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
