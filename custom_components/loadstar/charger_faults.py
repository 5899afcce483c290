"""What is wrong with one charger, and for how long it has to be before anybody is told."""

from collections.abc import Mapping
from typing import Final

from homeassistant.helpers import issue_registry as ir

from .engine.models import Remedy
from .issues import Issue, IssueKey, Matter
from .models import ChargerSnapshot
from .ocpp.rung import Rung
from .ocpp.types import FallbackProof, KeyState, Problem
from .wiring import ChargerConfig

CLOCK_OFFSET_S: Final = 30.0
CLOCK_PATIENCE_S: Final = 60.0
# So long in a session without a remedy, and a charger is believed to obey again.
OBEDIENT_S: Final = 300.0

_REMEDIES: Final[Mapping[Remedy, IssueKey]] = {
    Remedy.PAUSE: IssueKey.DISOBEDIENT_PAUSED,
    Remedy.END_SESSION: IssueKey.DISOBEDIENT_SESSION_ENDED,
    # the session has ended, and the issue of being out of service says the rest
    Remedy.OUT_OF_SERVICE: IssueKey.DISOBEDIENT_SESSION_ENDED,
}

_KEYS: Final[Mapping[str, IssueKey]] = {
    KeyState.REFUSED: IssueKey.KEY_REFUSED,
    KeyState.NOT_USED: IssueKey.KEY_NOT_USED,
}


class ChargerFaults:
    """Watches one charger; remembers since when something is so."""

    def __init__(self, entry_id: str, config: ChargerConfig) -> None:
        """Know nothing of a charger that has just been set up or wired anew."""
        self._where = {"entry_id": entry_id, "subentry_id": config.subentry_id}
        self._words = {"charger": config.name, "station": config.station_id}
        self._clock_wrong_since: float | None = None
        self._obedient_since: float | None = None
        self._accused: IssueKey | None = None

    def find(self, charger: ChargerSnapshot, now: float) -> dict[Matter, Issue | None]:
        """Return what can be said now of each matter: an issue, or that there is none.

        A charger that is away has not been mended, so that what was measured of it stands.
        ``now`` is in monotonic seconds.
        """
        found = {Matter.SERVICE: self._service(charger)}
        if charger.key_state is not None:
            found[Matter.KEY] = self._key(charger.key_state)
        if not charger.connected:
            self._clock_wrong_since = self._obedient_since = None
            return found
        found |= {
            Matter.CONTROL: self._control(charger),
            Matter.PROOF: self._proof(charger),
            Matter.CLOCK: self._clock(charger, now),
            Matter.HOLD: self._hold(charger),
        }
        return found | self._obedience(charger, now)

    def _service(self, charger: ChargerSnapshot) -> Issue | None:
        if not charger.out_of_service:
            return None
        return self._fixable(IssueKey.OUT_OF_SERVICE)

    def _key(self, state: str) -> Issue | None:
        key = _KEYS.get(state)
        return None if key is None else self._warning(key)

    def _control(self, charger: ChargerSnapshot) -> Issue | None:
        if charger.problem is None or charger.problem == Problem.FALLBACK_FAILED:
            return None
        return Issue(key=IssueKey(charger.problem), words=self._words)

    def _proof(self, charger: ChargerSnapshot) -> Issue | None:
        failed = charger.problem == Problem.FALLBACK_FAILED
        if not failed and charger.proof != FallbackProof.FAILED:
            return None
        return self._fixable(IssueKey.FALLBACK_FAILED)

    def _warning(self, key: IssueKey, **words: str) -> Issue:
        return Issue(key=key, words=self._words | words, severity=ir.IssueSeverity.WARNING)

    def _fixable(self, key: IssueKey) -> Issue:
        """Return an issue with a button, which says at which charger to press it."""
        return Issue(key=key, words=self._words, fix={**self._where, "fix": key})

    def _hold(self, charger: ChargerSnapshot) -> Issue | None:
        if charger.method != Rung.CHARGE_POINT_MAX:
            return None
        return self._warning(IssueKey.WEAK_HOLD)

    def _clock(self, charger: ChargerSnapshot, now: float) -> Issue | None:
        offset = charger.clock_offset_s
        if offset is None or abs(offset) <= CLOCK_OFFSET_S:
            self._clock_wrong_since = None
            return None
        if self._clock_wrong_since is None:
            self._clock_wrong_since = now
        if now - self._clock_wrong_since < CLOCK_PATIENCE_S:
            return None
        # tens of seconds, so that the words do not change with every message
        return self._warning(IssueKey.CLOCK_OFFSET, offset=f"{round(offset, -1):+.0f}")

    def _obedience(self, charger: ChargerSnapshot, now: float) -> dict[Matter, Issue | None]:
        """Return what can be said of obedience: nothing new until it has lasted in a session."""
        if charger.remedy is not Remedy.NONE:
            self._obedient_since = None
            # a session that was ended is followed by a pause, which says less
            if self._accused is not IssueKey.DISOBEDIENT_SESSION_ENDED:
                self._accused = _REMEDIES[charger.remedy]
            return {Matter.OBEDIENCE: Issue(key=self._accused, words=self._words)}
        if charger.transaction_id is None or charger.out_of_service:
            self._obedient_since = None
            return {}
        if self._obedient_since is None:
            self._obedient_since = now
        if now - self._obedient_since < OBEDIENT_S:
            return {}
        self._accused = None
        return {Matter.OBEDIENCE: None}
