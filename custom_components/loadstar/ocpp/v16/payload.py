"""Fields of a charger's message, as strict as needed and no stricter.

Real chargers send serial numbers longer than the standard allows, error codes
of their own and fields from later versions. Refusing those would refuse the
charger, so only what a message is useless without is insisted on.
"""

from collections.abc import Mapping
from typing import Any

from ocpp.exceptions import (
    PropertyConstraintViolationError,
    ProtocolError,
    TypeConstraintViolationError,
)

# far above any charger; what is kept per connector has to have an end
MAX_CONNECTORS = 64
MAX_TRANSACTION_ID = 2**31 - 1
MAX_DIGITS = 20


def required_text(payload: Mapping[str, Any], field: str) -> str:
    """Return a text; raises the standard's errors."""
    value = _required(payload, field)
    if not isinstance(value, str):
        raise TypeConstraintViolationError(description=f"{field} should be a string")
    return value


def required_integer(payload: Mapping[str, Any], field: str) -> int:
    """Return a whole number; raises the standard's errors."""
    value = _required(payload, field)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeConstraintViolationError(description=f"{field} should be an integer")
    return value


def required_connector(payload: Mapping[str, Any]) -> int:
    """Return a connector's id, 0 for the charger as a whole; raises the standard's errors."""
    connector_id = required_integer(payload, "connectorId")
    if not 0 <= connector_id <= MAX_CONNECTORS:
        raise PropertyConstraintViolationError(description="No such connector")
    return connector_id


def required_list(payload: Mapping[str, Any], field: str) -> list[Any]:
    """Return a list; raises the standard's errors."""
    value = _required(payload, field)
    if not isinstance(value, list):
        raise TypeConstraintViolationError(description=f"{field} should be an array")
    return value


def optional_transaction_id(payload: Mapping[str, Any]) -> int | None:
    """Return a transaction's id; some chargers send 0 or -1 where there is none."""
    value = payload.get("transactionId")
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= MAX_TRANSACTION_ID else None


def told_integer(payload: Mapping[str, Any], field: str) -> int | None:
    """Return a whole number, also where it is written as a text; None for anything else."""
    value = payload.get(field)
    if isinstance(value, str):
        try:
            return int(value[:MAX_DIGITS])
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _required(payload: Mapping[str, Any], field: str) -> Any:
    if payload.get(field) is None:
        raise ProtocolError(description=f"{field} is missing")
    return payload[field]
