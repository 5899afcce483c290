"""What OCPP 1.6 lets a charger say, as samples to be spoilt."""

from collections.abc import Mapping
from typing import Any

TIME = "2027-01-15T08:00:00Z"
SAMPLE = {"value": "6.1", "measurand": "Current.Import", "phase": "L1", "unit": "A"}
METER_VALUE = [{"timestamp": TIME, "sampledValue": [SAMPLE, {"value": "1200"}]}]

# what a charger says when all is well
CALLS: Mapping[str, Mapping[str, Any]] = {
    "Authorize": {"idTag": "tag"},
    "BootNotification": {
        "chargePointVendor": "Acme",
        "chargePointModel": "One",
        "firmwareVersion": "1.2",
        "chargePointSerialNumber": "A-1",
        "chargeBoxSerialNumber": "B-1",
        "iccid": "89",
        "imsi": "26",
        "meterType": "M",
        "meterSerialNumber": "7",
    },
    "DataTransfer": {"vendorId": "acme", "messageId": "hello", "data": "{}"},
    "DiagnosticsStatusNotification": {"status": "Idle"},
    "FirmwareStatusNotification": {"status": "Installed"},
    "Heartbeat": {},
    "LogStatusNotification": {"status": "Idle", "requestId": 1},
    "MeterValues": {"connectorId": 1, "transactionId": 7, "meterValue": METER_VALUE},
    "SecurityEventNotification": {"type": "Tamper", "timestamp": TIME, "techInfo": "lid"},
    "SignCertificate": {"csr": "-----BEGIN-----"},
    "SignedFirmwareStatusNotification": {"status": "Installed", "requestId": 1},
    "StartTransaction": {
        "connectorId": 1,
        "idTag": "tag",
        "meterStart": 1000,
        "timestamp": TIME,
        "reservationId": 3,
    },
    "StatusNotification": {
        "connectorId": 1,
        "errorCode": "NoError",
        "status": "Charging",
        "timestamp": TIME,
        "info": "fine",
        "vendorId": "acme",
        "vendorErrorCode": "0",
    },
    "StopTransaction": {
        "transactionId": 7,
        "meterStop": 2000,
        "timestamp": TIME,
        "idTag": "tag",
        "reason": "Local",
        "transactionData": METER_VALUE,
    },
}
# what only a central system says
COMMANDS = (
    "CancelReservation",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetDiagnostics",
    "GetLocalListVersion",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "ReserveNow",
    "Reset",
    "SendLocalList",
    "SetChargingProfile",
    "TriggerMessage",
    "UnlockConnector",
    "UpdateFirmware",
)
# what a charger answers when all is well
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "GetConfiguration": {
        "configurationKey": [
            {"key": "ChargingScheduleMaxPeriods", "readonly": True, "value": "6"},
            {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"},
            {"key": "ChargingScheduleAllowedChargingRateUnit", "readonly": True, "value": "A,W"},
        ],
        "unknownKey": ["SupportedFileTransferProtocols"],
    },
    "GetCompositeSchedule": {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": TIME,
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
        },
    },
}
