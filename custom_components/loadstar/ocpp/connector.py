"""One connector of a station: what is known of it, and its commands."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import logging
import math
from typing import Any, override

from .charge_point import ChargePoint, Identity
from .charger_clock import LATE_S
from .connector_state import with_measurement, with_transaction, without_transaction
from .context import Context
from .errors import CallFailedError
from .fallback import FallbackKeeper
from .measurement import UNMEASURED, Measurement, largest
from .memory import ConnectorMemory
from .proof import ProofOfFallback
from .schedule_check import ScheduleCheck
from .setpoint import Reach, SetPointKeeper
from .transactions import Transaction
from .types import Connector, ConnectorConfig, ConnectorState, FallbackProof, Problem

_LOGGER = logging.getLogger(__name__)

# an offset that wavers with the network is no news
_OFFSET_STEP_S = 2.0


class StationConnector(Connector):
    """The connector that the rest of Loadstar sees; survives reconnects and reloads."""

    def __init__(  # noqa: PLR0913  its station hands it all that it shares
        self,
        name: str,
        config: ConnectorConfig,
        context: Context,
        *,
        memory: ConnectorMemory,
        changed: Callable[[int], None],
        send_away: Callable[[float], Awaitable[None]],
    ) -> None:
        """Call ``changed`` with the connector's id whenever its state was replaced.

        ``send_away`` cuts the station's connection for some seconds.
        """
        self.config = config
        self._state = ConnectorState()
        self._name = f"{name} connector {config.connector_id}"
        self._clock = context.clock
        self._changed = changed
        self._send_away = send_away
        self._charge_point: ChargePoint | None = None
        self._ready = False
        self.fallback = FallbackKeeper(self._name, context, memory, self._show_control)
        self.proof = ProofOfFallback(
            self._name, context, memory, renew=self._renew, changed=self._show_control
        )
        self.setpoint = SetPointKeeper(
            self._name,
            context,
            reach=self._reach,
            changed=self._show_control,
            proof=self.proof,
            memory=memory,
            displaced=self.fallback.request,
        )
        self.schedule = ScheduleCheck(self._name, context.clock, self._show_control)
        self._show_control()

    @property
    @override
    def state(self) -> ConnectorState:
        """All that is known of the connector now."""
        return self._state

    @override
    async def async_set_current(self, current: float) -> bool:
        """Hold the running transaction to ``current`` A per phase (0 pauses).

        Raises ValueError for what is no current.
        """
        if not math.isfinite(current) or current < 0:
            message = f"not a current: {current}"
            raise ValueError(message)
        return await self.setpoint.hold(current)

    @override
    async def async_start(self, id_tag: str) -> bool:
        """Ask for a transaction; return whether the charger accepted."""
        charge_point = self._charge_point
        if charge_point is None:
            return False
        tag = self.setpoint.pause.id_tag(id_tag)
        return await self._ask(
            charge_point.start_transaction(self.config.connector_id, tag),
            "charging was not started",
        )

    @override
    async def async_stop(self) -> bool:
        """End the running transaction; return whether the charger accepted."""
        reach = self._reach()
        if reach is None:
            return False
        return await self._ask(
            reach.charge_point.stop_transaction(reach.transaction_id), "charging was not stopped"
        )

    @override
    async def async_set_available(self, *, available: bool) -> bool:
        """Put the connector in or out of service; return whether the charger accepted."""
        charge_point = self._charge_point
        if charge_point is None:
            return False
        return await self._ask(
            charge_point.set_available(self.config.connector_id, available=available),
            "its availability was not changed",
        )

    @override
    async def async_disconnect(self, away_s: float) -> None:
        """Cut the station's connection and refuse it for ``away_s`` s."""
        await self._send_away(away_s)

    @override
    def restart_proof(self) -> None:
        """Forget what is known of the fallback and prove it again."""
        _LOGGER.info("%s: its fallback is to be proved again", self._name)
        self.proof.restart()

    def connect(self, charge_point: ChargePoint) -> None:
        """Take over a new connection."""
        self._charge_point = charge_point
        self._update(connected=True)

    def disconnect(self) -> None:
        """Note that the charger has left; what was measured last still stands."""
        self._charge_point = None
        self._ready = False
        self.fallback.pause()
        self.proof.interrupt()
        self._update(connected=False)

    def make_ready(self) -> None:
        """Take up renewals: the charger has its fallback again."""
        self._ready = True
        self.proof.interrupt()  # it may have been restarted, and have forgotten its set-point
        self.setpoint.resume()

    def rewire(self, config: ConnectorConfig) -> None:
        """Take over another configuration; what is sent next is made of it."""
        self.config = config
        self.setpoint.refresh()
        self._show_control()

    async def install_fallback(self) -> None:
        """Send the fallback as it is configured now."""
        if self._charge_point is not None:
            self.proof.disturb()
            await self.fallback.install(self._charge_point, self.config)
            # it may have taken the set-point's place
            self.setpoint.refresh()

    @property
    def wants_fallback(self) -> bool:
        """Return whether the fallback should be tried again now."""
        return self._ready and self.fallback.is_due()

    @property
    def wants_renewal(self) -> bool:
        """Return whether the set-point should be sent again now."""
        return self._ready and self._reach() is not None and self.setpoint.is_due()

    @property
    def wants_schedule(self) -> bool:
        """Return whether the charger should be asked what it allows."""
        return self._ready and self.schedule.is_due(self._state, self.setpoint.accepted_at)

    async def check_schedule(self) -> None:
        """Compare what the charger says that it allows with its set-point."""
        reach, accepted, at = self._reach(), self.setpoint.accepted, self.setpoint.accepted_at
        if reach is not None and accepted is not None and at is not None:
            await self.schedule.run(reach.charge_point, self.config, accepted, at)

    def identify(self, identity: Identity) -> None:
        """Show what the charger says it is."""
        self._update(
            vendor=identity.vendor,
            model=identity.model,
            firmware=identity.firmware,
            serial=identity.serial,
        )

    def watch_fallback(self) -> None:
        """Go on with the proof of the fallback, or begin it where it is time."""
        if self._ready and self._reach() is not None:
            self.proof.consider()

    def show_clock_offset(self, offset_s: float | None) -> None:
        """Show how far the charger's clock is from ours."""
        shown = self._state.clock_offset_s
        if offset_s is None or shown is None or abs(offset_s - shown) >= _OFFSET_STEP_S:
            self._update(clock_offset_s=offset_s)

    def report_status(self, status: str, error_code: str | None) -> None:
        """Show what state the connector is in."""
        if status == "SuspendedEV":
            self.proof.car_suspends()
        self._update(status=self.setpoint.pause.shown(status), error_code=error_code)

    def report_transaction(self, transaction: Transaction | None) -> None:
        """Show the running transaction, or that there is none any more."""
        if transaction is None:
            self._end_transaction()
            return
        if transaction.transaction_id == self._state.transaction_id:
            return
        self._end_control()
        self.setpoint.pause.end()
        self._show(replace(with_transaction(self._state, transaction), problem=self._problem()))

    def report_measurement(
        self, measurement: Measurement, transaction: Transaction | None, age_s: float = 0.0
    ) -> None:
        """Show what was measured ``age_s`` ago; what the message did not say stays."""
        at, last_at = self._clock() - age_s, self._state.measured_at
        if age_s > LATE_S or (last_at is not None and at < last_at):
            # a draw that was kept while the charger was away is of the past; its energy is not
            measurement = replace(measurement, currents=None, power_w=None)
        peak = largest(measurement.currents or UNMEASURED)
        if peak is not None and self._state.transaction_id is not None:
            self.proof.measured(peak, at)
        self._show(with_measurement(self._state, measurement, transaction, at))

    async def _ask(self, accepts: Awaitable[bool], otherwise: str) -> bool:
        try:
            return await accepts
        except CallFailedError as error:
            _LOGGER.warning("%s: %s; %s", self._name, error, otherwise)
            return False

    def _end_control(self) -> None:
        self.setpoint.end()
        self.proof.end_session()

    def _renew(self) -> None:
        self.setpoint.refresh()

    def _end_transaction(self) -> None:
        if self._state.transaction_id is None:
            return
        self._end_control()
        ended = without_transaction(self._state, self.config.phases, self._clock())
        self._show(replace(ended, problem=self._problem()))

    def _reach(self) -> Reach | None:
        transaction_id = self._state.transaction_id
        started = self._state.transaction_started
        if self._charge_point is None or transaction_id is None or started is None:
            return None
        return Reach(self._charge_point, self.config, transaction_id, started, self._state.id_tag)

    def _show_control(self) -> None:
        self.proof.concern(
            fallback=self.config.fallback_current,
            rated=self.config.rated_current,
            method=self.setpoint.method,
        )
        self.proof.holds(self.setpoint.accepted)
        self._update(
            accepted_current=self.setpoint.accepted,
            expires_at=self.setpoint.expires_at,
            fallback_installed=self.fallback.installed,
            proof=self.proof.state,
            proof_obstacle=self.proof.obstacle,
            method=self.setpoint.method,
            problem=self._problem(),
        )

    def _problem(self) -> Problem | None:
        if self.setpoint.silence.is_lasting or self.fallback.silence.is_lasting:
            return Problem.NO_ANSWER
        if self.setpoint.rejected:
            return Problem.SETPOINT_REJECTED
        if self.fallback.rejected:
            return Problem.FALLBACK_REJECTED
        if self.schedule.ignored:
            return Problem.LIMITS_IGNORED
        return Problem.FALLBACK_FAILED if self.proof.state is FallbackProof.FAILED else None

    def _update(self, **changes: Any) -> None:
        self._show(replace(self._state, **changes))

    def _show(self, state: ConnectorState) -> None:
        if state != self._state:
            self._state = state
            self._changed(self.config.connector_id)
