"""An overload that lasts: who is to blame, and that nothing is left to cut."""

from typing import Final

from .issues import Issue, IssueKey
from .models import ChargerSnapshot, Snapshot
from .wiring import SiteConfig

# What a cut takes to show: half a minute, and the charger's and the car's own delay.
PATIENCE_S: Final = 45.0
CHARGES_A: Final = 1.0


class OverloadFaults:
    """Find what is to be said of a site that stays over its limit."""

    def __init__(self, config: SiteConfig) -> None:
        """Know of no overload."""
        self._config = config
        self._since: float | None = None

    def find(self, snapshot: Snapshot, now: float) -> Issue | None:
        """Return the issue that stands at ``now`` (monotonic s)."""
        phases = snapshot.site.overloaded_phases
        if not phases:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        if now - self._since < PATIENCE_S:
            return None
        words = {"site": self._config.name, "phases": ", ".join(phases)}
        chargers = snapshot.chargers
        if silent := [key for key, charger in chargers.items() if _is_silent(charger)]:
            return Issue(key=IssueKey.OVERLOAD_SILENT, words=words | self._names(silent))
        if charging := [key for key, charger in chargers.items() if _charges(charger)]:
            return Issue(key=IssueKey.OVERLOAD_CHARGING, words=words | self._names(charging))
        return Issue(key=IssueKey.OVERLOAD_HOUSEHOLD, words=words)

    def _names(self, keys: list[str]) -> dict[str, str]:
        return {"chargers": ", ".join(self._config.chargers[key].name for key in keys)}


def _is_silent(charger: ChargerSnapshot) -> bool:
    """Tell whether a charger may be charging a car without being heard."""
    return not charger.connected and charger.transaction_id is not None


def _charges(charger: ChargerSnapshot) -> bool:
    return any(current is not None and current > CHARGES_A for current in charger.currents)
