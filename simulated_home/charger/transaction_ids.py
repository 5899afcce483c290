"""What a charger calls its transactions when it speaks of them."""

from typing import override

from .transaction import Transaction


class TransactionIds:
    """The ids that the central system gave."""

    start_messages = 1  # sent for one start, the last of which is the one that is answered

    def begin(self, transaction: Transaction) -> None:
        """Note that a transaction begins."""

    def restart(self) -> None:
        """Note that the charger has started anew."""

    def in_meter_values(self, transaction: Transaction | None) -> int | None:
        """Return what MeterValues say."""
        return transaction.transaction_id if transaction else None

    def in_stop(self, transaction: Transaction) -> int:
        """Return what StopTransaction says."""
        return transaction.transaction_id or 0


class OwnIds(TransactionIds):
    """Numbers of its own, from 1 again after each restart; MeterValues say 0 or nothing.

    Every first answer to a StartTransaction is lost, so that it is sent again.
    """

    start_messages = 2

    def __init__(self) -> None:
        """Begin at 1."""
        self._last = 0
        self._omits = False

    @override
    def begin(self, transaction: Transaction) -> None:
        self._last += 1
        transaction.own_id = self._last

    @override
    def restart(self) -> None:
        self._last = 0

    @override
    def in_meter_values(self, transaction: Transaction | None) -> int | None:
        self._omits = not self._omits
        return None if self._omits else 0

    @override
    def in_stop(self, transaction: Transaction) -> int:
        return transaction.own_id
