"""Say it once when the buffer fails, and take it back when it works again."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity

from ..const import LOGGER
from ..issues import Issue, IssueKey, Matter, async_raise, async_take_back
from .store import Kept

_NOWHERE: Final = "—"


class BufferFaults:
    """Raise and take back the repair issues of one site's buffer."""

    def __init__(self, hass: HomeAssistant, entry_id: str, site: str) -> None:
        """Have said nothing yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._site = site
        self._failed: str | None = None

    @callback
    def look_at_store(self, kept: Kept) -> None:
        """Say that the buffer has begun anew, and where the broken file is."""
        if not kept.was_readable:
            self._raise(Matter.BUFFER_STORE, IssueKey.BUFFER_LOST, file=kept.aside or _NOWHERE)

    @callback
    def look_at_step(self, error: Exception | None) -> None:
        """Compare how a step went with what has been said."""
        kind = None if error is None else type(error).__name__
        if kind is None:
            if self._failed is not None:
                LOGGER.info("%s: the buffer is reckoned again", self._site)
            # it may stand from before a reload
            async_take_back(self._hass, Matter.BUFFER.of(self._entry_id))
        elif kind != self._failed:
            LOGGER.error("%s: the buffer failed; its target stands", self._site, exc_info=error)
            self._raise(Matter.BUFFER, IssueKey.BUFFER_FAILED, error=kind)
        self._failed = kind

    def _raise(self, matter: Matter, key: IssueKey, **words: str) -> None:
        issue = Issue(key=key, words={"site": self._site, **words}, severity=IssueSeverity.WARNING)
        async_raise(self._hass, matter.of(self._entry_id), issue)
