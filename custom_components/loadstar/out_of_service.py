"""Which chargers were taken out of service, so that they can be put back after a restart too."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN

STORAGE_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a charger's connector is; its subentry may be gone when it is needed."""

    station_id: str
    connector_id: int


class OutOfService:
    """The chargers of one site that do nothing until the user puts them back."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Know of none; ``async_load`` reads what was kept."""
        self._store = _store(hass, entry_id)
        self._places: dict[str, Place] = {}

    async def async_load(self) -> None:
        """Read what was kept; what makes no sense is left behind."""
        stored: object = await self._store.async_load()
        if isinstance(stored, Mapping):
            found = {str(key): _place(kept) for key, kept in stored.items()}
            self._places = {key: place for key, place in found.items() if place is not None}

    def __contains__(self, key: str) -> bool:
        """Whether a charger is out of service, by its subentry."""
        return key in self._places

    @property
    def places(self) -> Mapping[str, Place]:
        """Return where the chargers are, by subentry."""
        return dict(self._places)

    def add(self, key: str, place: Place) -> None:
        """Remember a charger before it is told, since its answer may never be heard."""
        self._places[key] = place

    def discard(self, key: str) -> None:
        """Forget a charger that is in service again."""
        self._places.pop(key, None)

    async def async_save(self) -> None:
        """Write down which ones they are."""
        await self._store.async_save({key: asdict(place) for key, place in self._places.items()})


async def async_remove_out_of_service(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.out_of_service", atomic_writes=True)


def _place(kept: object) -> Place | None:
    match kept:
        case {"station_id": str(station_id), "connector_id": int(connector_id)}:
            return Place(station_id=station_id, connector_id=connector_id)
    return None
