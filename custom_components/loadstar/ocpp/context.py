"""What every part of the central system is handed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .quirks import QuirkTable
from .seldom import Seldom
from .timing import Timing
from .transaction_ids import TransactionIds
from .types import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Clocks, storage and durations; tests bring their own."""

    storage: Storage
    clock: Callable[[], float]  # monotonic s
    utcnow: Callable[[], datetime]
    timing: Timing
    transaction_ids: TransactionIds
    seldom: Seldom  # what is said of chargers that are set up
    quirks: QuirkTable = field(default_factory=QuirkTable)
