"""Raw WebSocket frames to OCPP-J messages; whatever comes, nothing is raised."""

from dataclasses import dataclass
import json
from typing import Any

from ocpp.exceptions import FormationViolationError, OCPPError, ProtocolError
from ocpp.messages import Call, CallError, CallResult, MessageType

from .text import clean_text

type Payload = dict[str, Any]

MAX_ID_LENGTH = 128  # the standard says 36; an id is sent back, so it is bounded


@dataclass(frozen=True, slots=True)
class Garbage:
    """A frame that is no message, and the standard's answer where it has an id."""

    answer: CallError | None = None


def parse_frame(raw: str | bytes) -> Call | CallResult | CallError | Garbage:
    """Return the message in a frame; one of an unknown type is to be ignored."""
    match _decode(raw):
        case [MessageType.Call, str(unique_id), *rest] if len(unique_id) <= MAX_ID_LENGTH:
            return _parse_call(unique_id, rest)
        case [MessageType.CallResult, str(unique_id), dict(payload)]:
            return CallResult(unique_id, payload)
        case [MessageType.CallError, str(unique_id), str(code), *_]:
            return CallError(unique_id, clean_text(code) or "no code", "", {})
    return Garbage()


def _decode(raw: str | bytes) -> Any:
    if isinstance(raw, bytes):
        return None
    try:
        return json.loads(raw)
    except ValueError, RecursionError:
        return None


def _parse_call(unique_id: str, rest: list[Any]) -> Call | Garbage:
    match rest:
        case [str(action), dict(payload)]:
            return Call(unique_id, action, payload)
        case [_, _]:
            error = FormationViolationError(description="Action or payload has the wrong type")
        case _:
            error = ProtocolError(description="A call has four elements")
    return Garbage(call_error(unique_id, error))


def call_error(unique_id: str, error: OCPPError) -> CallError:
    """Return the answer that carries ``error``."""
    return CallError(unique_id, error.code, error.description, error.details)
