"""Say it when nothing can be learned, not at the first time but when it lasts."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity

from ..const import LOGGER
from ..issues import Issue, IssueKey, Matter, async_raise, async_take_back

# Two nights: once may be a recorder that was just being repaired.
PATIENCE: Final = timedelta(hours=23)


class TrainingFaults:
    """Log and raise the repair issue of one site's training."""

    def __init__(self, hass: HomeAssistant, entry_id: str, site: str) -> None:
        """Know of nothing wrong."""
        self._hass = hass
        self._issue_id = Matter.TRAINING.of(entry_id)
        self._site = site
        self._since: datetime | None = None

    @callback
    def failed(self, error: Exception, now: datetime) -> None:
        """Take note of a training that went wrong."""
        LOGGER.error(
            "%s: could not learn from history; forecasts stay as they are",
            self._site,
            exc_info=error,
        )
        self._since = self._since or now
        if now - self._since >= PATIENCE:
            words = {"site": self._site, "error": type(error).__name__}
            issue = Issue(key=IssueKey.TRAINING_FAILED, words=words, severity=IssueSeverity.WARNING)
            async_raise(self._hass, self._issue_id, issue)

    @callback
    def succeeded(self) -> None:
        """Take back what was said."""
        if self._since is not None:
            LOGGER.info("%s: learns from history again", self._site)
        self._since = None
        async_take_back(self._hass, self._issue_id)  # it may stand from before a reload
