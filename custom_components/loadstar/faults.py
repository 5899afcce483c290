"""Say it once when something goes wrong, and once when it is right again."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .charger_faults import ChargerFaults
from .const import LOGGER
from .fallback_faults import fallback_issue
from .issues import Issue, IssueKey, Matter, async_clear_removed, async_raise, async_take_back
from .limits import Wiring
from .models import SiteSnapshot, Snapshot
from .overload_faults import OverloadFaults
from .wiring import SiteConfig

# Home Assistant's start and a meter's hiccup are not worth anybody's attention.
METER_PATIENCE_S: Final = 30.0


class Faults:
    """Log and raise repair issues for what the control cycle finds."""

    def __init__(self, hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
        """Know nothing of a site that has just been set up or wired anew."""
        self._hass = hass
        self._entry_id = entry_id
        self._config = config
        self._stale_since: float | None = None
        self._chargers = {
            key: ChargerFaults(entry_id, charger) for key, charger in config.chargers.items()
        }
        self._overload = OverloadFaults(config)
        self._said: dict[str, Issue | None] = {}
        self._wiring: Wiring | None = None
        async_clear_removed(hass)

    @callback
    def look(self, snapshot: Snapshot, wiring: Wiring, now: float) -> None:
        """Compare with what has been said; ``now`` is in monotonic seconds."""
        self._say(Matter.METER, self._entry_id, self._config.name, self._meter(snapshot.site, now))
        overload = self._overload.find(snapshot, now)
        self._say(Matter.OVERLOAD, self._entry_id, self._config.name, overload)
        if wiring != self._wiring:
            self._wiring = wiring
            issue = fallback_issue(self._config.name, wiring)
            self._say(Matter.FALLBACKS, self._entry_id, self._config.name, issue)
        for key, faults in self._chargers.items():
            if charger := snapshot.chargers.get(key):
                for matter, issue in faults.find(charger, now).items():
                    self._say(matter, key, self._config.chargers[key].name, issue)

    def _meter(self, site: SiteSnapshot, now: float) -> Issue | None:
        words = {"site": self._config.name, "entities": ", ".join(self._config.meter.entities)}
        if site.meter_frozen:
            return Issue(key=IssueKey.METER_FROZEN, words=words)
        if not site.meter_stale:
            self._stale_since = None
            return None
        if self._stale_since is None:
            self._stale_since = now
        if now - self._stale_since < METER_PATIENCE_S:
            return None
        return Issue(key=IssueKey.METER_STALE, words=words)

    def _say(self, matter: Matter, subject: str, name: str, issue: Issue | None) -> None:
        """Raise an issue or take it back, where that has not been done; log a new one once."""
        issue_id = matter.of(subject)
        if issue_id in self._said and self._said[issue_id] == issue:
            return
        before = self._said.get(issue_id)
        self._said[issue_id] = issue
        if issue is None:
            if before is not None:
                LOGGER.info("%s: mended (%s)", name, _LOG[before.key])
            async_take_back(self._hass, issue_id)
            return
        if before is None or before.key is not issue.key:
            LOGGER.warning("%s: %s", name, _LOG[issue.key])
        async_raise(self._hass, issue_id, issue)


_LOG: Final[Mapping[IssueKey, str]] = {
    IssueKey.METER_STALE: "no usable values from the grid meter; chargers stay at or under their"
    " fallback",
    IssueKey.METER_FROZEN: "the grid meter does not show what the chargers draw; chargers stay at"
    " or under their fallback",
    IssueKey.OVERLOAD_SILENT: "overloaded, and a charger that could be cut is not heard",
    IssueKey.OVERLOAD_CHARGING: "overloaded, and its chargers do not go down",
    IssueKey.OVERLOAD_HOUSEHOLD: "overloaded by the household alone",
    IssueKey.FALLBACKS_OVER_BREAKER: "the fallbacks of its chargers and the household are more than"
    " the main breaker",
    IssueKey.FALLBACKS_OVER_CIRCUIT: "the fallbacks of its chargers are more than a circuit",
    IssueKey.MAXIMUM_OVER_BREAKER: "chargers that may not find their fallback are more than the"
    " main breaker",
    IssueKey.MAXIMUM_OVER_CIRCUIT: "chargers that may not find their fallback are more than a"
    " circuit",
    IssueKey.SETPOINT_REJECTED: "cannot be held to a current: it refuses every form of set-point",
    IssueKey.FALLBACK_REJECTED: "has no fallback: it refuses every one",
    IssueKey.NO_ANSWER: "cannot be held to a current: it does not answer",
    IssueKey.LIMITS_IGNORED: "cannot be held to a current: its schedule is not what it was told",
    IssueKey.FALLBACK_FAILED: "does not fall back by itself; it counts at its maximum",
    IssueKey.DISOBEDIENT_PAUSED: "draws more than it was told; paused",
    IssueKey.DISOBEDIENT_SESSION_ENDED: "draws more than it was told; its session is ended",
    IssueKey.OUT_OF_SERVICE: "is out of service until it is put back",
    IssueKey.CLOCK_OFFSET: "its clock is wrong",
    IssueKey.WEAK_HOLD: "is held by a profile that is weaker than it should be",
    IssueKey.KEY_REFUSED: "takes no key over OCPP",
    IssueKey.KEY_NOT_USED: "does not use the key that it was given",
}
