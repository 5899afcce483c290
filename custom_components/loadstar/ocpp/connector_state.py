"""How what a charger tells changes a connector's state."""

from collections.abc import Mapping
from dataclasses import replace

from .measurement import Measurement, Triple
from .transactions import Transaction
from .types import ConnectorState

# currents by the number of phases while nothing can flow
NO_DRAW: Mapping[int, Triple] = {
    1: (0.0, None, None),
    2: (0.0, 0.0, None),
    3: (0.0, 0.0, 0.0),
}


def with_measurement(
    state: ConnectorState, measurement: Measurement, transaction: Transaction | None, at: float
) -> ConnectorState:
    """Return the state after values of ``at``; what they do not say stays."""
    if measurement.currents is not None:
        state = replace(state, currents=measurement.currents, measured_at=at)
    if measurement.power_w is not None:
        state = replace(state, power_w=measurement.power_w)
    if measurement.soc_percent is not None:
        state = replace(state, soc_percent=measurement.soc_percent)
    if measurement.energy_kwh is not None:
        state = replace(state, energy_kwh=measurement.energy_kwh)
        # one from before a restart is shown once the charger has confirmed it
        if transaction is not None and transaction.transaction_id == state.transaction_id:
            session = _session_energy(transaction, measurement.energy_kwh)
            state = state if session is None else replace(state, session_energy_kwh=session)
    return state


def with_transaction(state: ConnectorState, transaction: Transaction) -> ConnectorState:
    """Return the state in which a transaction has begun or was found to run."""
    return replace(
        state,
        transaction_id=transaction.transaction_id,
        transaction_started=transaction.started,
        id_tag=transaction.id_tag,
        session_energy_kwh=_session_energy(transaction, state.energy_kwh) or 0.0,
        accepted_current=None,
        expires_at=None,
    )


def without_transaction(state: ConnectorState, phases: int, at: float) -> ConnectorState:
    """Return the state after a transaction's end, which no meter value follows."""
    return replace(
        state,
        transaction_id=None,
        transaction_started=None,
        id_tag=None,
        soc_percent=None,
        # an old one would be taken for a draw
        currents=NO_DRAW[phases],
        power_w=0.0,
        measured_at=at,
        accepted_current=None,
        expires_at=None,
    )


def _session_energy(transaction: Transaction, energy_kwh: float | None) -> float | None:
    if transaction.meter_start_kwh is None or energy_kwh is None:
        return None
    return max(0.0, energy_kwh - transaction.meter_start_kwh)
