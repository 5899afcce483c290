"""What is remembered of a station over restarts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .charge_point import Identity
from .context import Context
from .transactions import Transactions


class StationMemory:
    """A station's identity, abilities and transactions, stored at every change."""

    def __init__(self, station_id: str, context: Context) -> None:
        """Restore what can be read of what was stored."""
        self._station_id = station_id
        self._storage = context.storage
        stored = context.storage.load(station_id)
        known = _texts(stored.get("identity"))
        self.identity = Identity(
            vendor=known.get("vendor"),
            model=known.get("model"),
            firmware=known.get("firmware"),
            serial=known.get("serial"),
        )
        self.configuration: Mapping[str, str] = _texts(stored.get("configuration"))
        transactions = stored.get("transactions")
        self.transactions = Transactions(
            transactions if isinstance(transactions, dict) else {},
            context.transaction_ids,
            context.utcnow,
            self._save,
        )

    def identify(self, identity: Identity) -> None:
        """Remember what the charger says it is."""
        if identity != self.identity:
            self.identity = identity
            self._save()

    def configure(self, configuration: Mapping[str, str]) -> None:
        """Remember what the charger says that it can do."""
        if configuration != self.configuration:
            self.configuration = configuration
            self._save()

    def _save(self) -> None:
        self._storage.save(
            self._station_id,
            {
                "identity": asdict(self.identity),
                "configuration": dict(self.configuration),
                "transactions": self.transactions.dump(),
            },
        )


def _texts(stored: Any) -> dict[str, str]:
    items = stored.items() if isinstance(stored, dict) else ()
    return {key: value for key, value in items if isinstance(value, str)}
