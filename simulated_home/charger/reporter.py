"""What a charger tells by itself: heartbeats, meter values, and what was asked for."""

from typing import TYPE_CHECKING

from ocpp.v16 import call
from ocpp.v16.enums import MessageTrigger, ReadingContext

from .metering import Meter
from .outbox import Message

if TYPE_CHECKING:
    from .station import Station


class Reporter:
    """Sends what is due by the charger's clock and configuration."""

    def __init__(self, station: Station, meter: Meter) -> None:
        """Speak for ``station``."""
        self._station = station
        self._meter = meter
        self._heartbeat_at: float | None = None
        self._sampled_at: float | None = None
        self._triggered: list[str] = []

    def trigger(self, message: str) -> bool:
        """Send a message at the next step; return whether it is one of ours."""
        known = message in (
            MessageTrigger.boot_notification,
            MessageTrigger.heartbeat,
            MessageTrigger.meter_values,
            MessageTrigger.status_notification,
        )
        if known:
            self._triggered.append(message)
        return known

    def advance(self, now: float) -> None:
        """Send what has come due by ``now``."""
        triggered, self._triggered = self._triggered, []
        for message in triggered:
            self._send_triggered(message, now)
        configuration = self._station.configuration
        if _is_due(self._heartbeat_at, configuration.count("HeartbeatInterval"), now):
            self._heartbeat_at = now
            self._put(call.Heartbeat())
        if self._station.transaction is None:
            self._sampled_at = None
        elif _is_due(self._sampled_at, configuration.count("MeterValueSampleInterval"), now):
            self._sampled_at = now
            self._send_meter_values(now, ReadingContext.sample_periodic)

    def _send_triggered(self, message: str, now: float) -> None:
        if message == MessageTrigger.boot_notification:
            self._put(self._station.boot_notification())
        elif message == MessageTrigger.heartbeat:
            self._put(call.Heartbeat())
        elif message == MessageTrigger.status_notification:
            self._station.report_status()
        else:
            self._send_meter_values(now, ReadingContext.trigger)

    def _send_meter_values(self, now: float, context: ReadingContext) -> None:
        measurands = self._station.configuration.names("MeterValuesSampledData")
        transaction = self._station.transaction
        sample = self._meter.sample(measurands, now, context)
        self._station.outbox.put(
            Message(
                # the transaction's id may still be on the way
                build=lambda: call.MeterValues(
                    connector_id=1,
                    meter_value=[sample],
                    transaction_id=self._station.transaction_ids.in_meter_values(transaction),
                )
            )
        )

    def _put(self, payload: object) -> None:
        self._station.outbox.put(Message(build=lambda: payload))


def _is_due(last: float | None, interval_s: int, now: float) -> bool:
    """Whether ``interval_s`` has passed; 0 means never."""
    return interval_s > 0 and (last is None or now - last >= interval_s)
