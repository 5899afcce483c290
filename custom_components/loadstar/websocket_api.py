"""One site live over the websocket: everything first, then only what has changed."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from probatio import Required

from .addressing import find_entry
from .coordinator import LoadstarConfigEntry, LoadstarCoordinator
from .plan_data import block_data, plan_data, section_data
from .planning.words import PlanWords, async_load_words

COMMAND: Final = "loadstar/subscribe"
# A subscriber is told at most so often; what changes meanwhile goes out together.
INTERVAL_S: Final = 1.0

# Sections besides those of the Snapshot.
SCHEDULE: Final = "schedule"
MANUAL: Final = "manual"


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the command."""
    websocket_api.async_register_command(hass, _subscribe)


@websocket_api.websocket_command({Required("type"): COMMAND, Required("entry_id"): str})
@callback
def _subscribe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]
) -> None:
    """Follow a site until the subscriber has enough of it, or the site is removed."""
    entry = find_entry(hass, message["entry_id"]).config_entry

    @callback
    def send(event: dict[str, Any]) -> None:
        connection.send_event(message["id"], event)

    feed = Feed(hass, entry, send)
    connection.subscriptions[message["id"]] = feed.close
    connection.send_result(message["id"])
    hass.async_create_background_task(feed.async_open(), f"{COMMAND} {entry.entry_id}")


class Feed:
    """What one subscriber is sent of one site; it outlives reloads of the site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: LoadstarConfigEntry,
        send: Callable[[dict[str, Any]], None],
    ) -> None:
        """``send`` takes events; none is sent before it is opened."""
        self._hass = hass
        self._entry = entry
        self._send = send
        self._words = PlanWords()
        self._leave: list[Callable[[], None]] = []  # the site as it runs
        self._leave_entry: Callable[[], None] | None = None
        self._is_closed = False
        self._due: set[str] = set()
        self._timer: Any = None
        self._sent_at = 0.0
        self._shown: dict[str, object] = {}  # of what has no listener of its own

    async def async_open(self) -> None:
        """Send everything, and from then on what changes."""
        self._words = await async_load_words(self._hass)
        if self._is_closed:
            return
        self._leave_entry = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry
        )
        self._follow()

    @callback
    def close(self) -> None:
        """Send nothing any more."""
        self._is_closed = True
        self._unfollow()
        if self._leave_entry is not None:
            self._leave_entry()
            self._leave_entry = None

    @callback
    def _on_entry(self, change: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        """Go along with a reload, and end with a removal."""
        if entry.entry_id != self._entry.entry_id:
            return
        if change is ConfigEntryChange.REMOVED:
            self.close()
            self._send({"kind": "removed"})
        elif entry.state is ConfigEntryState.LOADED:
            self._follow()
        elif self._leave:
            self._unfollow()
            self._send({"kind": "unavailable"})

    def _follow(self) -> None:
        """Listen to every section of the site that runs now, and send all of it."""
        if self._leave or self._entry.state is not ConfigEntryState.LOADED:
            return
        coordinator = self._entry.runtime_data
        keys = coordinator.data.sections
        self._leave = [
            coordinator.async_add_listener(partial(self._changed, key), key or None) for key in keys
        ]
        self._leave.append(coordinator.planning.async_on_change(self._plan_changed))
        self._note(coordinator)
        self._emit(
            {
                "kind": "snapshot",
                "entry_id": self._entry.entry_id,
                "title": self._entry.title,
                "currency": self._hass.config.currency,
                "time_zone": self._hass.config.time_zone,
                "devices": {
                    key: {"kind": subentry.subentry_type, "name": subentry.title}
                    for key, subentry in self._entry.subentries.items()
                },
                "sections": {key: self._data(key) for key in (*keys, SCHEDULE, MANUAL)},
            }
        )

    def _unfollow(self) -> None:
        for leave in self._leave:
            leave()
        self._leave = []
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @callback
    def _changed(self, *keys: str) -> None:
        """Send sections soon, as they are then: who is told of many changes gets the last."""
        self._due.update(keys)
        if self._timer is None and keys:
            wait = self._sent_at + INTERVAL_S - self._hass.loop.time()
            self._timer = self._hass.loop.call_later(max(0.0, wait), self._flush)

    @callback
    def _plan_changed(self) -> None:
        before = dict(self._shown)
        self._note(self._entry.runtime_data)
        self._changed(*(key for key, value in self._shown.items() if value != before[key]))

    def _note(self, coordinator: LoadstarCoordinator) -> None:
        planning = coordinator.planning
        self._shown = {SCHEDULE: planning.schedule, MANUAL: planning.manual}

    @callback
    def _flush(self) -> None:
        self._timer = None
        due, self._due = sorted(self._due), set()
        self._emit({"kind": "change", "sections": {key: self._data(key) for key in due}})

    def _emit(self, event: dict[str, Any]) -> None:
        self._sent_at = self._hass.loop.time()
        self._send(event)

    def _data(self, key: str) -> Any:
        """Return a section as it is now, as plain data."""
        coordinator = self._entry.runtime_data
        if key == SCHEDULE:
            schedule = coordinator.planning.schedule
            return None if schedule is None else plan_data(schedule, self._words)
        if key == MANUAL:
            return [block_data(block) for block in coordinator.planning.manual]
        return section_data(coordinator.data.sections[key])
