"""Whether a charger that measures nothing at least says that it keeps to its set-point."""

from collections.abc import Callable
import logging

from .charge_point import ChargePoint
from .errors import CallFailedError
from .types import ConnectorConfig, ConnectorState

_LOGGER = logging.getLogger(__name__)

# without a current or power for this long a charger counts as one that measures nothing
UNMEASURED_S = 60.0
# after a set-point was taken; by then it has to stand in the charger's own schedule
SETTLED_S = 15.0
TOLERANCE_A = 1.0


class ScheduleCheck:
    """Asks for the charger's own schedule after each set-point; what is measured is never asked."""

    def __init__(self, name: str, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        """Call ``changed`` when what is known of it changes."""
        self._name = name
        self._clock = clock
        self._changed = changed
        self._charging_since: float | None = None
        self._checked: float | None = None  # the set-point asked for last, by when it was taken
        self._says_nothing = False
        self.ignored = False

    def is_due(self, state: ConnectorState, accepted_at: float | None) -> bool:
        """Return whether to ask now; called every second."""
        now = self._clock()
        if state.transaction_id is None:
            self._says_nothing = False
            self._find(ignored=False)
        if state.transaction_id is None or state.status != "Charging":
            self._charging_since = None
            return False
        if self._charging_since is None:
            self._charging_since = now
        if self._says_nothing or accepted_at is None or accepted_at == self._checked:
            return False
        blind_since = max(self._charging_since, state.measured_at or 0.0)
        return now - blind_since >= UNMEASURED_S and now - accepted_at >= SETTLED_S

    async def run(
        self, charge_point: ChargePoint, connector: ConnectorConfig, current: float, at: float
    ) -> None:
        """Ask what the charger allows, and compare with ``current`` A that it took ``at``."""
        self._checked = at
        try:
            allowed = await charge_point.scheduled_current(connector)
        except CallFailedError:
            return  # the end of the connection is told elsewhere
        self._says_nothing = allowed is None
        self._find(ignored=allowed is not None and allowed > current + TOLERANCE_A)

    def _find(self, *, ignored: bool) -> None:
        if ignored == self.ignored:
            return
        self.ignored = ignored
        if ignored:
            _LOGGER.warning(
                "%s: took its set-point, and its own schedule allows more; it measures nothing "
                "to judge by",
                self._name,
            )
        self._changed()
