"""What the recorder knows of a home: all of it for training, the last days for today."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant

from ..const import LOGGER
from ..pv_book import PvBook
from ..sources.history.asking import HistoryError
from ..sources.history.hours import HourReader, Hours
from ..sources.pv.past import past_sensors
from ..wiring import SiteConfig

_RECENT: Final = timedelta(days=2)
# The recorder adds an hour shortly after it is over.
_LIFE: Final = timedelta(minutes=5)


class Memory:
    """Ask the recorder about one site."""

    def __init__(self, hass: HomeAssistant, entry_id: str, config: SiteConfig, pv: PvBook) -> None:
        """``pv`` knows where the PV forecast comes from."""
        self._hass = hass
        self._reader = HourReader(hass, entry_id, config)
        self._pv = pv
        self._read_at: datetime | None = None
        self._is_failing = False
        self.recent = Hours()

    @property
    def is_there(self) -> bool:
        """Whether anything remembers."""
        return "recorder" in self._hass.config.components

    async def async_all(self, now: datetime) -> Hours:
        """Return two years, with what the PV sources expected of them."""
        refs, _ = await self._pv.async_refs()
        sensors = past_sensors(self._hass, refs.values())
        return await self._reader.async_read(now, pv_forecast=sensors)

    async def async_look(self, now: datetime) -> None:
        """Bring ``recent`` up to date; it stays as it is where the recorder fails."""
        if self._read_at is not None and timedelta() <= now - self._read_at < _LIFE:
            return
        try:
            self.recent = await self._reader.async_read(now, _RECENT)
        except HistoryError as error:
            if not self._is_failing:
                LOGGER.warning("The recorder cannot be read; forecasts go on without: %s", error)
            self._is_failing = True
        else:
            self._is_failing = False
        self._read_at = now
