"""How a charger may differ from an obedient one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadstar_engine.simulation import Evse

from .clock import Clock
from .metering import Meter, MeterConfig
from .profile_store import ProfileStore
from .transaction_ids import TransactionIds


def _plain_store(voltage: float, _clock: Clock) -> ProfileStore:
    return ProfileStore(voltage)


def _plain_socket(socket: Any) -> Any:
    return socket


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The parts that a charger is built of; each default is the obedient one's."""

    summary: str
    settings: Mapping[str, str | None] = field(default_factory=dict)  # None: an unknown key
    clock_offset_s: float = 0.0
    boots: bool = True  # and sends what TriggerMessage asks for
    profiles: Callable[[float, Clock], ProfileStore] = _plain_store
    meter: Callable[[Evse, MeterConfig], Meter] = Meter
    transaction_ids: Callable[[], TransactionIds] = TransactionIds
    socket: Callable[[Any], Any] = _plain_socket  # between the charger and its websocket


OBEDIENT = Variant(summary="does as it is told")
