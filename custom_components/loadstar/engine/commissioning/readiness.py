"""Whether a charger can be tested, and what keeps it from the current that is asked for."""

from collections.abc import Mapping
from typing import Final

from ..control.types import ChargerReading
from ..models import ChargerTarget, ConnectorStatus, ReasonCode
from .types import Note

_STATUS_NOTES: Final[Mapping[ConnectorStatus, Note]] = {
    ConnectorStatus.AVAILABLE: Note.NO_CAR,
    ConnectorStatus.RESERVED: Note.NO_CAR,
    ConnectorStatus.FINISHING: Note.NOT_STARTED,
    ConnectorStatus.UNAVAILABLE: Note.OUT_OF_SERVICE,
    ConnectorStatus.FAULTED: Note.OUT_OF_SERVICE,
}
_NEAR_A: Final = 0.5


def unfit(charger: ChargerReading, session: str | None) -> Note | None:
    """Return why a charger cannot be tested (any more), None where it can.

    ``session`` is the one that the test began with; None: it has not begun.
    """
    if not charger.connected:
        return Note.OFFLINE
    if not charger.enabled:
        return Note.DISABLED
    if not charger.controlled:
        return Note.UNCONTROLLED
    if session is not None:
        return None if charger.session == session else Note.SESSION_ENDED
    return None if charger.session is not None else _STATUS_NOTES.get(charger.status)


def held_back_by(target: ChargerTarget | None, ordered: float) -> Note:
    """Return why a charger does not come to what was ordered, by what control decided."""
    if target is None or abs(target.current - ordered) <= _NEAR_A:
        return Note.NOT_ACCEPTED
    return Note.METER_STALE if target.reason.code is ReasonCode.METER_STALE else Note.NO_ROOM
