"""One connector of a station: what is known of it, and its commands."""

from collections.abc import Callable, Mapping
from dataclasses import replace
import logging
import math
from typing import Any

from .charge_point import ChargePoint, Identity
from .context import Context
from .errors import CallFailedError
from .fallback import FallbackKeeper
from .measurement import Measurement, Triple
from .proof import ProofOfFallback
from .setpoint import Reach, SetPointKeeper
from .transactions import Transaction
from .types import ConnectorConfig, ConnectorState, Problem

_LOGGER = logging.getLogger(__name__)

# currents by the number of phases while nothing can flow
NO_DRAW: Mapping[int, Triple] = {
    1: (0.0, None, None),
    2: (0.0, 0.0, None),
    3: (0.0, 0.0, 0.0),
}


class StationConnector:
    """The connector that the rest of Loadstar sees; survives reconnects and reloads."""

    def __init__(
        self,
        name: str,
        config: ConnectorConfig,
        context: Context,
        changed: Callable[[int], None],
    ) -> None:
        """Call ``changed`` with the connector's id whenever its state was replaced."""
        self.config = config
        self.state = ConnectorState()
        self._name = f"{name} connector {config.connector_id}"
        self._clock = context.clock
        self._changed = changed
        self._charge_point: ChargePoint | None = None
        self._ready = False
        self.fallback = FallbackKeeper(self._name, context, self._show_control)
        self.proof = ProofOfFallback()
        self.setpoint = SetPointKeeper(
            self._name, context, self._reach, self._show_control, self.proof
        )

    async def async_set_current(self, current: float) -> bool:
        """Hold the running transaction to ``current`` A per phase (0 pauses).

        Raises ValueError for what is no current.
        """
        if not math.isfinite(current) or current < 0:
            message = f"not a current: {current}"
            raise ValueError(message)
        return await self.setpoint.hold(current)

    async def async_start(self, id_tag: str) -> bool:
        """Ask for a transaction; return whether the charger accepted."""
        charge_point = self._charge_point
        if charge_point is None:
            return False
        try:
            return await charge_point.start_transaction(self.config.connector_id, id_tag)
        except CallFailedError as error:
            _LOGGER.warning("%s: %s; charging was not started", self._name, error)
            return False

    async def async_stop(self) -> bool:
        """End the running transaction; return whether the charger accepted."""
        reach = self._reach()
        if reach is None:
            return False
        try:
            return await reach.charge_point.stop_transaction(reach.transaction_id)
        except CallFailedError as error:
            _LOGGER.warning("%s: %s; charging was not stopped", self._name, error)
            return False

    async def async_set_available(self, *, available: bool) -> bool:
        """Put the connector in or out of service; return whether the charger accepted."""
        charge_point = self._charge_point
        if charge_point is None:
            return False
        try:
            return await charge_point.set_available(self.config.connector_id, available=available)
        except CallFailedError as error:
            _LOGGER.warning("%s: %s; its availability was not changed", self._name, error)
            return False

    def connect(self, charge_point: ChargePoint) -> None:
        """Take over a new connection."""
        self._charge_point = charge_point
        self._update(connected=True)

    def disconnect(self) -> None:
        """Note that the charger has left; what was measured last still stands."""
        self._charge_point = None
        self._ready = False
        self.fallback.pause()
        self._update(connected=False)

    def make_ready(self) -> None:
        """Take up renewals: the charger has its fallback again."""
        self._ready = True
        self.setpoint.resume()

    async def install_fallback(self) -> None:
        """Send the fallback as it is configured now."""
        if self._charge_point is not None:
            await self.fallback.install(self._charge_point, self.config)

    @property
    def wants_fallback(self) -> bool:
        """Return whether the fallback should be tried again now."""
        return self._ready and self.fallback.is_due()

    @property
    def wants_renewal(self) -> bool:
        """Return whether the set-point should be sent again now."""
        return self._ready and self._reach() is not None and self.setpoint.is_due()

    def identify(self, identity: Identity) -> None:
        """Show what the charger says it is."""
        self._update(
            vendor=identity.vendor,
            model=identity.model,
            firmware=identity.firmware,
            serial=identity.serial,
        )

    def report_status(self, status: str, error_code: str | None) -> None:
        """Show what state the connector is in."""
        self._update(status=status, error_code=error_code)

    def report_transaction(self, transaction: Transaction | None) -> None:
        """Show the running transaction, or that there is none any more."""
        if transaction is None:
            self._end_transaction()
            return
        if transaction.transaction_id == self.state.transaction_id:
            return
        self.setpoint.end()
        self._update(
            transaction_id=transaction.transaction_id,
            transaction_started=transaction.started,
            id_tag=transaction.id_tag,
            session_energy_kwh=_session_energy(transaction, self.state.energy_kwh) or 0.0,
            accepted_current=None,
            expires_at=None,
            problem=self._problem(),
        )

    def report_measurement(self, measurement: Measurement, transaction: Transaction | None) -> None:
        """Show what was measured; what the message did not say stays."""
        changes: dict[str, Any] = {}
        if measurement.currents is not None:
            changes |= {"currents": measurement.currents, "measured_at": self._clock()}
        if measurement.power_w is not None:
            changes["power_w"] = measurement.power_w
        if measurement.soc_percent is not None:
            changes["soc_percent"] = measurement.soc_percent
        if measurement.energy_kwh is not None:
            changes["energy_kwh"] = measurement.energy_kwh
            # one from before a restart is shown once the charger has confirmed it
            shown = transaction is not None and (
                transaction.transaction_id == self.state.transaction_id
            )
            session = _session_energy(transaction, measurement.energy_kwh)
            if shown and session is not None:
                changes["session_energy_kwh"] = session
        self._update(**changes)

    def _end_transaction(self) -> None:
        if self.state.transaction_id is None:
            return
        self.setpoint.end()
        # no meter value follows a transaction, and an old one would be taken for a draw
        self._update(
            transaction_id=None,
            transaction_started=None,
            id_tag=None,
            soc_percent=None,
            currents=NO_DRAW[self.config.phases],
            power_w=0.0,
            measured_at=self._clock(),
            accepted_current=None,
            expires_at=None,
            problem=self._problem(),
        )

    def _reach(self) -> Reach | None:
        transaction_id = self.state.transaction_id
        if self._charge_point is None or transaction_id is None:
            return None
        return Reach(self._charge_point, self.config, transaction_id)

    def _show_control(self) -> None:
        self._update(
            accepted_current=self.setpoint.accepted,
            expires_at=self.setpoint.expires_at,
            fallback_installed=self.fallback.installed,
            problem=self._problem(),
        )

    def _problem(self) -> Problem | None:
        if self.setpoint.silence.is_lasting or self.fallback.silence.is_lasting:
            return Problem.NO_ANSWER
        if self.setpoint.rejected:
            return Problem.SETPOINT_REJECTED
        return Problem.FALLBACK_REJECTED if self.fallback.rejected else None

    def _update(self, **changes: Any) -> None:
        state = replace(self.state, **changes)
        if state != self.state:
            self.state = state
            self._changed(self.config.connector_id)


def _session_energy(transaction: Transaction | None, energy_kwh: float | None) -> float | None:
    if transaction is None or transaction.meter_start_kwh is None or energy_kwh is None:
        return None
    return max(0.0, energy_kwh - transaction.meter_start_kwh)
