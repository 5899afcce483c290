"""An OCPP connector's state as control and the Snapshot want it."""

from collections.abc import Mapping

from ..engine.control.types import ChargerReading, FallbackProof
from ..engine.models import ChargerTarget, ConnectorStatus, Remedy
from ..models import ChargerSnapshot
from ..ocpp.types import ConnectorState, KeyState, Problem
from ..ocpp.types import FallbackProof as SeenProof

_PLUGGED = frozenset(
    {
        ConnectorStatus.PREPARING,
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.FINISHING,
    }
)
_BEFORE_A_SESSION = frozenset(
    {
        ConnectorStatus.UNKNOWN,
        ConnectorStatus.AVAILABLE,
        ConnectorStatus.PREPARING,
        ConnectorStatus.RESERVED,
    }
)

# While a proof runs, nothing has been shown yet.
_PROOFS: Mapping[SeenProof, FallbackProof] = {
    SeenProof.UNPROVED: FallbackProof.UNPROVED,
    SeenProof.RUNNING: FallbackProof.UNPROVED,
    SeenProof.PROVED: FallbackProof.PROVED,
    SeenProof.FAILED: FallbackProof.FAILED,
}
_UNCONTROLLED = frozenset({Problem.SETPOINT_REJECTED, Problem.LIMITS_IGNORED})


def is_controlled(state: ConnectorState) -> bool:
    """Whether a connector takes a set-point in any form, and keeps to it as far as it says."""
    return state.problem not in _UNCONTROLLED


def connector_status(state: ConnectorState) -> ConnectorStatus:
    """Return a connector's status; a word that OCPP does not have is unknown."""
    try:
        return ConnectorStatus(state.status)
    except ValueError:
        return ConnectorStatus.UNKNOWN


def read_charger(
    charger_id: str, state: ConnectorState, *, fallback_current: float, enabled: bool
) -> ChargerReading:
    """Return what control needs to know of a connector."""
    return ChargerReading(
        charger_id=charger_id,
        connected=state.connected,
        status=_status_for_control(state),
        currents=state.currents,
        measured_at=state.measured_at,
        session=None if state.transaction_id is None else str(state.transaction_id),
        accepted_current=state.accepted_current,
        fallback_current=fallback_current,
        fallback_due=state.expires_at,
        fallback_proof=_PROOFS[state.proof],
        controlled=is_controlled(state),
        enabled=enabled,
    )


def _status_for_control(state: ConnectorState) -> ConnectorStatus:
    """Return a connector's status; a transaction says more than one that is not told yet.

    After a restart a charger's transaction may be known before its status, and a session
    that begins by itself before the status that follows it.
    """
    status = connector_status(state)
    if state.transaction_id is not None and status in _BEFORE_A_SESSION:
        return ConnectorStatus.CHARGING
    return status


def charger_snapshot(
    state: ConnectorState,
    target: ChargerTarget | None,
    mask: str | None,
    *,
    key_state: KeyState | None = None,
    out_of_service: bool = False,
) -> ChargerSnapshot:
    """Return what is shown of a connector and of what it was told."""
    status = connector_status(state)
    return ChargerSnapshot(
        connected=state.connected,
        plugged=status in _PLUGGED,
        charging=status is ConnectorStatus.CHARGING,
        status=status,
        setpoint=target.current if target else None,
        offered=state.accepted_current,
        currents=state.currents,
        power_w=state.power_w,
        session_energy_kwh=state.session_energy_kwh,
        soc_percent=state.soc_percent,
        transaction_id=state.transaction_id,
        session_started=state.transaction_started,
        reason=target.reason.code if target else None,
        reason_data=dict(target.reason.data) if target else {},
        mask=mask,
        remedy=target.remedy if target else Remedy.NONE,
        proof=state.proof,
        proof_obstacle=state.proof_obstacle,
        key_state=key_state,
        method=state.method,
        clock_offset_s=state.clock_offset_s,
        problem=state.problem,
        out_of_service=out_of_service,
        vendor=state.vendor,
        model=state.model,
        firmware=state.firmware,
        serial=state.serial,
    )
