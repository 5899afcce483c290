"""What is remembered of a station over restarts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from .charge_point import Identity
from .context import Context
from .transactions import Transactions


class ConnectorMemory:
    """What a connector was found able to do; true until its charger becomes another."""

    def __init__(self, stored: Mapping[str, str], save: Callable[[], None]) -> None:
        """Restore ``stored``; ``save`` is called after every change."""
        self._found = dict(stored)
        self._save = save

    def get(self, what: str) -> str | None:
        """Return a finding, or None where nothing was found yet."""
        return self._found.get(what)

    def put(self, what: str, value: str | None) -> None:
        """Keep a finding; None forgets it."""
        if value == self._found.get(what):
            return
        if value is None:
            del self._found[what]
        else:
            self._found[what] = value
        self._save()

    def forget(self) -> None:
        """Know nothing any more; the caller stores it."""
        self._found.clear()

    def dump(self) -> dict[str, str]:
        """Return what has to be stored."""
        return dict(self._found)


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
        self.key: Mapping[str, str] = _texts(stored.get("key"))
        self._connectors = {
            int(connector_id): ConnectorMemory(_texts(found), self._save)
            for connector_id, found in _items(stored.get("connectors"))
            if connector_id.isdecimal()
        }
        transactions = stored.get("transactions")
        self.transactions = Transactions(
            transactions if isinstance(transactions, dict) else {},
            context.transaction_ids,
            context.utcnow,
            self._save,
        )

    def connector(self, connector_id: int) -> ConnectorMemory:
        """Return what a connector was found able to do."""
        return self._connectors.setdefault(connector_id, ConnectorMemory({}, self._save))

    def identify(self, identity: Identity) -> bool:
        """Remember what the charger says it is; return whether it was another before."""
        if identity == self.identity:
            return False
        is_another = _build(self.identity) not in (_build(identity), _build(Identity()))
        self.identity = identity
        if is_another:
            for connector in self._connectors.values():
                connector.forget()
        self._save()
        return is_another

    def configure(self, configuration: Mapping[str, str]) -> None:
        """Remember what the charger says that it can do."""
        if configuration != self.configuration:
            self.configuration = configuration
            self._save()

    def keep_key(self, key: Mapping[str, str]) -> None:
        """Remember how far the charger is with its key."""
        if key != self.key:
            self.key = key
            self._save()

    def _save(self) -> None:
        self._storage.save(
            self._station_id,
            {
                "identity": asdict(self.identity),
                "configuration": dict(self.configuration),
                "key": dict(self.key),
                "connectors": {
                    str(connector_id): found
                    for connector_id, connector in self._connectors.items()
                    if (found := connector.dump())
                },
                "transactions": self.transactions.dump(),
            },
        )


def _build(identity: Identity) -> tuple[str | None, ...]:
    """Return what decides what a charger can do."""
    return identity.vendor, identity.model, identity.firmware


def _items(stored: Any) -> list[tuple[str, Any]]:
    items = stored.items() if isinstance(stored, dict) else ()
    return [(key, value) for key, value in items if isinstance(key, str)]


def _texts(stored: Any) -> dict[str, str]:
    return {key: value for key, value in _items(stored) if isinstance(value, str)}
