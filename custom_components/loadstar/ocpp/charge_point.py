"""What one connected charger can be asked, whichever OCPP version it speaks."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from .quirks import Quirks
from .rung import FallbackForm, Rung
from .types import ConnectorConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a charger says it is."""

    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial: str | None = None


# a set-point begins this much before it is sent, so that it is never in a charger's future
LEAD_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPoint:
    """A current to hold a transaction to, and what comes after its life."""

    connector: ConnectorConfig
    transaction_id: int
    age_s: int  # of the transaction
    current: float  # A per phase; 0 pauses
    life_s: int
    rung: Rung


class KeyAnswer(Enum):
    """What a charger says to a new key."""

    TAKEN = auto()
    RESTART = auto()  # taken, and used once the charger has been restarted
    REFUSED = auto()


class ChargePoint(Protocol):
    """A connected charger; every command raises CallFailedError without an answer."""

    version: str
    encrypted: bool

    async def run(self) -> None:
        """Serve the connection until it ends."""

    async def alive(self, timeout_s: float) -> bool:
        """Return whether the charger answers a ping."""

    def abort(self) -> None:
        """Cut the connection."""

    async def close(self, reason: str) -> None:
        """Close the connection as the protocol says."""

    @property
    def quirks(self) -> Quirks:
        """What this charger needs that others do not."""

    def rungs(self, connector_id: int) -> tuple[Rung, ...]:
        """Return the forms of set-point to offer, in order; at least one."""

    def fallback_forms(self, connector_id: int) -> tuple[FallbackForm, ...]:
        """Return the forms of fallback to offer, in order; at least one."""

    async def set_fallback(self, connector: ConnectorConfig, form: FallbackForm) -> bool:
        """Install what the connector falls to by itself; return whether it was taken.

        A set-point that outlives its transaction is cleared: it may stand above the fallback.
        """

    async def hold(self, build: Callable[[], SetPoint]) -> bool:
        """Send what ``build`` returns at that moment; return whether it was taken."""

    async def clear_foreign_profiles(self, connector_ids: Collection[int]) -> bool:
        """Clear what others limit these connectors by; return whether anything may have been."""

    async def scheduled_current(self, connector: ConnectorConfig) -> float | None:
        """Return the A per phase that the charger says it allows; None where it says nothing."""

    async def ask_status(self, connector_id: int) -> None:
        """Ask the charger to say what state the connector is in."""

    async def clear_profiles(self, connector_id: int) -> None:
        """Take back everything that limits the connector on our behalf."""

    async def start_transaction(self, connector_id: int, id_tag: str) -> bool:
        """Ask for a transaction; return whether the charger accepted."""

    async def set_available(self, connector_id: int, *, available: bool) -> bool:
        """Put a connector in or out of service; return whether the charger accepted."""

    async def set_key(self, key: str) -> KeyAnswer:
        """Give the charger the key to prove itself with."""

    async def restart(self) -> bool:
        """Ask the charger to restart; return whether it accepted."""

    async def stop_transaction(self, transaction_id: int) -> bool:
        """Ask for a transaction's end; return whether the charger accepted."""
