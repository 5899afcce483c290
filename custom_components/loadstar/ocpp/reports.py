"""What a charger tells of itself, turned into its connectors' states."""

from typing import TYPE_CHECKING, Any

from .measurement import Measurement
from .text import clean_text
from .transactions import Transaction

if TYPE_CHECKING:
    from .station import Station

RUNNING = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})
# states that no transaction survives
OVER = frozenset({"Available"})
# states that contradict a transaction, unless we saw it begin
DOUBTFUL = frozenset({"Available", "Preparing", "Finishing", "Reserved"})


class Reports:
    """Receives reports in the same words from every OCPP version."""

    def __init__(self, station: Station) -> None:
        """Report to the station's connectors."""
        self._station = station

    def status(self, connector_id: int, status: str, error_code: str | None) -> None:
        """Note a connector's status, which also confirms or ends a transaction."""
        connector = self._station.connectors.get(connector_id)
        if connector is None:
            return
        transactions = self._station.transactions
        if status in RUNNING:
            running = transactions.confirm(connector_id)
            if running is not None:
                connector.report_transaction(running)
        elif status in OVER or (status in DOUBTFUL and not transactions.is_confirmed(connector_id)):
            transactions.drop(connector_id)
            connector.report_transaction(None)
        connector.report_status(status, error_code)

    def measured(
        self, connector_id: int, measurement: Measurement, transaction_id: int | None
    ) -> None:
        """Note measured values, which may speak of a transaction that we do not know."""
        transactions = self._station.transactions
        if transaction_id is not None and connector_id > 0:
            self._recognise(connector_id, transaction_id, measurement.energy_kwh)
        if measurement.energy_kwh is not None:
            transactions.start_counting(connector_id, measurement.energy_kwh)
        connector = self._station.connectors.get(connector_id)
        if connector is not None:
            connector.report_measurement(measurement, transactions.get(connector_id))

    def started(
        self,
        connector_id: int,
        *,
        id_tag: str | None,
        meter_start_kwh: float | None,
        timestamp: Any,
    ) -> Transaction:
        """Note a transaction's begin and return it with its id."""
        station = self._station
        transaction = station.transactions.begin(
            connector_id,
            id_tag=id_tag,
            meter_start_kwh=meter_start_kwh,
            started=station.clock.to_ours(timestamp),
            stamp=clean_text(timestamp),
        )
        connector = station.connectors.get(connector_id)
        if connector is not None:
            connector.report_transaction(transaction)
        return transaction

    def stopped(self, transaction_id: int, measurement: Measurement) -> None:
        """Note a transaction's end, known or not."""
        station = self._station
        transaction = station.transactions.end(transaction_id)
        if transaction is None:
            return
        connector = station.connectors.get(transaction.connector_id)
        if connector is not None:
            connector.report_transaction(transaction)
            connector.report_measurement(measurement, transaction)
            connector.report_transaction(None)

    def _recognise(self, connector_id: int, transaction_id: int, energy_kwh: float | None) -> None:
        transactions = self._station.transactions
        known = transactions.get(connector_id)
        if known is not None and known.transaction_id == transaction_id:
            running = transactions.confirm(connector_id)
        else:
            running = transactions.adopt(connector_id, transaction_id, energy_kwh)
        connector = self._station.connectors.get(connector_id)
        if running is not None and connector is not None:
            connector.report_transaction(running)
