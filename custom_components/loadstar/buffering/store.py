"""What is kept of one site's buffer: written by one instance, whatever is reloaded meanwhile."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..engine.buffer import BufferState
from ..engine.planner.output.plain import from_plain, to_plain

STORAGE_VERSION: Final = 1
# Seldom enough for an SD card; what must not be lost is written at once.
SAVE_DELAY_S: Final = 3600.0

_STORES: Final[HassKey[dict[str, BufferStore]]] = HassKey(f"{DOMAIN}_buffer_stores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept; where that could not be read, where the file has been put."""

    state: BufferState
    was_readable: bool = True
    aside: str | None = None


class BufferStore:
    """The only one that reads and writes an entry's file, for the last one that asked for it."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Belong to nobody yet."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}.buffer",
            atomic_writes=True,
            serialize_in_event_loop=False,  # a week of steps takes a while
        )
        self._path = Path(self._store.path)
        self._owner: object = None
        self._state = BufferState()
        self._is_due = False  # a write: the store would put it off at every further wish

    async def async_take(self, owner: object) -> Kept:
        """Write for nobody else from now on; return what was kept.

        A file that makes no sense is put aside.
        """
        self._owner = owner
        run = self._hass.async_add_executor_job
        existed = await run(self._path.exists)
        try:
            stored = await self._store.async_load()
            state = await run(_restored, stored)
        except _UNREADABLE as error:
            LOGGER.warning("%s cannot be read; the buffer begins anew: %r", self._path, error)
            aside = await run(_put_aside, self._path)
            return Kept(state=BufferState(), was_readable=False, aside=aside)
        if existed and stored is None:  # Home Assistant has put it aside itself
            aside = await run(_newest_aside, self._path)
            return Kept(state=state, was_readable=False, aside=aside)
        return Kept(state=state)

    @callback
    def keep(self, owner: object, state: BufferState) -> None:
        """Write within the hour, and when Home Assistant stops."""
        if owner is not self._owner:
            return
        self._state = state
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    async def async_flush(self, owner: object) -> None:
        """Write at once what is still to be written."""
        if owner is not self._owner or not self._is_due:
            return
        self._is_due = False
        plain = await self._hass.async_add_executor_job(to_plain, self._state)
        if owner is self._owner:
            await self._store.async_save(plain)
        if self._is_due:  # there is news since, whose own write this one has called off
            self._store.async_delay_save(self._written, SAVE_DELAY_S)

    async def async_remove(self) -> None:
        """Delete what was kept."""
        self._owner = None
        self._is_due = False
        await self._store.async_remove()

    def _written(self) -> dict[str, Any]:
        self._is_due = False
        plain: dict[str, Any] = to_plain(self._state)
        return plain


# Besides what does not fit: a file of a later version, or one that is no store of Home
# Assistant's at all, on which its Store stumbles.
_UNREADABLE: Final = (HomeAssistantError, KeyError, NotImplementedError, TypeError, ValueError)


@callback
def buffer_store(hass: HomeAssistant, entry_id: str) -> BufferStore:
    """Return the store of an entry: the same one for everybody who asks."""
    stores = hass.data.setdefault(_STORES, {})
    if entry_id not in stores:
        stores[entry_id] = BufferStore(hass, entry_id)
    return stores[entry_id]


async def async_remove_buffer(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await buffer_store(hass, entry_id).async_remove()
    del hass.data[_STORES][entry_id]


def _restored(stored: object) -> BufferState:
    return BufferState() if stored is None else from_plain(BufferState, stored)


def _put_aside(path: Path) -> str | None:
    """Rename a file as Home Assistant does; return its new path, None where that fails."""
    aside = path.with_name(f"{path.name}.corrupt.{dt_util.utcnow().isoformat()}")
    try:
        path.rename(aside)
    except OSError:
        LOGGER.exception("%s cannot be put aside and will be written over", path)
        return None
    return str(aside)


def _newest_aside(path: Path) -> str | None:
    found = sorted(path.parent.glob(f"{path.name}.corrupt.*"))
    return str(found[-1]) if found else None
