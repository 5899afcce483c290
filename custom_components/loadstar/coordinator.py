"""One site at work: from states to set-points, and what came of it to the Snapshot."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
import math
import time
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.hass_dict import HassKey

from .buffering import Buffering, BufferSources, async_need_history, in_force, read_inputs
from .chargers import Chargers
from .commissioning import Commissioning
from .const import DOMAIN, LOGGER
from .control_clock import ControlClock
from .engine.control import SetpointController
from .engine.control.types import ControlSettings, PhaseReading, SiteReadings
from .faults import Faults
from .forecasting import Forecasting
from .household_reserve import ReserveKeeper
from .limits import Observed
from .models import Snapshot
from .observing import Observing
from .planning import Planning, PlanSources
from .publisher import Publisher
from .settings import SettingsStore
from .snapshot import SnapshotMaker, source_entities
from .sources.meter import read_meter
from .sources.power import read_batteries, read_pv
from .sources.site import site_context
from .wiring import MeterConfig, SiteConfig

# A reload must not make control forget whose change of the grid is whose.
_CONTROLLERS: HassKey[dict[str, SetpointController]] = HassKey(f"{DOMAIN}_controllers")

type LoadstarConfigEntry = ConfigEntry[LoadstarCoordinator]


class LoadstarCoordinator(DataUpdateCoordinator[Snapshot]):
    """Run the control clock of one site and publish its Snapshot."""

    config_entry: LoadstarConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: LoadstarConfigEntry,
        config: SiteConfig,
        settings: SettingsStore,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now`` gives monotonic seconds, the same ones as the central system's."""
        super().__init__(hass, LOGGER, config_entry=entry, name=f"{DOMAIN} {config.name}")
        self.config = config
        self.settings = settings
        self.clock = ControlClock(hass, self._cycle, now)
        self.chargers = Chargers(hass, entry, config, settings, self.clock.request)
        self._now = now
        self._controller = _controller_of(hass, entry.entry_id, settings.site.control)
        self._publisher = Publisher()
        self._reserve = ReserveKeeper(hass, entry.entry_id, config.phases)
        self._snapshots = SnapshotMaker(hass, config, self.chargers, self._reserve)
        self.commissioning = Commissioning(hass, entry, config, settings, self.chargers)
        self.observing = Observing(hass, entry, config)
        self.forecasting = Forecasting(hass, entry, config, self.observing)
        self._faults = Faults(hass, entry.entry_id, config)
        sources = PlanSources(snapshot=lambda: self.data, forecasting=self.forecasting)
        self.planning = Planning(hass, entry, config, settings, sources)
        self.buffering = Buffering(
            hass,
            entry,
            config,
            settings,
            BufferSources(
                inputs=lambda: read_inputs(self.forecasting, self.planning.source),
                history=partial(async_need_history, hass, self.observing),
            ),
        )
        self._sections: dict[str, list[CALLBACK_TYPE]] = {}

    async def async_start(self) -> None:
        """Take up the chargers, decide once, and start the clock."""
        await self._reserve.async_load()
        self.config_entry.async_on_unload(self._reserve.async_save)
        await self.commissioning.async_load()
        await self.buffering.async_load()
        await self.observing.async_start()
        self.config_entry.async_on_unload(self.observing.async_stop)
        await self.chargers.async_start()
        await self.async_config_entry_first_refresh()
        entities = source_entities(self.config)
        for track in (async_track_state_change_event, async_track_state_report_event):
            self.config_entry.async_on_unload(track(self.hass, entities, self._on_state))
        self.config_entry.async_on_unload(self.settings.async_on_change(self._on_settings))
        self.config_entry.async_on_unload(self.commissioning.async_on_change(self.clock.run_now))
        self.config_entry.async_on_unload(self.forecasting.async_on_change(self._on_forecast))
        self.config_entry.async_on_unload(self.planning.async_on_change(self._on_plan))
        self.config_entry.async_on_unload(self.planning.async_save)
        self.config_entry.async_on_unload(self.buffering.async_on_change(self._on_buffer))
        self.config_entry.async_on_unload(self.buffering.async_save)
        self.clock.start()
        self.forecasting.start()
        await self.planning.async_start()
        await self.buffering.async_start()

    @callback
    def async_stop(self) -> None:
        """Stop the clock; chargers keep what they have been told for its life."""
        self.clock.stop()
        self.planning.stop()
        self.forecasting.stop()
        self.buffering.stop()
        self.commissioning.interrupt()
        self.chargers.detach()

    async def async_put_back(self, key: str) -> None:
        """Put a charger back into service by the user's wish, with its slate clean."""
        self._controller.pardon(key)
        await self.chargers.async_put_back(key)
        self.clock.run_now()

    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Listen to one section: a subentry id, or the site where ``context`` is None.

        Listeners are told per section, so that one charger does not wake every entity.
        """
        remove_from_all = super().async_add_listener(update_callback, context)
        listeners = self._sections.setdefault(context or "", [])
        listeners.append(update_callback)

        @callback
        def remove() -> None:
            listeners.remove(update_callback)
            remove_from_all()

        return remove

    @override
    async def _async_update_data(self) -> Snapshot:
        """Decide once for whoever asks."""
        snapshot = self._decide()
        self._publisher.due(snapshot, self._now())
        return snapshot

    @callback
    def _cycle(self) -> None:
        """Decide, and tell the listeners of what has changed."""
        try:
            self.data = self._decide()
        except Exception:  # noqa: BLE001  the clock's outermost edge: it must go on
            LOGGER.exception("%s: the control cycle failed; it runs again", self.config.name)
            return
        if not self.last_update_success:
            self.last_update_success = True
            self.async_update_listeners()
        self._tell()

    def _tell(self) -> None:
        """Tell the listeners of what has changed enough to be shown."""
        for section in self._publisher.due(self.data, self._now()):
            for listener in tuple(self._sections.get(section, ())):
                listener()

    def _decide(self) -> Snapshot:
        readings = self._read()
        tuned = in_force(self.settings.site, self.buffering.snapshot)
        site = site_context(self.config, tuned, self.settings.chargers)
        result = self._controller.step(site, readings)
        self.chargers.apply(result.targets)
        self._reserve.observe(readings, result)
        self.settings.observed = Observed(
            reserve=self._reserve.reserve, unattended=self.chargers.unattended()
        )
        self.commissioning.observe(readings, result)
        snapshot = self.commissioning.show(self._snapshots.make(readings, result))
        snapshot = replace(
            snapshot,
            plan=self.planning.snapshot,
            forecast=self.forecasting.snapshot,
            buffer=self.buffering.snapshot,
        )
        self.planning.observe(snapshot)
        self._faults.look(snapshot, self.settings.wiring, readings.now)
        self.observing.observe(snapshot)
        return snapshot

    def _read(self) -> SiteReadings:
        config, now = self.config, self._now()
        battery, battery_soc = read_batteries(self.hass, config.batteries.values(), now)
        return SiteReadings(
            now=now,
            grid=self._read_meter(config.meter, now),
            pv=read_pv(self.hass, config.pv_power, now),
            battery=battery,
            battery_soc=battery_soc,
            circuits={
                key: self._read_meter(circuit.meter, now)
                for key, circuit in config.circuits.items()
                if circuit.meter is not None
            },
            chargers=self.chargers.read(),
            ordered=self.commissioning.ordered,
        )

    def _read_meter(self, meter: MeterConfig, now: float) -> PhaseReading:
        return read_meter(
            self.hass, meter, phases=self.config.phases, voltage=self.config.voltage, now=now
        )

    @callback
    def _on_state(self, event: Event[Any]) -> None:
        """Decide after a report, without any wait where a limit is exceeded."""
        if self._shows_overload(event.data["entity_id"]):
            self.clock.run_soon()
        else:
            self.clock.request()

    def _shows_overload(self, entity_id: str) -> bool:
        config, settings = self.config, self.settings.site
        if entity_id in config.meter.entities:
            breaker = config.main_breaker - settings.safety_margin_a
            return self._is_over(config.meter, breaker, settings.import_limit_w / config.voltage)
        return any(
            self._is_over(circuit.meter, circuit.limit)
            for circuit in config.circuits.values()
            if circuit.meter is not None and entity_id in circuit.meter.entities
        )

    def _is_over(self, meter: MeterConfig, limit: float, in_sum: float = math.inf) -> bool:
        """Whether a phase is over ``limit`` A, or all together over ``in_sum``."""
        tolerance = self.settings.site.control.overload_tolerance_a
        reading = self._read_meter(meter, self._now())
        known = [value for value in reading.values if value is not None]
        if not known:
            return False
        together = known[0] if reading.total_only else sum(known)
        return max(known) > limit + tolerance or together > in_sum + tolerance * len(known)

    @callback
    def _on_plan(self) -> None:
        """Show a new plan, or how planning fares."""
        self.data = replace(self.data, plan=self.planning.snapshot)
        self._tell()

    @callback
    def _on_forecast(self) -> None:
        """Show what is expected now."""
        self.data = replace(self.data, forecast=self.forecasting.snapshot)
        self.buffering.on_confidence(self.forecasting.snapshot.pv_confidence)
        self._tell()

    @callback
    def _on_buffer(self) -> None:
        """Show what the buffer has come to, and let its minimum count."""
        self.data = replace(self.data, buffer=self.buffering.snapshot)
        self._tell()
        self.clock.request()

    @callback
    def _on_settings(self) -> None:
        """Show what a user has changed, and act on it at once."""
        self._controller.settings = self.settings.site.control
        self.config_entry.async_create_task(self.hass, self.chargers.async_settings_changed())
        self.clock.run_now()
        self.async_update_listeners()


def forget_controller(hass: HomeAssistant, entry_id: str) -> None:
    """Forget what control remembers of a site that is removed or disabled."""
    hass.data.get(_CONTROLLERS, {}).pop(entry_id, None)


def _controller_of(
    hass: HomeAssistant, entry_id: str, settings: ControlSettings
) -> SetpointController:
    controllers = hass.data.setdefault(_CONTROLLERS, {})
    if entry_id not in controllers:
        controllers[entry_id] = SetpointController(settings)
    controllers[entry_id].settings = settings
    return controllers[entry_id]
