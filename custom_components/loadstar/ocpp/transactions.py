"""The transactions that run at a station, kept over restarts."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .transaction_ids import TransactionIds

# what comes of an ended transaction comes by then
_PAST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One session at a connector."""

    transaction_id: int
    connector_id: int
    started: datetime
    id_tag: str | None = None
    meter_start_kwh: float | None = None
    # the charger's own time stamp, which recognises a message sent again
    stamp: str | None = None


@dataclass(frozen=True, slots=True)
class _End:
    transaction_id: int
    at: datetime
    known: bool


class Transactions:
    """Hands out ids, and knows which transaction runs at which connector.

    One that was stored, or ran when the connection was lost, is unconfirmed until
    the charger says something that fits it; of two the one that it names is the one.
    """

    def __init__(
        self,
        stored: dict[str, Any],
        ids: TransactionIds,
        utcnow: Callable[[], datetime],
        save: Callable[[], None],
    ) -> None:
        """Restore what was stored; ``save`` is called after every change."""
        self._ids = ids
        self._utcnow = utcnow
        self._save = save
        last_id = stored.get("last_id")
        self._last_id = last_id if isinstance(last_id, int) else 0
        ids.seen(self._last_id)
        self._running = _restore(stored.get("running"))
        self._confirmed: set[int] = set()  # connectors
        self._named: set[int] = set()  # connectors whose transaction was spoken of by its id
        self._ended: deque[_End] = deque(maxlen=8)

    def dump(self) -> dict[str, Any]:
        """Return what has to be stored."""
        return {
            "last_id": self._last_id,
            "running": [
                asdict(transaction) | {"started": transaction.started.isoformat()}
                for transaction in self._running.values()
            ],
        }

    def get(self, connector_id: int) -> Transaction | None:
        """Return the connector's transaction, confirmed or not."""
        return self._running.get(connector_id)

    def find(self, transaction_id: int) -> Transaction | None:
        """Return the running transaction with an id."""
        for transaction in self._running.values():
            if transaction.transaction_id == transaction_id:
                return transaction
        return None

    def is_confirmed(self, connector_id: int) -> bool:
        """Return whether the charger has vouched for the transaction since it connected."""
        return connector_id in self._confirmed

    def is_doubtful(self, connector_id: int) -> bool:
        """Return whether a transaction ran before, and the charger has not said yet what of it."""
        return connector_id in self._running and connector_id not in self._confirmed

    def doubt_all(self) -> None:
        """Wait for the charger to confirm each: it has been away."""
        self._confirmed.clear()
        self._named.clear()

    def confirm(self, connector_id: int, *, named: bool = False) -> Transaction | None:
        """Note that the transaction still runs, and return it; ``named``: by its id."""
        transaction = self._running.get(connector_id)
        if transaction is not None:
            self._confirmed.add(connector_id)
            if named:
                self._named.add(connector_id)
        return transaction

    def begin(
        self,
        connector_id: int,
        *,
        id_tag: str | None,
        meter_start_kwh: float | None,
        started: datetime,
        stamp: str | None,
    ) -> Transaction:
        """Return a new transaction, or the one that this same start made before.

        A start that says neither whose nor from where is no evidence that another has
        ended, and is unconfirmed itself.
        """
        running = self._running.get(connector_id)
        is_bare = id_tag is None and meter_start_kwh is None
        if running is not None and is_bare:
            return running
        if running is not None and _is_same_start(running, stamp, id_tag, meter_start_kwh):
            self.confirm(connector_id, named=True)
            return running
        if running is not None:
            self._note_end(running.transaction_id, known=True)
        self._last_id = self._ids.next()
        transaction = Transaction(
            transaction_id=self._last_id,
            connector_id=connector_id,
            started=started,
            id_tag=id_tag,
            meter_start_kwh=meter_start_kwh,
            stamp=stamp,
        )
        self._put(transaction)
        if is_bare:
            self._confirmed.discard(connector_id)
            self._named.discard(connector_id)
        return transaction

    def adopt(
        self, connector_id: int, transaction_id: int, meter_kwh: float | None
    ) -> Transaction | None:
        """Take over a transaction that the charger speaks of and we never started.

        None where it has ended, runs at another connector, or another is known to run here.
        """
        ended = self.has_ended(transaction_id)
        if ended or connector_id in self._named or self.find(transaction_id) is not None:
            return None
        transaction = Transaction(
            transaction_id=transaction_id,
            connector_id=connector_id,
            started=self._utcnow(),
            meter_start_kwh=meter_kwh,
        )
        return self._put(transaction)

    def start_counting(self, connector_id: int, meter_kwh: float) -> Transaction | None:
        """Count the session's energy from here where its start is not known."""
        transaction = self._running.get(connector_id)
        if transaction is None or transaction.meter_start_kwh is not None:
            return transaction
        return self._put(replace(transaction, meter_start_kwh=meter_kwh))

    def end(self, transaction_id: int) -> Transaction | None:
        """Note that a transaction was stopped; return it where it ran."""
        transaction = self.find(transaction_id)
        self._note_end(transaction_id, known=transaction is not None)
        if transaction is not None:
            self.drop(transaction.connector_id)
        return transaction

    def has_ended(self, transaction_id: int) -> bool:
        """Return whether it was stopped a short time ago; later its id may come again."""
        since = self._utcnow() - _PAST
        return any(end.transaction_id == transaction_id and end.at > since for end in self._ended)

    def is_over(self, transaction_id: int) -> bool:
        """Return whether it ran here, and its end was seen."""
        return any(end.transaction_id == transaction_id and end.known for end in self._ended)

    def drop(self, connector_id: int) -> None:
        """Forget the connector's transaction: its car is gone."""
        if self._running.pop(connector_id, None) is not None:
            self._confirmed.discard(connector_id)
            self._named.discard(connector_id)
            self._save()

    def _note_end(self, transaction_id: int, *, known: bool) -> None:
        self._ended.append(_End(transaction_id, self._utcnow(), known))

    def _put(self, transaction: Transaction) -> Transaction:
        self._running[transaction.connector_id] = transaction
        self._confirmed.add(transaction.connector_id)
        self._named.add(transaction.connector_id)
        self._save()
        return transaction


def _is_same_start(
    running: Transaction, stamp: str | None, id_tag: str | None, meter_start_kwh: float | None
) -> bool:
    """Return whether it is the start of what runs, sent again for want of an answer."""
    if (stamp, id_tag) != (running.stamp, running.id_tag):
        return False
    return stamp is not None or (
        meter_start_kwh is not None and meter_start_kwh == running.meter_start_kwh
    )


def _restore(stored: Any) -> dict[int, Transaction]:
    """Return what can be read; the charger tells the rest again."""
    items = stored if isinstance(stored, list) else ()
    transactions = (_restore_one(item) for item in items)
    return {item.connector_id: item for item in transactions if item is not None}


def _restore_one(item: Any) -> Transaction | None:
    match item:
        case {"transaction_id": int(), "connector_id": int(), "started": str(started)}:
            try:
                return Transaction(**item | {"started": datetime.fromisoformat(started)})
            except TypeError, ValueError:
                return None
    return None
