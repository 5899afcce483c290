"""A car that does not want to charge."""

from ..models import ConnectorStatus
from .clock import Tick
from .types import ControlSettings


class Suspended:
    """Finds out when a car that is offered current sleeps."""

    def __init__(self) -> None:
        """Begin awake."""
        self._since: float | None = None

    def observe(
        self,
        status: ConnectorStatus,
        drawn: float,
        tick: Tick,
        settings: ControlSettings,
        *,
        offered: bool,
    ) -> bool:
        """Tell whether it has left its offer unused for long enough; ``drawn`` in A."""
        asleep = offered and status is ConnectorStatus.SUSPENDED_EV and drawn < settings.suspended_a
        if not asleep:
            self._since = None
            return False
        if self._since is None:
            self._since = tick.time
        return tick.time - self._since >= settings.suspended_s
