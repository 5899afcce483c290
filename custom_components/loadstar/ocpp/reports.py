"""What a charger tells of itself, turned into its connectors' states."""

from typing import TYPE_CHECKING, Any

from .charger_clock import LATE_S
from .measurement import Measurement
from .text import clean_text
from .transactions import Transaction

if TYPE_CHECKING:
    from .station import Station

RUNNING = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})
# by then a charger has sent what it kept while it was away
CATCHING_UP_S = 120.0

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

    def stamped(self, timestamp: Any, *, measured: bool = False) -> None:
        """Learn from a time stamp of now, or of a meter value, how far the clock is off."""
        self._station.clock.saw(timestamp, measured=measured)
        self._show_clock()

    def booted(self) -> None:
        """Note that the charger is told the time: its clock is another one now."""
        self._station.clock.reset()
        self._show_clock()

    def measured(
        self,
        connector_id: int,
        measurement: Measurement,
        transaction_id: int | None,
        timestamp: Any = None,
    ) -> None:
        """Note what was measured; it may speak of a transaction that we do not know."""
        self.stamped(timestamp, measured=True)
        transactions = self._station.transactions
        if transaction_id is not None and connector_id > 0:
            self._recognise(connector_id, transaction_id, measurement.energy_kwh)
        if measurement.energy_kwh is not None:
            transactions.start_counting(connector_id, measurement.energy_kwh)
        connector = self._station.connectors.get(connector_id)
        if connector is not None:
            connector.report_measurement(
                measurement, transactions.get(connector_id), self._age_s(timestamp)
            )

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
        is_known = station.transactions.is_over(transaction_id)
        transaction = station.transactions.end(transaction_id)
        if transaction is None:
            if not is_known:
                self._doubt_all()
            return
        connector = station.connectors.get(transaction.connector_id)
        if connector is not None:
            connector.report_transaction(transaction)
            connector.report_measurement(measurement, transaction)
            connector.report_transaction(None)

    def _age_s(self, timestamp: Any) -> float:
        """Return how old a value is: late, kept while offline, or 0 by a clock that is wrong."""
        station = self._station
        age_s = station.clock.age_s(timestamp)
        has_just_come = station.context.clock() - station.connected_at < CATCHING_UP_S
        return age_s if age_s <= LATE_S or has_just_come else 0.0

    def _show_clock(self) -> None:
        for connector in self._station.connectors.values():
            connector.show_clock_offset(self._station.clock.offset_s)

    def _doubt_all(self) -> None:
        """Look again at what runs: some chargers do not end it by the id that they were given."""
        transactions = self._station.transactions
        transactions.doubt_all()
        for connector_id, connector in self._station.connectors.items():
            if transactions.is_doubtful(connector_id) and connector.state.status in DOUBTFUL:
                transactions.drop(connector_id)
                connector.report_transaction(None)

    def _recognise(self, connector_id: int, transaction_id: int, energy_kwh: float | None) -> None:
        transactions = self._station.transactions
        known = transactions.get(connector_id)
        if known is not None and known.transaction_id == transaction_id:
            running = transactions.confirm(connector_id, named=True)
        else:
            running = transactions.adopt(connector_id, transaction_id, energy_kwh)
        connector = self._station.connectors.get(connector_id)
        if running is not None and connector is not None:
            connector.report_transaction(running)
