"""One site live over the websocket: everything first, then only what has changed."""

from asyncio import TimerHandle
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
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
from .engine.planner.devices import ManualBlock
from .engine.planner.output.types import Schedule
from .plan_data import block_data, section_data
from .schedule_data import async_schedule_data

COMMAND: Final = "loadstar/subscribe"
# A subscriber is told at most so often; what changes meanwhile goes out together.
INTERVAL_S: Final = 1.0

# Sections besides those of the Snapshot.
SCHEDULE: Final = "schedule"
MANUAL: Final = "manual"


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the command."""
    async_register_command(hass, _subscribe)


@websocket_command({Required("type"): COMMAND, Required("entry_id"): str})
@callback
def _subscribe(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
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
        self._leave: list[Callable[[], None]] = []  # the site as it runs
        self._leave_entry: Callable[[], None] | None = None
        self._is_closed = False
        self._due: set[str] = set()
        self._timer: TimerHandle | None = None
        self._sent_at = 0.0
        self._schedule: Schedule | None = None
        self._schedule_data: dict[str, Any] | None = None
        self._manual: tuple[ManualBlock, ...] = ()

    async def async_open(self) -> None:
        """Send everything, and from then on what changes."""
        if self._is_closed:
            return
        self._leave_entry = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry
        )
        await self._async_follow()

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
            self._run(self._async_follow())
        elif self._leave:
            self._unfollow()
            self._send({"kind": "unavailable"})

    async def _async_follow(self) -> None:
        """Listen to every section of the site that runs now, and send all of it."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return
        coordinator = self._entry.runtime_data
        schedule = coordinator.planning.schedule
        data = await async_schedule_data(coordinator)
        if self._is_closed or self._leave or not self._is_running(coordinator):
            return
        self._schedule, self._schedule_data = schedule, data
        self._manual = coordinator.planning.manual
        keys = coordinator.data.sections
        self._leave = [
            coordinator.async_add_listener(partial(self._changed, key), key or None) for key in keys
        ]
        self._leave.append(coordinator.planning.async_on_change(self._plan_changed))
        self._emit(
            {
                "kind": "snapshot",
                "entry_id": self._entry.entry_id,
                "title": self._entry.title,
                "currency": coordinator.data.plan.currency or self._hass.config.currency,
                "time_zone": self._hass.config.time_zone,
                "devices": {
                    key: {"kind": subentry.subentry_type, "name": subentry.title}
                    for key, subentry in self._entry.subentries.items()
                },
                "sections": {key: self._data(key) for key in (*keys, SCHEDULE, MANUAL)},
            }
        )
        self._plan_changed()  # while it was put into words

    def _is_running(self, coordinator: LoadstarCoordinator) -> bool:
        is_loaded = self._entry.state is ConfigEntryState.LOADED
        return is_loaded and self._entry.runtime_data is coordinator

    def _unfollow(self) -> None:
        for leave in self._leave:
            leave()
        self._leave = []
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @callback
    def _changed(self, key: str) -> None:
        """Send a section soon, as it is then: who is told of many changes gets the last."""
        self._due.add(key)
        if self._timer is None:
            wait = self._sent_at + INTERVAL_S - self._hass.loop.time()
            self._timer = self._hass.loop.call_later(max(0.0, wait), self._flush)

    @callback
    def _plan_changed(self) -> None:
        planning = self._entry.runtime_data.planning
        if planning.manual != self._manual:
            self._manual = planning.manual
            self._changed(MANUAL)
        if planning.schedule is not self._schedule:
            self._schedule = planning.schedule
            self._run(self._async_reschedule(self._entry.runtime_data))

    async def _async_reschedule(self, coordinator: LoadstarCoordinator) -> None:
        """Put a new plan into words, and send it unless a newer one has come meanwhile."""
        schedule = self._schedule
        data = await async_schedule_data(coordinator)
        if self._leave and self._is_running(coordinator) and self._schedule is schedule:
            self._schedule_data = data
            self._changed(SCHEDULE)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._hass.async_create_background_task(work, f"{COMMAND} {self._entry.entry_id}")

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
        if key == SCHEDULE:
            return self._schedule_data
        if key == MANUAL:
            return [block_data(block) for block in self._manual]
        return section_data(self._entry.runtime_data.data.sections[key])
