"""A site's buffer in Home Assistant, with all that it is told in the test's hands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.loadstar.buffering import Buffering, BufferInputs, BufferSources
from custom_components.loadstar.buffering.store import _STORES
from custom_components.loadstar.engine.buffer import BufferEvent, NeedHistory
from custom_components.loadstar.engine.buffer.calibrated import NO_HISTORY
from custom_components.loadstar.models import BufferSnapshot
from custom_components.loadstar.settings import SettingsStore
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.common import BATTERY, make_entry

START = datetime(2026, 6, 1, 12, 7, tzinfo=UTC)
NEXT = datetime(2026, 6, 1, 12, 15, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
KEY = "loadstar.home.buffer"


@dataclass
class Site:
    """A site's buffer with all that it is told in the test's hands."""

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    entry: MockConfigEntry
    settings: SettingsStore
    inputs: BufferInputs = field(
        default_factory=lambda: BufferInputs(
            currency="EUR", confidence=0.8, spread_per_kwh=0.05, pv_ahead_kwh=4.0
        )
    )
    history: NeedHistory = NO_HISTORY
    failure: Exception | None = None
    asked: int = 0  # for its history

    def __post_init__(self) -> None:
        """Have one instance."""
        self.buffering = self.another()

    def another(self) -> Buffering:
        """Return one more instance of the same site's buffer."""
        return Buffering(
            self.hass,
            self.entry,
            SiteConfig.from_entry(self.entry),
            self.settings,
            BufferSources(inputs=self._inputs, history=self._history),
        )

    async def start(self) -> BufferSnapshot:
        await self.buffering.async_load()
        await self.buffering.async_start()
        return self.shown

    async def restart(self) -> BufferSnapshot:
        """Go on as after a restart: all that is left is the file."""
        await self.unload()
        self.hass.data.pop(_STORES)
        self.buffering = self.another()
        return await self.start()

    async def unload(self) -> None:
        self.buffering.stop()
        await self.buffering.async_save()
        await self.entry._async_process_on_unload(self.hass)

    async def at(self, now: datetime) -> BufferSnapshot:
        """Let the clock show ``now``, and everything happen that is due."""
        self.freezer.move_to(now)
        async_fire_time_changed(self.hass, now + timedelta(seconds=0.5))
        await self.hass.async_block_till_done(wait_background_tasks=True)
        return self.shown

    @property
    def shown(self) -> BufferSnapshot:
        return self.buffering.snapshot

    @property
    def last(self) -> BufferEvent:
        return self.buffering.log[-1]

    def issue(self, issue_id: str) -> ir.IssueEntry | None:
        return ir.async_get(self.hass).async_get_issue("loadstar", issue_id)

    def _inputs(self) -> BufferInputs:
        if self.failure is not None:
            raise self.failure
        return self.inputs

    async def _history(self, start: datetime, end: datetime) -> NeedHistory:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        assert end - start == 30 * DAY
        return self.history


@asynccontextmanager
async def a_site(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[Site]:
    """Return a site in Berlin with a battery, of which the user wants to keep 50 %."""
    freezer.move_to(START)
    await hass.config.async_set_time_zone("Europe/Berlin")
    hass.config.currency = "SEK"
    entry = make_entry((BATTERY,))
    entry.add_to_hass(hass)
    settings = SettingsStore(hass, "home", SiteConfig.from_entry(entry))
    await settings.async_update_site(battery_soc_min=50.0)
    site = Site(hass, freezer, entry, settings)
    yield site
    await site.unload()
