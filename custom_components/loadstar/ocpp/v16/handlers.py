"""What a charger tells, and the answers; nothing here waits."""

from collections.abc import Callable, Mapping
from typing import Any

from ocpp.exceptions import NotImplementedError as NotKnownError
from ocpp.exceptions import NotSupportedError
from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import (
    Action,
    AuthorizationStatus,
    ChargePointStatus,
    DataTransferStatus,
    RegistrationStatus,
)

from ..charge_point import Identity
from ..measurement import Measurement
from ..reports import RUNNING
from ..station import Station
from ..text import clean_text
from ..types import ConnectorConfig
from .metering import read_meter_values, read_register
from .payload import (
    optional_transaction_id,
    required_connector,
    required_list,
    required_text,
    told_integer,
)
from .profiles import format_time

HEARTBEAT_S = 60

type Handler = Callable[[Mapping[str, Any]], Any]

_STATUSES = frozenset(ChargePointStatus)
_ACTIONS = frozenset(Action)


class Handlers:
    """Answers each of a charger's calls by one of the library's result classes."""

    def __init__(
        self, station: Station, booted: Callable[[], None], charging: Callable[[int], None]
    ) -> None:
        """Call ``booted`` at a BootNotification, ``charging`` where a session has no id."""
        self._station = station
        self._reports = station.reports
        self._booted = booted
        self._charging = charging
        self._handlers: Mapping[str, Handler] = {
            Action.authorize: self._authorize,
            Action.boot_notification: self._boot_notification,
            Action.data_transfer: self._data_transfer,
            Action.diagnostics_status_notification: (
                lambda _: call_result.DiagnosticsStatusNotification()
            ),
            Action.firmware_status_notification: (
                lambda _: call_result.FirmwareStatusNotification()
            ),
            Action.heartbeat: self._heartbeat,
            Action.meter_values: self._meter_values,
            Action.security_event_notification: (lambda _: call_result.SecurityEventNotification()),
            Action.start_transaction: self._start_transaction,
            Action.status_notification: self._status_notification,
            Action.stop_transaction: self._stop_transaction,
        }

    def answer(self, action: str, payload: Mapping[str, Any]) -> Any:
        """Return the answer to a call; raises OCPPError."""
        handler = self._handlers.get(action)
        if handler is not None:
            return handler(payload)
        # the library has the descriptions of these two the wrong way round
        if action in _ACTIONS:
            raise NotSupportedError(description="Known, but not supported here")
        raise NotKnownError(description="Unknown action")

    def _boot_notification(self, payload: Mapping[str, Any]) -> call_result.BootNotification:
        identity = Identity(
            vendor=clean_text(required_text(payload, "chargePointVendor")),
            model=clean_text(required_text(payload, "chargePointModel")),
            firmware=clean_text(payload.get("firmwareVersion")),
            serial=clean_text(payload.get("chargePointSerialNumber"))
            or clean_text(payload.get("chargeBoxSerialNumber")),
        )
        self._reports.booted()
        self._station.identify(identity)
        self._booted()
        return call_result.BootNotification(
            current_time=self._now(), interval=HEARTBEAT_S, status=RegistrationStatus.accepted
        )

    def _heartbeat(self, _payload: Mapping[str, Any]) -> call_result.Heartbeat:
        return call_result.Heartbeat(current_time=self._now())

    def _authorize(self, payload: Mapping[str, Any]) -> call_result.Authorize:
        required_text(payload, "idTag")
        return call_result.Authorize(id_tag_info=_accepted())

    def _data_transfer(self, payload: Mapping[str, Any]) -> call_result.DataTransfer:
        required_text(payload, "vendorId")
        return call_result.DataTransfer(status=DataTransferStatus.unknown_vendor_id)

    def _status_notification(self, payload: Mapping[str, Any]) -> call_result.StatusNotification:
        connector_id = required_connector(payload)
        status = required_text(payload, "status")
        error = clean_text(payload.get("errorCode"))
        self._reports.stamped(payload.get("timestamp"))
        self._reports.status(
            connector_id,
            status if status in _STATUSES else "Unknown",
            None if error == "NoError" else error,
        )
        if status in RUNNING:
            connector = self._station.connectors.get(connector_id)
            if connector is not None and connector.state.transaction_id is None:
                self._charging(connector_id)
        return call_result.StatusNotification()

    def _meter_values(self, payload: Mapping[str, Any]) -> call_result.MeterValues:
        connector_id = required_connector(payload)
        meter_values = required_list(payload, "meterValue")
        self._reports.measured(
            connector_id,
            read_meter_values(meter_values, self._config(connector_id)),
            optional_transaction_id(payload),
            _last_timestamp(meter_values),
        )
        return call_result.MeterValues()

    def _start_transaction(self, payload: Mapping[str, Any]) -> call_result.StartTransaction:
        transaction = self._reports.started(
            required_connector(payload),
            id_tag=clean_text(payload.get("idTag")),
            meter_start_kwh=read_register(payload.get("meterStart")),
            timestamp=payload.get("timestamp"),
        )
        return call_result.StartTransaction(
            transaction_id=transaction.transaction_id, id_tag_info=_accepted()
        )

    def _stop_transaction(self, payload: Mapping[str, Any]) -> call_result.StopTransaction:
        # whatever it says: an answer that is an error has some chargers send it for ever
        transaction_id = told_integer(payload, "transactionId") or 0
        transaction = self._station.transactions.find(transaction_id)
        connector = self._config(transaction.connector_id if transaction else 0)
        measured = read_meter_values(payload.get("transactionData"), connector)
        stop_kwh = read_register(payload.get("meterStop"))
        self._reports.stopped(
            transaction_id,
            Measurement(energy_kwh=measured.energy_kwh if stop_kwh is None else stop_kwh),
        )
        return call_result.StopTransaction(id_tag_info=_accepted() if "idTag" in payload else None)

    def _config(self, connector_id: int) -> ConnectorConfig:
        connector = self._station.connectors.get(connector_id)
        return connector.config if connector is not None else ConnectorConfig()

    def _now(self) -> str:
        return format_time(self._station.context.utcnow())


def _accepted() -> IdTagInfo:
    return IdTagInfo(status=AuthorizationStatus.accepted)


def _last_timestamp(meter_values: list[Any]) -> Any:
    last = meter_values[-1] if meter_values else None
    return last.get("timestamp") if isinstance(last, dict) else None
