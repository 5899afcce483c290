"""A site's commissioning: what is ordered of its chargers now, and what was found."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..chargers import Chargers
from ..const import DOMAIN, LOGGER
from ..engine.commissioning import (
    CUT_S,
    ChargerReport,
    CommissioningRun,
    Note,
    SiteReport,
    Verdict,
    Wishes,
)
from ..engine.control.types import ControlResult, SiteReadings
from ..models import Snapshot
from ..settings import SettingsStore
from ..wiring import SiteConfig
from .issues import async_report_findings
from .plan import charger_plan, fingerprint, site_plan
from .shown import charger_shown, site_shown
from .store import CommissioningStore, KeptReport


class Commissioning:
    """Runs the test beside the control cycle; entities show what came of it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        config: SiteConfig,
        settings: SettingsStore,
        chargers: Chargers,
    ) -> None:
        """Test nothing yet; ``async_load`` reads what was found before."""
        self._hass = hass
        self._entry = entry
        self._config = config
        self._settings = settings
        self._chargers = chargers
        self._listeners: list[Callable[[], None]] = []
        self._store = CommissioningStore(hass, entry.entry_id)
        self._marks = {key: fingerprint(config, key) for key in config.chargers}
        self._run: CommissioningRun | None = None
        self._done = asyncio.Event()

    async def async_load(self) -> None:
        """Read what was found before, and take back what the wiring has made untrue."""
        await self._store.async_load()
        self._store.settle()
        self._store.adapt(self._marks)
        self._report_findings()

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` when a user begins or ends a test; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def is_running(self) -> bool:
        """Whether chargers are being tested."""
        return self._run is not None

    @property
    def last(self) -> KeptReport | None:
        """The last report."""
        return self._store.last

    @property
    def ordered(self) -> Mapping[str, float]:
        """A per phase that is asked of chargers."""
        return {} if self._run is None else self._run.ordered

    async def async_begin(
        self, keys: Iterable[str] | None = None, *, disconnect: bool = False
    ) -> None:
        """Begin to test these chargers, all where None are named, or say why not."""
        if self._run is not None:
            raise self._error("commissioning_running")
        chosen = list(self._config.chargers if keys is None else keys)
        if not chosen:
            raise self._error("commissioning_no_charger")
        self._run = CommissioningRun(
            site_plan(self._config),
            [
                charger_plan(
                    self._config.chargers[key], self._settings.chargers[key], disconnect=disconnect
                )
                for key in chosen
            ],
            {key: charger.min_current for key, charger in self._settings.chargers.items()},
        )
        self._done = asyncio.Event()
        LOGGER.info("%s: commissioning begins", self._config.name)
        self._changed()
        # a crash must not leave the test as if it had never been
        self._store.begun = {key: self._marks[key] for key in chosen}
        await self._store.async_save()

    async def async_stop(self) -> None:
        """End a test by the user's wish; what is not finished stays without a result."""
        if self._run is None:
            raise self._error("commissioning_not_running")
        self._finish(self._run.stop(Note.STOPPED))
        self._changed()

    async def async_wait(self) -> SiteReport:
        """Wait until the test that runs is over and return what it found."""
        await self._done.wait()
        assert self._store.last is not None  # noqa: S101  what is done has been kept
        return self._store.last.report

    @callback
    def interrupt(self) -> None:
        """End a test because the site is unloaded."""
        if self._run is not None:
            self._finish(self._run.stop())

    @callback
    def observe(self, readings: SiteReadings, result: ControlResult) -> None:
        """Take what was read and decided in a control cycle."""
        if self._run is None:
            return
        self._fulfil(self._run.observe(readings, result))
        if self._run.is_over:
            self._finish(self._run.report())

    def show(self, snapshot: Snapshot) -> Snapshot:
        """Return the Snapshot with how commissioning stands."""
        progress = None if self._run is None else self._run.progress
        states = {key: self._state(key) for key in self._config.chargers}
        last = self._store.last
        return replace(
            snapshot,
            site=site_shown(snapshot.site, self._config, states, progress, last),
            chargers={
                key: charger_shown(
                    charger, states[key], self._report(key), is_tested=self._is_tested(key)
                )
                for key, charger in snapshot.chargers.items()
            },
        )

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _state(self, key: str) -> Verdict | None:
        """Return what is proved of a charger as it is wired now."""
        proof = self._store.proofs.get(key)
        return proof.verdict if proof else None

    def _is_tested(self, key: str) -> bool:
        return self._run is not None and self._run.progress.charger_id == key

    def _report(self, key: str) -> ChargerReport | None:
        last = self._store.last
        if last is None or last.fingerprints.get(key) != self._marks[key]:
            return None
        return next((it for it in last.report.chargers if it.charger_id == key), None)

    def _report_findings(self) -> None:
        async_report_findings(self._hass, self._entry.entry_id, self._config, self._store.findings)

    def _finish(self, report: SiteReport) -> None:
        self._run = None
        tested = {it.charger_id: self._marks[it.charger_id] for it in report.chargers}
        self._store.keep(report, tested)
        LOGGER.info("%s: commissioning is over (%s)", self._config.name, report.verdict)
        self._report_findings()
        # the entry may be unloading, and its tasks with it
        self._hass.async_create_task(self._store.async_save(), f"{DOMAIN} commissioning")
        self._done.set()

    def _fulfil(self, wishes: Wishes) -> None:
        if wishes.start is not None:
            self._spawn(self._async_start(wishes.start))
        if wishes.disconnect is not None:
            self._spawn(self._chargers.async_disconnect(wishes.disconnect, CUT_S))

    async def _async_start(self, key: str) -> None:
        try:
            await self._chargers.async_start_session(key)
        except HomeAssistantError as error:
            # the test goes on to the next charger when no session begins
            LOGGER.info("%s: no session for its test: %s", self._config.chargers[key].name, error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._entry.async_create_background_task(self._hass, work, f"{DOMAIN} commissioning")

    def _error(self, key: str) -> HomeAssistantError:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"site": self._config.name},
        )
