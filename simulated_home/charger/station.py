"""A charger with one connector, without its socket.

Whoever owns it steps the charging point's physics and calls ``advance`` after it.
"""

from dataclasses import dataclass, field
from typing import Any

from loadstar_engine.simulation import MIN_CURRENT_A, Evse
from ocpp.v16 import call
from ocpp.v16.enums import (
    AuthorizationStatus,
    AvailabilityStatus,
    ChargePointErrorCode,
    ChargePointStatus,
    Reason,
)

from .clock import Clock, to_iso
from .configuration import MEASURANDS, Configuration
from .metering import MeterConfig
from .outbox import Message, Outbox
from .reporter import Reporter
from .transaction import Transaction
from .variant import OBEDIENT, Variant

CONNECTOR_ID = 1
_CAR_PATIENCE_S = 10.0  # how long a car may hesitate before it counts as suspended


@dataclass(frozen=True, slots=True, kw_only=True)
class StationConfig:
    """What a charger says of itself, and whether it starts by itself at plug-in."""

    station_id: str
    vendor: str = "Loadstar"
    model: str = "Simulated charger"
    firmware: str = "1.0"
    free_vend: bool = True
    id_tag: str = "FREE"
    meter: MeterConfig = field(default_factory=MeterConfig)


class Station:
    """A charger's state: its car, transaction, profiles and what it has to tell."""

    def __init__(
        self,
        evse: Evse,
        config: StationConfig,
        clock: Clock,
        variant: Variant = OBEDIENT,
    ) -> None:
        """Begin unplugged and never booted, with ``clock`` set as the variant's is."""
        clock.skip(variant.clock_offset_s)
        self.evse = evse
        self.config = config
        self.clock = clock
        self.configuration = Configuration(
            MEASURANDS | {"SoC"} if config.meter.reports_soc else MEASURANDS, variant.settings
        )
        self.variant = variant
        self.profiles = variant.profiles(evse.config.voltage, clock)
        self.transaction_ids = variant.transaction_ids()
        self.outbox = Outbox()
        self.transaction: Transaction | None = None
        self.status = ChargePointStatus.available
        self.reset_wanted = False
        self._meter = variant.meter(evse, config.meter)
        self._reporter = Reporter(self, self._meter)
        self._accepted = False
        self._operative = True
        self._inoperative_later = False
        self._had_car = False
        self._finished = False
        self._tag: tuple[str, float] | None = None  # who wants to start, and until when
        self._idle_since: float | None = None
        self._reported: ChargePointStatus | None = None

    # What the connection tells.

    def boot_notification(self) -> Any:
        """Return the message of a charger that has just started."""
        return call.BootNotification(
            charge_point_model=self.config.model,
            charge_point_vendor=self.config.vendor,
            charge_point_serial_number=self.config.station_id,
            firmware_version=self.config.firmware,
        )

    def connected(self) -> None:
        """Go online; the status is told anew."""
        self._accepted = True
        self.outbox.online = True
        self._reported = None

    def disconnected(self) -> None:
        """Go offline; a running transaction goes on."""
        self.profiles.connection_lost()
        self.outbox.disconnected()

    # What the central system asks for.

    def remote_start(self, id_tag: str) -> bool:
        """Start at the next step, if a car comes before ConnectionTimeOut."""
        if self.transaction or not self._operative:
            return False
        patience = self.configuration.count("ConnectionTimeOut")
        self._tag = (id_tag, self.clock.now() + patience)
        return True

    def remote_stop(self, transaction_id: int) -> bool:
        """Stop the named transaction."""
        if self.transaction is None or self.transaction.transaction_id != transaction_id:
            return False
        self._end(self.transaction, Reason.remote)
        return True

    def change_availability(self, *, operative: bool) -> AvailabilityStatus:
        """Go in or out of service, after the transaction where one runs."""
        if self.transaction and not operative:
            self._inoperative_later = True
            return AvailabilityStatus.scheduled
        self._operative = operative
        self._inoperative_later = False
        return AvailabilityStatus.accepted

    def unlock(self) -> None:
        """Release the cable, which ends a transaction."""
        if self.transaction:
            self._end(self.transaction, Reason.unlock_command)

    def reset(self, *, hard: bool) -> None:
        """End what runs and start again; the connection does the rest."""
        if self.transaction:
            self._end(self.transaction, Reason.hard_reset if hard else Reason.soft_reset)
        self.reset_wanted = True
        self.outbox.end()

    def restarted(self) -> None:
        """Come up again after a reset, as if the car had just been plugged in."""
        self.reset_wanted = False
        self.transaction_ids.restart()
        self._accepted = self._had_car = self._finished = False

    def trigger(self, message: str) -> bool:
        """Send a message at the next step; return whether it is one of ours."""
        return self.variant.boots and self._reporter.trigger(message)

    # What happens from step to step.

    def advance(self, now: float) -> None:
        """Do what is due by ``now`` of the charger's clock."""
        self._meter.observe(now)
        self._follow_plug(now)
        self._start_if_wanted(now)
        self._apply_limit(now)
        self.status = self._current_status(now)
        if self.status is not self._reported:
            self.report_status()
        self._reporter.advance(now)

    def report_status(self) -> None:
        """Tell the connector's status."""
        self._reported = self.status if self.outbox.online else None
        payload = call.StatusNotification(
            connector_id=CONNECTOR_ID,
            error_code=ChargePointErrorCode.no_error,
            status=self.status,
            timestamp=to_iso(self.clock.now()),
        )
        self.outbox.put(Message(build=lambda: payload))

    def _follow_plug(self, now: float) -> None:
        has_car = self.evse.car is not None
        if has_car and not self._had_car and self.config.free_vend:
            self._tag = (self.config.id_tag, now)
        if not has_car:
            if self.transaction:
                self._end(self.transaction, Reason.ev_disconnected)
            self._finished = False
        self._had_car = has_car

    def _start_if_wanted(self, now: float) -> None:
        if self._tag is None or not (self._accepted and self._operative):
            return
        id_tag, until = self._tag
        if self.evse.car is not None:
            self._tag = None
            self._begin(id_tag, now)
        elif now > until:
            self._tag = None

    def _begin(self, id_tag: str, now: float) -> None:
        transaction = Transaction(id_tag=id_tag, start=now, meter_start_wh=self._meter.register_wh)
        self.transaction = transaction
        self.transaction_ids.begin(transaction)
        self._finished = False
        payload = call.StartTransaction(
            connector_id=CONNECTOR_ID,
            id_tag=id_tag,
            meter_start=transaction.meter_start_wh,
            timestamp=to_iso(now),
        )

        def answered(answer: Any) -> None:
            if answer is not None:
                transaction.transaction_id = answer.transaction_id
            accepted = answer and answer.id_tag_info["status"] == AuthorizationStatus.accepted
            if not accepted and self.transaction is transaction:
                self._end(transaction, Reason.de_authorized)

        for _ in range(self.transaction_ids.start_messages - 1):
            self.outbox.put(Message(build=lambda: payload, keep=True))
        self.outbox.put(Message(build=lambda: payload, answered=answered, keep=True))

    def _end(self, transaction: Transaction, reason: Reason) -> None:
        self.transaction = None
        self.profiles.end_transaction()
        self._finished = True
        if self._inoperative_later:
            self._operative = self._inoperative_later = False
        meter_stop, timestamp = self._meter.register_wh, to_iso(self.clock.now())
        self.outbox.put(
            Message(
                # its id may still be on the way
                build=lambda: call.StopTransaction(
                    meter_stop=meter_stop,
                    timestamp=timestamp,
                    transaction_id=self.transaction_ids.in_stop(transaction),
                    reason=reason,
                    id_tag=transaction.id_tag,
                ),
                keep=True,
            )
        )

    def _apply_limit(self, now: float) -> None:
        self.evse.set_limit(self.limit_a(now) if self._may_charge() else 0.0)

    def limit_a(self, now: float) -> float:
        """Return what profiles and rating allow at ``now`` in A per phase."""
        span = self.transaction.span if self.transaction else None
        limit = self.profiles.limit_a(now, CONNECTOR_ID, span)
        rating = self.evse.config.max_current_a
        return rating if limit is None else min(limit, rating)

    def _may_charge(self) -> bool:
        """Whether the transaction is authorised, by the central system or offline by itself."""
        if self.transaction is None:
            return False
        if self.transaction.transaction_id is not None:
            return True
        return not self.outbox.online and self.configuration.is_true("LocalAuthorizeOffline")

    def _current_status(self, now: float) -> ChargePointStatus:
        if not self._operative:
            return ChargePointStatus.unavailable
        if self.evse.car is None:
            return ChargePointStatus.available
        if not self._may_charge():
            return ChargePointStatus.finishing if self._finished else ChargePointStatus.preparing
        return self._charging_status(now)

    def _charging_status(self, now: float) -> ChargePointStatus:
        if self.evse.offered_a < MIN_CURRENT_A:
            self._idle_since = None
            return ChargePointStatus.suspended_evse
        if self.evse.current_a > 0:
            self._idle_since = None
            return ChargePointStatus.charging
        self._idle_since = now if self._idle_since is None else self._idle_since
        if now - self._idle_since > _CAR_PATIENCE_S:
            return ChargePointStatus.suspended_ev
        return ChargePointStatus.charging
